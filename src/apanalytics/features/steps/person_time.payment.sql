-- A row is a change in the hours claimed for a person in a month, on the day it became known; a correction counts for its
-- difference with what it replaces. From the nominative lists, or from the payroll where a claim has none.
with listed as (
    select
        'list' as source, l.person_key,
        try_cast(substring(c.siret, 1, 9) as bigint) as sn, year(c.month) * 12 + month(c.month) as mi,
        date_diff('day', date '1970-01-01', coalesce(c.filed_on, add_months(c.month, 1))) as day,
        cast(round(l.idle_hours * 100, 0) as bigint) as idle,
        cast(round((l.idle_hours + l.worked_hours) * 100, 0) as bigint) as used,
        concat(coalesce(c.request_id, ''), '/', l.person_key) as what, c.claim_id as version
    from claim_lines as l
    join claims as c on c.claim_id = l.claim_id
),
paid as (
    select
        'payroll' as source, person_key, try_cast(substring(siret, 1, 9) as bigint) as sn,
        year(month) * 12 + month(month) as mi, date_diff('day', date '1970-01-01', received_on) as day,
        cast(round(idle_hours * 100, 0) as bigint) as idle,
        cast(round((idle_hours + worked_hours) * 100, 0) as bigint) as used,
        concat(siret, '/', contract_id) as what, '' as version
    from payroll
),
everything as (
    select * from listed
    union all
    select * from paid
)
select
    source, person_key, sn, mi, day,
    idle - coalesce(lag(idle) over by_version, 0) as idle,
    used - coalesce(lag(used) over by_version, 0) as used
from everything
join (
    select distinct person_key, case when listed then 'list' else 'payroll' end as source from claimed_persons
) as persons using (person_key, source)
window by_version as (partition by source, person_key, sn, mi, what order by day, version)

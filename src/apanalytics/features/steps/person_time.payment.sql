-- A row is a change in the hours claimed for a person in a month, on the day it became known. From the nominative lists,
-- of which the last filed for a request and month replaces the whole of the one before; or from the payroll, of which a
-- correction counts for its difference with what it replaces.
with lists as (
    select
        claim_id, sn, mi, day, lead(day) over (partition by sn, request_id, mi order by day, claim_id) as replaced_on
    from (
        select
            c.claim_id, c.request_id,
            try_cast(substring(c.siret, 1, 9) as bigint) as sn, year(c.month) * 12 + month(c.month) as mi,
            date_diff('day', date '1970-01-01', coalesce(c.filed_on, add_months(c.month, 1))) as day
        from claims as c
        join (select distinct claim_id from claim_lines) as l on l.claim_id = c.claim_id
    ) as claimed
),
listed as (
    select
        'list' as source, l.person_key, v.sn, v.mi, v.day, v.replaced_on,
        cast(round(l.idle_hours * 100, 0) as bigint) as idle,
        cast(round((l.idle_hours + l.worked_hours) * 100, 0) as bigint) as used
    from claim_lines as l
    join lists as v on v.claim_id = l.claim_id
),
received as (
    select
        person_key, try_cast(substring(siret, 1, 9) as bigint) as sn, year(month) * 12 + month(month) as mi,
        date_diff('day', date '1970-01-01', received_on) as day,
        cast(round(idle_hours * 100, 0) as bigint) as idle,
        cast(round((idle_hours + worked_hours) * 100, 0) as bigint) as used, siret, contract_id
    from payroll
),
changes as (
    select source, person_key, sn, mi, day, idle, used from listed
    union all
    select source, person_key, sn, mi, replaced_on, -idle, -used from listed where replaced_on is not null
    union all
    select
        'payroll', person_key, sn, mi, day,
        idle - coalesce(lag(idle) over by_version, 0), used - coalesce(lag(used) over by_version, 0)
    from received
    window by_version as (partition by person_key, mi, siret, contract_id order by day)
)
select source, person_key, sn, mi, day, idle, used
from changes
join (
    select distinct person_key, case when listed then 'list' else 'payroll' end as source from claimed_persons
) as persons using (person_key, source)

-- A row is a contract of a declaration, with its hours of the month and how long the declaration holds. Hours stated in
-- days count the hours of a legal day; a unit that measures no time (piece work, mandate) gives none.
create or replace table dsn_terms as
with ends as (
    select contract_row, max((ends_on, motive)) as last_end
    from kept_dsn_ends
    where motive is distinct from '{end_cancelled}'
    group by contract_row
),
dated as (
    select
        c.*, p.person_key, s.siret, s.month, s.received_on, s.replaced_on, d.day_hours as legal_day, d.month_hours,
        coalesce(e.last_end[1], case when c.planned_end >= s.month then c.planned_end end) as last_day,
        e.last_end[2] as end_code
    from kept_dsn_contracts as c
    join kept_dsn_persons as p using (person_id)
    join dsn_sent as s using (establishment_id)
    join dsn_days as d on d.month = s.month
    left join ends as e using (contract_row)
)
select
    c.contract_row, c.person_id, c.siret, c.month, c.received_on, c.replaced_on,
    case when starts_with(c.person_key, 'ntt:') then left(sha256(left(c.siret, 9) || c.person_key), 32)
        else c.person_key end as person_key,
    c.number as contract_id,
    case when c.scheme in {apprentice_schemes} then 'apprentice' else coalesce(k.kind, c.nature) end as contract_kind,
    c.starts_on,
    c.last_day as ends_on,
    case when c.end_code is not null then coalesce(r.reason, 'other') end as end_reason,
    coalesce(c.quota, 0) * hours_per(c.unit, c.legal_day) as contract_hours,
    coalesce(nullif(c.quota * hours_per(c.unit, c.legal_day), 0) * c.legal_day / c.month_hours, c.legal_day) as day_hours,
    c.unit,
    c.legal_day,
    coalesce(c.leave_fund, '{no_leave_fund}') <> '{no_leave_fund}' as has_leave_fund,
    c.starts_on <= last_day(c.month) and (c.last_day is null or c.last_day >= last_day(c.month)) as is_active
from dated as c
left join dsn_kinds as k on k.code = c.nature
left join dsn_reasons as r on r.code = c.end_code

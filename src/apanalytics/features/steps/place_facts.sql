-- A row is a case: what SIRENE says of its establishment on the day it is looked at.
with successors as (
    select c.k, count(*) as successors
    from cases as c
    join successions as s on try_cast(s.predecessor as bigint) = c.sk and s.known_on <= c.as_of
    group by c.k
)
select
    c.k,
    not c.known_to_sirene and substring(c.siret, 10, 1) in ('5', '6', '7', '9') as pseudo_siret,
    not c.known_to_sirene as siret_unknown,
    case when c.known_to_sirene then c.closed_on is not null and c.closed_on < c.period_start end
        as closed_before_period,
    cast(date_diff('day', c.closed_on, c.period_start) as bigint) as days_closed_before_period,
    coalesce(s.successors, 0) > 0 as has_successor,
    cast(date_diff('day', c.created_on, coalesce(c.request_starts_on, c.period_start)) as bigint)
        as establishment_age_days,
    c.is_employer as sirene_employer,
    cast(c.company_headcount as bigint) as company_headcount
from cases as c
left join successors as s on s.k = c.k

-- A row is a claim: hiring and temporary contracts in its month, against the three months before; null while the payroll
-- of the month has not come.
with staff as (
    select
        c.k,
        count(distinct case when p.mi = c.mi and p.starts_on >= c.period_start and p.starts_on <= c.period_end
            and p.contract_kind in ('permanent', 'fixed_term') then p.person_key end) as hires,
        sum(case when p.mi = c.mi and p.contract_kind = 'temporary' then 1 else 0 end) as temporary,
        sum(case when p.mi < c.mi and p.contract_kind = 'temporary' then 1 else 0 end) / 3e0 as temporary_before
    from cases as c
    join payroll_seen as s on s.sk = c.sk and s.mi = c.mi and s.seen_on <= c.as_of
    join payroll_versions as p
        on p.sk = c.sk and p.mi between c.mi - 3 and c.mi and p.valid_from <= c.as_of and c.as_of < p.valid_to
    where p.mi = c.mi or p.contract_kind = 'temporary'
    group by c.k
)
select
    c.k,
    cast(s.hires as bigint) as hires_in_month,
    cast(s.temporary as bigint) as temporary_contracts,
    s.temporary - s.temporary_before as temporary_contracts_rise
from cases as c
left join staff as s on s.k = c.k

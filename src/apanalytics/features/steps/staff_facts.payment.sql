-- A row is a claim: hiring and temporary contracts in its month, against the months among the three before whose payroll
-- was known; null while the payroll of its own month has not come.
with months as (
    select
        c.k, p.mi = c.mi as claimed, p.mi,
        count(distinct case when p.starts_on >= c.period_start and p.starts_on <= c.period_end
            and p.contract_kind in ('permanent', 'fixed_term') then p.person_key end) as hires,
        sum(case when p.contract_kind = 'temporary' then 1 else 0 end) as temporary
    from cases as c
    join payroll_versions as p
        on p.sk = c.sk and p.mi between c.mi - 3 and c.mi and p.valid_from <= c.as_of and c.as_of < p.valid_to
    group by c.k, p.mi = c.mi, p.mi
),
staff as (
    select
        k,
        max(case when claimed then hires end) as hires,
        max(case when claimed then temporary end) as temporary,
        avg(case when not claimed then temporary end) as temporary_before
    from months
    group by k
)
select
    c.k,
    cast(s.hires as bigint) as hires_in_month,
    cast(s.temporary as bigint) as temporary_contracts,
    s.temporary - s.temporary_before as temporary_contracts_rise
from cases as c
left join staff as s on s.k = c.k

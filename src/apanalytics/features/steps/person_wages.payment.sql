-- A row is a claim: the idle hours of its listed employees at the wage declared and at the wage of their own payroll, of
-- the month or of the one before, for those whose reconstituted pay is known. Contracts over the legal duration are
-- rescaled to it, as the claim form asks.
with wages as (
    select
        l.k, l.person_key, l.idle_hours, l.hourly_wage, t.month_legal_hours,
        p.base_pay / p.contract_hours * greatest(1, p.contract_hours / t.month_legal_hours) as dsn_wage,
        row_number() over (partition by l.k, l.person_key order by p.mi desc, p.contract_id) as choice
    from line_rows as l
    join legal_time as t on t.k = l.k
    join payroll_versions as p
        on p.person_key = l.person_key and p.sk = l.sk and p.mi between l.mi - 1 and l.mi
        and p.valid_from <= l.as_of and l.as_of < p.valid_to
    where p.base_pay is not null and p.contract_hours > 0
)
select
    k, sum(micro(idle_hours * hourly_wage)) / 1e6 as declared_eur,
    sum(micro(idle_hours * dsn_wage)) / 1e6 as dsn_eur, sum(micro(idle_hours)) / 1e6 as hours
from wages
where choice = 1
group by k

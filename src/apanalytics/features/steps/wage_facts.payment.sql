-- A row is a claim: its hourly wage and amount against the payroll (DSN) and the law of the month; where it has a list,
-- the payroll of the employees listed, else that of the establishment.
-- Contracts over the legal duration are declared at the legal duration with a rescaled wage: the payroll wage is rescaled
-- the same way before it is compared. What the law gives needs the wages of those who are claimed: without a list the
-- payroll of everybody does not say them, and the amount is judged beyond the cap and up to the floor only.
with wages as (
    select
        c.k,
        coalesce(
            p.dsn_eur / nullif(p.hours, 0),
            case when s.k is null then coalesce(d.base_pay / nullif(d.contract_hours, 0), u.usual_hourly_pay)
                * greatest(1, d.contract_hours / nullif(d.headcount, 0) / t.month_legal_hours) end
        ) as dsn_wage,
        coalesce(p.declared_eur / nullif(p.hours, 0), s.wage_eur / nullif(s.idle_hours, 0)) as listed_wage,
        c.amount / nullif(c.hours, 0) as hourly_amount,
        r.rate, r.floor, r.cap, s.law_amount, s.idle_hours as listed_hours
    from cases as c
    left join dsn_month as d on d.k = c.k
    left join dsn_pay as u on u.k = c.k
    left join legal_time as t on t.k = c.k
    left join line_sums as s on s.k = c.k
    left join person_wages as p on p.k = c.k
    left join rates_at as r
        on r.period_start = c.period_start and r.as_of = c.as_of and r.regime = coalesce(c.regime, '')
),
due as (
    select
        *,
        coalesce(
            listed_wage,
            case when hourly_amount > floor + 1e-2 then hourly_amount / nullif(rate, 0) end
        ) as declared_wage,
        coalesce(
            law_amount / nullif(listed_hours, 0),
            case when hourly_amount > cap then cap when hourly_amount <= floor + 1e-2 then floor end
        ) as law_hourly
    from wages
)
select
    c.k,
    w.declared_wage as declared_hourly_wage_eur,
    w.dsn_wage as dsn_hourly_wage_eur,
    w.declared_wage / nullif(w.dsn_wage, 0) as wage_over_dsn_ratio,
    w.law_hourly as law_hourly_amount_eur,
    w.hourly_amount - w.law_hourly as hourly_amount_over_law_eur,
    (w.hourly_amount - w.law_hourly) * c.hours as amount_over_law_eur,
    (w.hourly_amount - w.law_hourly) / nullif(w.law_hourly, 0) as amount_over_law_share
from cases as c
join due as w on w.k = c.k

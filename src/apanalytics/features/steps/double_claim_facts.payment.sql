-- A row is a claim: the other claims of its establishment for the same month. A claim of the same request with other
-- figures is a correction; with the same figures it is a duplicate. A claim that nothing repeats is counted by itself.
select
    c.k,
    case when c.sk is not null then coalesce(m.claims, 1) - coalesce(r.claims, 1) end as other_request_claims,
    case when c.sk is not null then coalesce(s.claims, 1) - 1 end as identical_claims,
    case when c.sk is not null then coalesce(m.employees, c.employees) - coalesce(r.employees, c.employees) + c.employees
        end / nullif(cast(c.headcount_declared as double), 0) as month_employees_share
from cases as c
left join month_claims as m on m.k = c.k
left join request_claims as r on r.k = c.k
left join same_claims as s on s.k = c.k

-- A row is a claim: the other claims of its establishment for the same month. A claim of the same request with other
-- figures is a correction; with the same figures it is a duplicate.
select
    c.k,
    cast(m.claims - r.claims as bigint) as other_request_claims,
    cast(s.claims - 1 as bigint) as identical_claims,
    (m.employees - r.employees + c.employees) / nullif(cast(c.headcount_declared as double), 0)
        as month_employees_share
from cases as c
left join month_claims as m on m.k = c.k
left join request_claims as r on r.k = c.k
left join same_claims as s on s.k = c.k

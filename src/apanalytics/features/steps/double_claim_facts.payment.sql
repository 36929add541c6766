-- A row is a claim: the other claims of its establishment for the same month. A claim of the same request with other
-- figures is a correction; with the same figures it is a duplicate.
select
    c.k,
    cast(m.claims - m.request_claims as bigint) as other_request_claims,
    cast(m.same_claims - 1 as bigint) as identical_claims,
    (m.employees - m.request_employees + c.employees) / nullif(cast(c.headcount_declared as double), 0)
        as month_employees_share
from cases as c
left join month_claims as m on m.k = c.k

-- A row is a case: the other requests of its establishment that cover days of the same period.
select
    k,
    count(*) as overlapping_requests,
    sum(covered_headcount) as other_employees,
    max(date_diff('day', greatest(starts_on, request_starts_on), least(ends_on, request_ends_on)) + 1)
        as overlap_days
from request_neighbours
where starts_on <= request_ends_on and ends_on >= request_starts_on
group by k

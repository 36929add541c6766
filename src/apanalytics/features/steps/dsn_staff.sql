-- A row is a case: which months of payroll of its establishment were known on the day, and whether with staff: in the
-- year before its own month, and before that of its request.
select
    k,
    max(mi) filter (where mi <= case_mi) as last_mi,
    avg(headcount) filter (where mi between declared_mi - 6 and declared_mi - 4) as headcount_before,
    count(*) filter (where mi between case_mi - 12 and case_mi - 1 and headcount > 0) as months_with_staff
from (
    select c.k, v.mi, c.mi as case_mi, c.declared_mi, v.headcount
    from cases as c
    join dsn_versions as v on v.sk = c.sk and v.valid_from <= c.as_of and c.as_of < v.valid_to
    where v.mi between c.mi - 12 and c.mi
        or v.mi between c.declared_mi - 6 and c.declared_mi
) as known
group by k

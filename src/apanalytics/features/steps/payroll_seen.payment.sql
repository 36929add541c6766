-- A row is an establishment and month whose payroll was received, with the first day it was.
select sk, mi, min(valid_from) as seen_on
from payroll_versions
group by sk, mi

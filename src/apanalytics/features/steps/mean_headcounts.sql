-- A row is a version of a mean headcount (URSSAF, GIP-MDS) of a case's establishment in a month, from the day it was
-- received to the day the next one was.
select
    sk, mi, headcount, received_on as valid_from,
    coalesce(lead(received_on) over (partition by sk, mi order by received_on), date '9999-12-31') as valid_to
from (
    select try_cast(siret as bigint) as sk, year(month) * 12 + month(month) as mi, * from headcounts
) as months
join case_sirets using (sk)

-- A row is a claim, with its keys as numbers and the day it became known.
select
    claim_id, request_id, siret,
    try_cast(siret as bigint) as sk,
    try_cast(substring(siret, 1, 9) as bigint) as sn,
    month,
    year(month) * 12 + month(month) as mi,
    coalesce(filed_on, add_months(month, 1)) as known_on,
    filed_on, date_basis, employees, idle_hours, amount, regime, bank_key, paid_on
from claims

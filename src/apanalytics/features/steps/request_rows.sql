-- A row is a request, with its keys as numbers, the day it became known and the day its decision did.
select
    request_id, siret,
    try_cast(siret as bigint) as sk,
    try_cast(substring(siret, 1, 9) as bigint) as sn,
    coalesce(filed_on, status_on, starts_on) as known_on,
    filed_on, date_basis, starts_on, ends_on,
    case when status in ('authorised', 'tacit', 'refused', 'withdrawn') then coalesce(decided_on, status_on) end
        as decision_known_on,
    decided_on, status, scheme, motive, scope, prior_use, council_opinion, company_headcount, headcount,
    covered_headcount, hours, amount, hours_authorised, headcount_authorised, sector_scheme, filer_id,
    account_created_on, bank_key, email_key, commitments, amends_request_id, agreement_id, overtime_agreement_on,
    working_time_over_6_months
from requests

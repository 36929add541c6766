-- A row is the first day that a firm (siren) was known to use a bank account, or an e-mail without a third-party filer.
select kind, account, sn, min(date_diff('day', date '1970-01-01', known_on)) as day
from (
    select 'bank' as kind, bank_key as account, sn, known_on from request_rows
    union all
    select 'bank', bank_key, sn, known_on from claim_rows
    union all
    select 'email', email_key, sn, known_on from request_rows where filer_id is null
) as uses
where account is not null and sn is not null
group by kind, account, sn

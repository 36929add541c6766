-- A row is a day on which one more firm began to use an account, or a case that looks at it: the running number of
-- firms up to that day. One sort, however many firms share the account.
select kind, account, k, sum(firms) over (partition by kind, account order by day) as firms
from (
    select kind, account, day, cast(null as bigint) as k, 1 as firms from account_uses
    union all
    select 'bank', bank_key, date_diff('day', date '1970-01-01', as_of), k, 0 from cases where bank_key is not null
    union all
    select 'email', email_key, date_diff('day', date '1970-01-01', as_of), k, 0
    from cases
    where email_key is not null and filer_id is null
) as days

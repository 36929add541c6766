-- A row is a case: the other firms known to use its bank account, or its e-mail where no third party files.
select
    c.k,
    case when c.bank_key is not null then cast(coalesce(b.firms, 0) - 1 as bigint) end as bank_other_sirens,
    case when c.email_key is null then null
        when c.filer_id is not null then cast(0 as bigint)
        else cast(coalesce(e.firms, 0) - 1 as bigint) end as email_other_sirens
from cases as c
left join account_days as b
    on b.kind = 'bank' and b.account = c.bank_key
    and b.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < b.to_day
left join account_days as e
    on e.kind = 'email' and e.account = c.email_key
    and e.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < e.to_day

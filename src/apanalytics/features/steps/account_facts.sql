-- A row is a case: the other firms known to use its bank account, or its e-mail where no third party files.
with counted as (
    select
        k,
        max(firms) filter (where kind = 'bank') as bank_firms,
        max(firms) filter (where kind = 'email') as email_firms
    from account_firms
    where k is not null
    group by k
)
select
    c.k,
    cast(n.bank_firms - 1 as bigint) as bank_other_sirens,
    case when c.email_key is not null and c.filer_id is not null then cast(0 as bigint)
        else cast(n.email_firms - 1 as bigint) end as email_other_sirens
from cases as c
left join counted as n on n.k = c.k

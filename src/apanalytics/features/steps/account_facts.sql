-- A row is a case: the other firms known to use its bank account, or its e-mail where no third party files. Its own firm is
-- among them but where the account is that of a request of another firm: then its own files say.
with strangers as (
    select k, sn, as_of, bank_key, email_key from cases where request_sn <> sn
),
own_banks as (
    select s.k from strangers as s
    join claim_rows as u on u.sn = s.sn and u.bank_key = s.bank_key and u.known_on <= s.as_of
    union
    select s.k from strangers as s
    join request_rows as u on u.sn = s.sn and u.bank_key = s.bank_key and u.known_on <= s.as_of
),
own_emails as (
    select distinct s.k
    from strangers as s
    join request_rows as u
        on u.sn = s.sn and u.email_key = s.email_key and u.filer_id is null and u.known_on <= s.as_of
)
select
    c.k,
    case when c.bank_key is not null then coalesce(b.firms, 0)
        - case when c.request_sn <> c.sn and x.k is null then 0 else 1 end end as bank_other_sirens,
    case when c.email_key is null then null
        when c.filer_id is not null then 0
        else coalesce(e.firms, 0) - case when c.request_sn <> c.sn and y.k is null then 0 else 1 end end
        as email_other_sirens
from cases as c
left join account_days as b
    on b.kind = 'bank' and b.account = c.bank_key
    and b.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < b.to_day
left join account_days as e
    on e.kind = 'email' and e.account = c.email_key
    and e.from_day <= date_diff('day', date '1970-01-01', c.as_of)
    and date_diff('day', date '1970-01-01', c.as_of) < e.to_day
left join own_banks as x on x.k = c.k
left join own_emails as y on y.k = c.k

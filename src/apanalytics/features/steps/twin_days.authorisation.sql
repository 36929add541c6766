-- A row is an account, the hours and the headcount of a request, a firm and a day: how many such requests became known.
select account, hours_key, covered_headcount, sn, day, count(*) as requests
from (
    select
        coalesce(bank_key, case when filer_id is null then email_key end) as account,
        cast(round(hours * 100, 0) as bigint) as hours_key,
        covered_headcount, sn, date_diff('day', date '1970-01-01', known_on) as day
    from request_rows
) as requests
where account is not null
group by account, hours_key, covered_headcount, sn, day

-- A row is a remuneration with its contract and the month that it pays: that of the end of its period, or the month
-- declared where the period ends later.
create or replace table dsn_pay_rows as
select
    p.file_no, p.line, p.pay_id, t.contract_row, t.siret, t.person_key, t.contract_id, t.month as declared_month,
    least(t.month, cast(date_trunc('month', p.period_end) as date)) as month, p.kind, p.hours, p.amount
from kept_dsn_pays as p
left join kept_dsn_payments as v using (payment_id)
left join dsn_terms as t on t.person_id = v.person_id and t.contract_id = p.number

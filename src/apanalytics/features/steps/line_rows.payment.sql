-- A row is an employee on a claim's nominative list.
select
    c.k, c.sk, c.sn, c.mi, c.as_of, l.person_key, l.arrangement, l.contract_hours, l.worked_hours, l.idle_hours,
    l.hourly_wage, coalesce(l.regime, c.regime, '') as regime, c.period_start, c.company_headcount,
    c.overtime_agreement_on < o.agreed_before as overtime_agreed
from cases as c
join claim_lines as l on l.claim_id = c.case_id
cross join (select max(agreed_before) as agreed_before from rules_overtime) as o

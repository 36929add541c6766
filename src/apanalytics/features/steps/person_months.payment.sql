-- A row is an employee that a claim is paid for, with what the payroll of the firm knew of him in that month.
select
    q.k, q.person_key, q.listed, q.idle_hours,
    count(p.person_key) as contracts,
    sum(case when p.sk = q.sk then 1 else 0 end) as own_contracts,
    sum(micro(p.contract_hours)) filter (where p.sk = q.sk) / 1e6 as contract_hours,
    sum(micro(p.worked_hours)) filter (where p.sk = q.sk) / 1e6 as worked_hours,
    sum(micro(p.leave_hours)) filter (where p.sk = q.sk) / 1e6 as leave_hours,
    sum(micro(p.suspended_hours)) filter (where p.sk = q.sk) / 1e6 as suspended_hours,
    min(p.starts_on) as starts_on,
    sum(case when year(p.starts_on) * 12 + month(p.starts_on) <= q.mi
        and coalesce(year(p.ends_on) * 12 + month(p.ends_on) >= q.mi, true) then 1 else 0 end) as contracts_in_month,
    max(case when p.end_reason = 'trial' then 1 else 0 end) as gone_in_trial,
    min(case when p.contract_kind in ('officer', 'intern') then 1 else 0 end) as not_an_employee
from claimed_persons as q
left join payroll_versions as p
    on p.person_key = q.person_key and p.mi = q.mi and p.sn = q.sn and p.valid_from <= q.as_of and q.as_of < p.valid_to
group by q.k, q.person_key, q.listed, q.idle_hours

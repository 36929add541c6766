-- A row is a case: what the payroll of its establishment said, in its own month, in the last month known at the time of
-- the request, and in the usual months before, those without idle hours.
select
    k,
    max(mi) filter (where mi <= case_mi) as last_mi,
    arg_max(headcount, mi) filter (where mi <= declared_mi and headcount is not null) as headcount_at_request,
    avg(headcount) filter (where mi between declared_mi - 6 and declared_mi - 4) as headcount_before,
    count(*) filter (where mi between case_mi - 12 and case_mi - 1 and headcount > 0) as months_with_staff,
    max(headcount) filter (where mi = case_mi) as headcount,
    max(contract_hours) filter (where mi = case_mi) as contract_hours,
    max(worked_hours) filter (where mi = case_mi) as worked_hours,
    max(leave_hours) filter (where mi = case_mi) as leave_hours,
    max(suspended_hours) filter (where mi = case_mi) as suspended_hours,
    max(idle_hours) filter (where mi = case_mi) as idle_hours,
    max(overtime_hours) filter (where mi = case_mi) as overtime_hours,
    max(base_pay) filter (where mi = case_mi) as base_pay,
    sum(micro(worked_hours)) filter (where mi between case_mi - 12 and case_mi - 1 and usual)
        / nullif(sum(micro(contract_hours)) filter (where mi between case_mi - 12 and case_mi - 1 and usual), 0)
        as usual_worked_share,
    coalesce(
        sum(micro(base_pay)) filter (where mi between case_mi - 3 and case_mi - 1)
            / nullif(sum(micro(contract_hours)) filter (where mi between case_mi - 3 and case_mi - 1 and base_pay is not null), 0),
        sum(micro(gross_pay)) filter (where mi between case_mi - 12 and case_mi - 1 and usual and suspended_hours = 0)
            / nullif(
                sum(micro(contract_hours)) filter (where mi between case_mi - 12 and case_mi - 1 and usual and suspended_hours = 0),
                0
            )
    ) as usual_hourly_pay
from (select *, idle_hours <= 1e-2 * contract_hours and contract_hours > 0 as usual from dsn_known) as known
group by k

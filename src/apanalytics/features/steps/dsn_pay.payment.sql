-- A row is a case: what an hour of contract was usually paid before its own month, as the payroll known on the day says
-- it: the base pay of the three months before, or the gross pay of the usual months of the year before.
select
    k,
    coalesce(
        sum(micro(base_pay)) filter (where mi >= case_mi - 3)
            / nullif(sum(micro(contract_hours)) filter (where mi >= case_mi - 3 and base_pay is not null), 0),
        sum(micro(gross_pay)) filter (where usual)
            / nullif(sum(micro(contract_hours)) filter (where usual), 0)
    ) as usual_hourly_pay
from (
    select
        c.k, c.mi as case_mi, v.mi, v.contract_hours, v.base_pay, v.gross_pay,
        v.idle_hours <= 1e-2 * v.contract_hours and v.contract_hours > 0 and v.suspended_hours = 0 as usual
    from cases as c
    join dsn_versions as v
        on v.sk = c.sk and v.valid_from <= c.as_of and c.as_of < v.valid_to and v.mi between c.mi - 12 and c.mi - 1
) as months
group by k

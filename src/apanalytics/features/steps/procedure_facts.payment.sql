-- A row is a claim: its date against the deadline in force when the authorisation ended, and its account.
select
    c.k,
    cast(date_diff('day', c.period_end, c.filed_on) as bigint) as claim_delay_days,
    cast(
        date_diff(
            'day',
            coalesce(
                cast(p.claim_before - interval 1 day as date),
                add_months(
                    c.request_ends_on,
                    p.claim_deadline_months + case
                        when c.working_time_over_6_months then coalesce(p.claim_deadline_extra_months, 0) else 0
                    end
                )
            ),
            c.filed_on
        ) as bigint
    ) as claim_over_deadline_days,
    c.own_bank_key <> c.request_bank_key as bank_changed
from cases as c
left join law_procedure as p on p.valid_from <= c.request_ends_on and c.request_ends_on < p.valid_to

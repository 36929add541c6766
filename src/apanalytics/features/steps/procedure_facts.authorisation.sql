-- A row is a request: its dates and pieces against the procedure in force on the day it was filed. Exceptional
-- circumstances and accidents may be filed after the start; the works council's opinion may follow them. Once the long-term
-- scheme exists, a request that does not say its scheme may be one, and has no longest period.
with long_term as (
    select min(valid_from) as first_day
    from law_rates
    where regime = 'apld'
),
ruled as (
    select
        c.*, p.works_council_threshold, o.opinion_months, long_term.first_day as long_term_from,
        case
            when c.motive = 5 then coalesce(p.filing_days_after_start, 0)
            when c.motive = 3 then coalesce(p.filing_days_after_start_weather, 0)
            else 0
        end as filing_days,
        case
            when c.motive = 3 then coalesce(s.max_authorisation_months_weather, s.max_authorisation_months)
            else s.max_authorisation_months
        end as longest_months
    from cases as c
    cross join long_term
    left join law_procedure as p on p.valid_from <= c.known_on and c.known_on < p.valid_to
    left join law_procedure as s
        on s.valid_from <= greatest(c.known_on, c.period_start) and greatest(c.known_on, c.period_start) < s.valid_to
    left join rules_council as o on o.valid_from <= c.known_on and c.known_on < o.valid_to
)
select
    k,
    cast(date_diff('day', request_starts_on, filed_on) as bigint) as filing_delay_days,
    cast(date_diff('day', request_starts_on, filed_on) - filing_days as bigint) as filing_over_deadline_days,
    case when scheme = 'APDC' or (scheme is null and greatest(known_on, period_start) < long_term_from)
        then cast(date_diff('day', add_months(period_start, longest_months), period_end) + 1 as bigint)
    end as period_over_longest_days,
    cast(longest_months as double) as longest_authorisation_months,
    company_headcount >= works_council_threshold and council_opinion in (0, 3)
        and not (
            motive in (3, 5)
            and as_of <= add_months(known_on, coalesce(opinion_months, 0))
        ) as council_opinion_missing,
    case when account_created_on <= as_of then cast(date_diff('day', account_created_on, filed_on) as bigint) end
        as account_age_days,
    commitments as commitments_given,
    amends_request_id is not null as is_amendment
from ruled

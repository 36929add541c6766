-- A row is a claim: what its nominative list says by itself.
select
    c.k,
    cast(s.persons as bigint) as persons_listed,
    c.hours - s.idle_hours as hours_not_listed,
    case
        when s.persons >= 3 then s.least_idle = s.most_idle and s.most_idle > 0
            and round(s.most_idle * 2e5, 0) = 1e6 * floor(s.most_idle / 5)
    end as same_round_hours,
    s.hours_over_arrangement as hours_over_arrangement,
    s.hours_over_own_contract as listed_hours_over_contract
from cases as c
left join line_sums as s on s.k = c.k

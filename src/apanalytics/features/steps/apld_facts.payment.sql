-- A row is a claim under a long-term agreement: the idle hours claimed so far against the hours of the whole agreement;
-- months that the law neutralised count in neither.
with agreement as (
    select
        c.k, c.sk, c.as_of, a.max_reduction, a.starts_on, a.ends_on,
        row_number() over (partition by c.k order by a.starts_on desc, a.agreement_id) as choice
    from cases as c
    join agreements as a
        on try_cast(a.siret as bigint) = c.sk and a.starts_on <= c.period_end and a.ends_on >= c.period_start
        and (c.agreement_id is null or a.agreement_id = c.agreement_id)
    where c.scheme in ('APLD', 'APLD_R') and a.starts_on <= c.as_of
),
claimed as (
    select
        a.k,
        sum(micro(v.idle_hours)) / 1e6 as idle_hours, max(v.employees) as employees
    from agreement as a
    join cases as c on c.k = a.k
    join (
        select
            r.request_id, r.sk, r.known_on as request_known_on, d.mi, d.idle_hours, d.employees,
            d.known_on as valid_from,
            coalesce(
                lead(d.known_on) over (partition by d.request_id, d.mi order by d.known_on), date '9999-12-31'
            ) as valid_to
        from claim_days as d
        join law_days as m on m.mi = d.mi and m.apld_counts
        join request_rows as r on r.request_id = d.request_id
        where r.scheme in ('APLD', 'APLD_R')
    ) as v
        on v.sk = a.sk and v.valid_from <= a.as_of and a.as_of < v.valid_to
        and v.request_known_on <= a.as_of
        and v.mi >= year(a.starts_on) * 12 + month(a.starts_on) and v.mi <= c.mi
    where a.choice = 1
    group by a.k
)
select
    c.k,
    case when a.k is not null then coalesce(a.max_reduction, p.apld_max_reduction) end as agreement_max_reduction,
    n.idle_hours / nullif(
        n.employees * (closing.apld_hours_through - opening.apld_hours_through + opening.apld_hours), 0
    ) as agreement_reduction_share,
    n.idle_hours / nullif(
        n.employees * (closing.apld_hours_through - opening.apld_hours_through + opening.apld_hours)
            * coalesce(a.max_reduction, p.apld_max_reduction),
        0
    ) as agreement_reduction_over_max_ratio
from cases as c
left join law_procedure as p on p.valid_from <= c.request_known_on and c.request_known_on < p.valid_to
left join agreement as a on a.k = c.k and a.choice = 1
left join claimed as n on n.k = c.k
left join law_days as opening on opening.mi = year(a.starts_on) * 12 + month(a.starts_on)
left join law_days as closing on closing.mi = year(a.ends_on) * 12 + month(a.ends_on)

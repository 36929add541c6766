-- A row is a case: its declared headcount against the last mean headcount (URSSAF, GIP-MDS) known of its establishment
-- in the six months up to the request.
with versions as (
    select
        sk, mi, headcount, received_on as valid_from,
        coalesce(lead(received_on) over (partition by sk, mi order by received_on), date '9999-12-31') as valid_to
    from (
        select try_cast(siret as bigint) as sk, year(month) * 12 + month(month) as mi, * from headcounts
    ) as months
    join case_sirets using (sk)
),
latest as (
    select c.k, arg_max(v.headcount, v.mi) filter (where v.headcount is not null) as headcount
    from cases as c
    join versions as v on v.sk = c.sk and v.valid_from <= c.as_of and c.as_of < v.valid_to
    where v.mi between c.declared_mi - 6 and c.declared_mi
    group by c.k
)
select
    c.k,
    l.headcount as urssaf_headcount,
    c.headcount_declared / nullif(l.headcount, 0) as headcount_over_urssaf_ratio,
    c.headcount_declared - l.headcount as headcount_over_urssaf_gap
from cases as c
left join latest as l on l.k = c.k

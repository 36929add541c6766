-- A row is a case: its declared headcount against the last mean headcount (URSSAF, GIP-MDS) known of its establishment
-- in the six months up to the request.
with latest as (
    select c.k, arg_max(v.headcount, v.mi) filter (where v.headcount is not null) as headcount
    from cases as c
    join mean_headcounts as v on v.sk = c.sk and v.valid_from <= c.as_of and c.as_of < v.valid_to
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

-- A row is a case: what earlier controls and decisions on the same firm (siren) had found by the day it is looked at.
select
    c.k,
    cast(d.controls - d.own_controls as bigint) as earlier_controls,
    cast(d.findings - d.own_findings as bigint) as earlier_findings,
    cast(d.refusals - d.own_refusals as bigint) as earlier_refusals
from cases as c
left join firm_days as d on d.k = c.k

-- A row is an establishment of a declaration: from the day it was received to the day another one took its place. A later
-- declaration of the same fraction, or one that parts the month in another number of fractions, takes it.
create or replace table dsn_sent as
with sent as (
    select
        e.establishment_id, e.siret, d.month, d.received_on, d.kind,
        coalesce(d.fraction, '{whole}') as fraction,
        right(coalesce(d.fraction, '{whole}'), 1) as fractions,
        row_number() over (
            partition by e.siret, d.month
            order by d.received_on, d.rank nulls first, d.declaration_id, e.establishment_id
        ) as turn
    from kept_dsn_establishments as e
    join kept_dsn_declarations as d using (declaration_id)
)
select
    a.establishment_id, a.siret, a.month, a.received_on, a.kind, min(b.received_on) as replaced_on
from sent as a
left join sent as b
    on b.siret = a.siret and b.month = a.month and b.turn > a.turn
    and (b.fraction = a.fraction or b.fractions <> a.fractions)
group by all

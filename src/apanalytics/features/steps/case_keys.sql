-- A row is a case with its number, in the order in which cases are written: by id, or by region, month of filing and id. It
-- is shorter to join on than the id.
select
    l.case_id,
    cast(
        row_number() over (
            order by
                case when asked.by_place then coalesce(e.region, 'ZZ') else '' end,
                case when asked.by_place then year(l.known_on) * 12 + month(l.known_on) else 0 end,
                l.case_id
        ) as bigint
    ) as k
from looked_at as l
cross join asked
left join establishment_versions as e
    on asked.by_place and e.sk = l.sk and e.valid_from <= l.as_of and l.as_of < e.valid_to

-- A row is a version of an establishment in SIRENE, from the day it was known to the day the next one was.
select
    try_cast(siret as bigint) as sk,
    coalesce(known_on, date '1900-01-01') as valid_from,
    coalesce(
        lead(coalesce(known_on, date '1900-01-01')) over (
            partition by siret order by coalesce(known_on, date '1900-01-01'), naf, size_class, closed_on
        ),
        date '9999-12-31'
    ) as valid_to,
    -- A siret that SIRENE does not hold has a row too, flagged, so that its cases are shown; without SIRENE nobody knows.
    case
        when concat(';', data_flags, ';') like '%;siret_unknown;%' then false
        when concat(';', data_flags, ';') like '%;sirene_absent;%' then null
        else true
    end as in_sirene,
    known_on, name, department, region, naf, legal_category, size_class, is_employer, created_on, closed_on
from establishments

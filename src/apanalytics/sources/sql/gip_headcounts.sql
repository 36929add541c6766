-- A row is the headcount of an establishment's month as it stood from the day one of its schemes was updated: the schemes
-- together, each in its latest update.
insert into kept_headcounts by name
with versions as (
    select
        siret, month, received_on, headcount,
        lead(received_on) over (partition by siret, month, regime order by received_on) as until
    from kept_gip_values
),
days as (
    select distinct siret, month, received_on from versions
)
select d.siret, d.month, d.received_on, sum(v.headcount) as headcount
from days as d
join versions as v
    on v.siret = d.siret and v.month = d.month and v.received_on <= d.received_on
    and (v.until is null or v.until > d.received_on)
group by d.siret, d.month, d.received_on

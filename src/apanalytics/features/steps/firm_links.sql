-- A row is a link between two firms (siren) from a day on: an account that both are known to use, or requests of one day by
-- one third-party filer with the same hours, headcount and dates. A firm is linked to the one that came before it, so that
-- an account of many firms has one link per firm.
select graph, other_sn, sn, day
from (
    select 'account' as graph, lag(sn) over (partition by kind, account order by day, sn) as other_sn, sn, day
    from account_uses
    union all
    select
        'pattern',
        lag(sn) over (partition by filer_id, day, hours_key, covered_headcount, starts_on, ends_on order by sn),
        sn, day
    from (
        select distinct
            filer_id, date_diff('day', date '1970-01-01', known_on) as day,
            cast(round(hours * 100, 0) as bigint) as hours_key, covered_headcount, starts_on, ends_on, sn
        from request_rows
        where filer_id is not null and sn is not null and hours > 0 and covered_headcount > 0
    ) as patterns
) as links
where other_sn is not null

"""A country for speed: contract Parquet of any size, drawn by DuckDB in pieces of 100,000 requests.

It has the shape that costs time, not the conduct of `apanalytics synth`: firms of one to twenty
establishments, establishments of one to some thirty requests in waves, about three claims a request with
corrections and duplicates, accounts of one firm or of many, filers of one client or of thousands, SIRENE in
versions, payroll months late and corrected. Every value is a hash of its place, so a piece never depends on
another, the largest group of a key does not grow with the country (but for filers and shared accounts), and
a country of a hundred pieces is written in the memory of one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

PIECE = 100_000
"""Requests of a piece; three claims and five payroll months each."""
FIRMS = 0.15
"""Firms per request."""
NUMBERS = 20_000
"""Sirens set apart for a piece."""
EXTRA_PAYING = 1_000
"""Establishments with payroll among those on top of the country."""
TABLES = ("establishments", "requests", "claims", "payroll_months")


@dataclass(frozen=True)
class Hot:
    """More requests on top of a country, nearly each of a firm of its own, that share keys or not.

    Attributes
    ----------
    requests : how many more.
    shared : whether they share one account, those of seven firms in ten one filer, and one in ten the
        establishment.
    """

    requests: int
    shared: bool


NAF = [
    *("56.10A", "43.21A", "47.71Z", "96.02A", "41.20A", "49.41A", "43.32A", "55.10Z", "68.20B", "70.22Z"),
    *("62.02A", "86.23Z", "47.11B", "45.11Z", "93.12Z", "85.59A", "25.62B", "10.71C", "78.20Z", "81.21Z"),
    *("43.34Z", "74.10Z", "82.99Z", "46.90Z", "71.12B", "47.76Z", "90.01Z", "79.11Z", "18.12Z", "22.29A"),
    *("56.30Z", "69.20Z", "59.11A", "73.11Z", "33.12Z", "28.29B", "01.21Z", "52.29B", "66.22Z", "88.10A"),
]
"""Classes of activity, the commonest first."""

MACROS = (
    "u(i, salt) as (hash(i, salt) >> 11)::double / 9007199254740992",
    "normal(i, salt) as sqrt(-2 * ln(1 - u(i, salt))) * cos(2 * pi() * u(i, salt || '2'))",
    "month_after(d, n) as (date_trunc('month', d) + to_months(n))::date",
    "day_in(a, b, x) as (a + floor(x * date_diff('day', a, b))::integer)",
    "size_of(n) as case when n < 3 then '01' when n < 6 then '02' when n < 10 then '03' when n < 20 then '11'"
    " when n < 50 then '12' when n < 100 then '21' when n < 200 then '22' when n < 250 then '31'"
    " when n < 500 then '32' when n < 1000 then '41' else '42' end",
    "key(kind, i) as substring(md5(kind || i::varchar), 1, 20)",
)

PLACES = f"""
create or replace temp table places as
select
    row_number() over (order by case when $extra then j end, hash(siren, j)) - 1 as e,
    siren, siren::varchar || lpad((j + 1)::varchar, 5, '0') as siret, j,
    greatest(1, floor(exp(1.4 + 1.2 * normal(siren * 100 + j, 'heads'))))::bigint as heads,
    $nafs[1 + floor({len(NAF)} * pow(u(siren, 'naf'), 2))::integer] as naf,
    1 + floor(95 * u(siren, 'department'))::integer as department
from (
    select
        siren,
        unnest(range(case when u(siren, 'sites') < 0.8 then 1
            when u(siren, 'sites') < 0.95 then 2 + floor(2 * u(siren, 'few'))::bigint
            else 4 + floor(17 * u(siren, 'many'))::bigint end)) as j
    from (select 100000000 + $piece * {NUMBERS} + unnest(range($firms)) as siren)
)
"""

ESTABLISHMENTS = """
select
    siret, siren::varchar as siren, 'Firm ' || siren as name, j = 0 as is_head_office,
    lpad(department::varchar, 2, '0') as department, $regions[1 + department % len($regions)] as region,
    case when version = 1 and u(e, 'moved') < 0.7 then $nafs[1 + e % len($nafs)] else naf end as naf,
    '5710' as legal_category, size_of(heads) as size_class, true as is_employer,
    date '1995-01-01' + floor(9000 * u(hash(siret), 'created'))::integer as created_on,
    case when version = 1 and u(e, 'moved') >= 0.7
        then day_in(date '2020-01-01', date '2021-08-01', u(hash(siret), 'closed')) end as closed_on,
    case when version = 1
        then day_in(date '2020-02-01', date '2021-09-30', u(hash(siret), 'known')) end as known_on
from (
    select *, unnest(range(case when u(hash(siret), 'versions') < 0.1 then 2 else 1 end)) as version
    from places
)
where u(hash(siret), 'sirene') >= 0.01
"""

REQUESTS = """
create or replace temp table asked as
with drawn as (
    select
        i, u(i, 'wave') as wave, u(i, 'day') as day, u(i, 'months') as d,
        case when $hot and n % 10 = 0 then 7
            when $extra then n
            else floor((select count(*) from places) * pow(u(i, 'place'), 1.15))::bigint end as e
    from (select n, $first + n as i from range($requests) as r(n))
),
dated as (
    select
        *,
        case when wave < 0.45 then day_in(date '2020-03-16', date '2020-06-01', day)
            when wave < 0.80 then day_in(date '2020-10-15', date '2021-05-01', day)
            else day_in(date '2020-06-01', date '2021-09-30', day) end as filed_on,
        case when d < 0.30 then 1 when d < 0.55 then 2 when d < 0.72 then 3 when d < 0.82 then 4
            when d < 0.88 then 5 else 6 end as months
    from drawn
),
placed as (
    select
        d.i, d.filed_on, d.months, p.*,
        d.filed_on - floor(20 * u(d.i, 'start'))::integer as starts_on,
        greatest(1, ceil(p.heads * (0.3 + 0.7 * u(d.i, 'covered'))))::bigint as covered,
        u(d.i, 'status') as s, u(d.i, 'account') as account
    from dated as d
    join places as p on p.e = d.e
)
select
    i, e, siret, siren, heads, months, covered,
    starts_on, starts_on + (30 * months - 1)::integer as ends_on, filed_on,
    round(covered * months * 150 * (0.2 + 0.8 * u(i, 'hours')), 2) as hours,
    case when s < 0.80 then 'authorised' when s < 0.90 then 'tacit' when s < 0.93 then 'refused'
        when s < 0.95 then 'withdrawn' else 'pending' end as status,
    case when s < 0.95 then filed_on + floor(15 * u(i, 'decided'))::integer end as decided_on,
    case when $hot then key('bank', -1)
        when account < 0.02 then null
        when account < 0.08 then key('shared', floor(pow(u(siren, 'pool'), 1.5) * $pieces * 2000)::bigint)
        when account < 0.12 then key('site', siret)
        else key('bank', siren) end as bank_key,
    case when $hot and siren % 10 < 7 then 'F-hot'
        when u(siren, 'filer') < 0.4
            then 'F' || floor(pow(u(siren, 'filer2'), 2) * $pieces * 250)::bigint end as filer_id,
    case when u(i, 'amends') < 0.03 and i > $first then 'R' || lpad((i - 1)::varchar, 9, '0') end as amends
from placed
"""

REQUEST_ROWS = """
select
    'R' || lpad(i::varchar, 9, '0') as request_id, siret, 'APDC' as scheme,
    case when u(i, 'motive') < 0.85 then 5 else 1 end::bigint as motive, 1 + (i % 4)::bigint as scope,
    1::bigint as prior_use, 1::bigint as council_opinion, filed_on,
    coalesce(decided_on, filed_on) as status_on,
    'filed' as date_basis, starts_on, ends_on, heads * 2 as company_headcount, heads as headcount,
    covered as covered_headcount, hours, round(hours * (8 + 6 * u(i, 'euros')), 2) as amount,
    case when status in ('authorised', 'tacit')
        then round(hours * (0.8 + 0.2 * u(i, 'granted')), 2) end as hours_authorised,
    case when status in ('authorised', 'tacit') then covered end as headcount_authorised,
    'general' as sector_scheme, filer_id, bank_key,
    date '2015-01-01' + (i % 2200)::integer as account_created_on,
    case when filer_id is null then key('mail', siren) else key('mail', filer_id) end as email_key,
    amends as amends_request_id, u(i, 'long') < 0.02 as working_time_over_6_months, status, decided_on
from asked
"""

CLAIMS = """
with months as (
    select
        *, month_after(starts_on, n) as month, i * 10 + n as c
    from (select *, unnest(range(date_diff('month', starts_on, ends_on) + 1)) as n from asked)
),
versions as (
    select
        *,
        case when u(c, 'versions') < 0.05 then 'corrected'
            when u(c, 'versions') < 0.056 then 'twice' end as kind,
        unnest(range(case when u(c, 'versions') < 0.056 then 2 else 1 end)) as version
    from months
    where u(c, 'claimed') < 0.82 and status <> 'refused'
),
filed as (
    select
        *,
        month_after(month, 1) + floor(-9 * ln(1 - u(c, 'filed')))::integer
            + (version * (1 + floor(60 * u(c, 'later'))))::integer as claimed_on,
        greatest(1, floor(covered * (0.5 + 0.55 * u(c, 'employees'))))::bigint as employees,
        case when version = 1 and kind = 'corrected' then 0.9 else 1.0 end as factor
    from versions
),
counted as (
    select *, round(employees * 150 * factor * (0.1 + 0.9 * u(c, 'idle')), 2) as idle_hours from filed
)
select
    'C' || lpad(c::varchar, 10, '0') || '-' || version as claim_id,
    'R' || lpad(i::varchar, 9, '0') as request_id, siret, month, claimed_on as filed_on,
    employees, idle_hours,
    round(idle_hours * (8 + 4 * u(c, 'euros')), 2) as amount, 'general' as regime,
    case when u(c, 'account') < 0.01 then null when u(c, 'account') < 0.03 then key('bank', siret)
        else bank_key end as bank_key,
    case when u(c, 'paid') < 0.85 then claimed_on + 8 + floor(17 * u(c, 'paid2'))::integer end as paid_on,
    'filed' as date_basis
from counted
"""

PAYROLL_MONTHS = """
with months as (
    select *, month_after(date '2019-12-01', n + floor(4 * u(hash(siret), 'first'))::integer) as month,
        hash(siret, n) as c
    from (select *, unnest(range(17)) as n from places where u(hash(siret), 'dsn') < 0.98 and e < $paying)
),
counted as (
    select
        *, greatest(0, round(heads * (0.9 + 0.2 * u(c, 'heads'))))::bigint as headcount,
        case when month between date '2020-03-01' and date '2020-06-01' or month >= date '2020-11-01'
            then 0.6 * u(c, 'idle') else 0 end as idle,
        unnest(range(case when u(c, 'versions') < 0.08 then 2 else 1 end)) as version
    from months
)
select
    siret, month,
    month_after(month, 1) + case when heads < 50 then 14 else 4 end
        + case when u(c, 'late') < 0.06 then 10 + floor(80 * u(c, 'late2'))::integer else 0 end
        + (version * (1 + floor(50 * u(c, 'later'))))::integer as received_on,
    headcount, headcount * 150::double as contract_hours,
    round(headcount * 150 * (1 - idle) * (0.85 - 0.02 * version), 2) as worked_hours,
    round(headcount * 150 * (1 - idle) * 0.1, 2) as leave_hours,
    round(headcount * 150 * (1 - idle) * 0.05 * u(c, 'suspended'), 2) as suspended_hours,
    round(headcount * 150 * idle, 2) as idle_hours, 0.0::double as overtime_hours,
    round(headcount * 150 * (11 + 8 * u(siren, 'wage')), 2) as base_pay,
    round(headcount * 150 * (11 + 8 * u(siren, 'wage')) * (1 - idle), 2) as gross_pay
from counted
"""

REGIONS = ["11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"]


@dataclass(frozen=True)
class Piece:
    """One piece.

    Attributes
    ----------
    number, pieces : its place among those of the country.
    first, requests : number of its first request, and how many there are.
    extra, hot : whether it is on top of the country, and whether its requests share keys.
    """

    number: int
    pieces: int
    first: int
    requests: int
    extra: bool = False
    hot: bool = False


def write(folder: Path, requests: int, hot: Hot | None = None, size: int = PIECE) -> None:
    """Write a country of so many requests, and what is added to it.

    Parameters
    ----------
    folder : where a folder of Parquet files is made for each table.
    requests : requests of the country, a multiple of `size`.
    hot : requests added to it.
    size : requests of a piece, at most `PIECE`.
    """
    count = requests // size
    pieces = [Piece(number, count, number * size, size) for number in range(count)]
    if hot:
        pieces.append(Piece(count, count, count * size, hot.requests, extra=True, hot=hot.shared))
    for table in TABLES:
        (folder / f"{table}.parquet").mkdir(parents=True)
    with duckdb.connect(config={"memory_limit": "2GB", "preserve_insertion_order": False}) as con:
        for macro in MACROS:
            con.execute(f"create temp macro {macro}")
        for piece in pieces:
            _write(con, folder, piece)


def _write(con: duckdb.DuckDBPyConnection, folder: Path, piece: Piece) -> None:
    firms = piece.requests if piece.extra else round(piece.requests * FIRMS)
    con.execute(PLACES, {"nafs": NAF, "piece": piece.number, "firms": firms, "extra": piece.extra})
    given = {"first": piece.first, "requests": piece.requests, "pieces": piece.pieces}
    con.execute(REQUESTS, {**given, "extra": piece.extra, "hot": piece.hot})
    queries = dict(zip(TABLES, (ESTABLISHMENTS, REQUEST_ROWS, CLAIMS, PAYROLL_MONTHS), strict=True))
    bounds = {
        "establishments": {"nafs": NAF, "regions": REGIONS},
        "payroll_months": {"paying": EXTRA_PAYING if piece.extra else NUMBERS * 20},
    }
    for table, query in queries.items():
        bound = bounds.get(table, {})
        con.execute(f"create or replace temp table written as {query}", bound)
        path = folder / f"{table}.parquet" / f"part-{piece.number:03}.parquet"
        con.execute(f"copy written to '{path}' (format parquet, compression zstd)")


if __name__ == "__main__":
    extra = Hot(int(sys.argv[3]), sys.argv[4] == "shared") if len(sys.argv) > 3 else None
    write(Path(sys.argv[1]), int(sys.argv[2]), extra)

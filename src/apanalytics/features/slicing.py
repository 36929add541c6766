"""Very many cases, computed slice by slice: a slice is the firms whose siren lies between two.

Each slice reads the rows of its own sirets; what looks across firms (accounts, peers, near-identical
requests) is computed once from everything. The few requests and claims that belong to a file of a slice
though they name another firm are found once, and come with the slice's own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from apanalytics.features.assembly import CASE_TABLES
from apanalytics.features.steps import Step, order
from apanalytics.features.window import Window

ACROSS = frozenset({"account_days", "linked_firms", "linked_totals", "peer_days", "twin_days", "twin_totals"})
"""Steps that look across firms: computed once, from the rows of all of them."""

EVERYWHERE: Mapping[str, tuple[str, ...]] = {"person_time": ("claims", "claim_lines", "payroll")}
"""Steps of a slice that look across firms, and the tables of which they read every row."""

AS_VIEWS = frozenset({"request_rows", "claim_rows", "looked_at", "peer_rows"})
"""Steps of the size of the country, of which each that looks across firms reads a few columns."""

BYTES_OF_A_CASE, BYTES_OF_A_FEATURE = 1_300, 25
"""Memory that the steps need for a case, and for each of its features: measured (decision record 18)."""

_BY_SIRET = {
    "establishments": "siret",
    "payroll_months": "siret",
    "payroll": "siret",
    "headcounts": "siret",
    "agreements": "siret",
    "successions": "predecessor",
    "insolvencies": "siren",
}
_SAMPLE = 1_000_000
_FILED = {
    "requests": "coalesce(filed_on, status_on, starts_on)",
    "claims": "coalesce(filed_on, cast(month + interval 1 month as date))",
}


@dataclass(frozen=True)
class Slice:
    """The sirets from `first`, inclusive, to `before`, exclusive; None is the last one of all."""

    number: int
    first: str
    before: str | None


def slice_count(con: duckdb.DuckDBPyConnection, stage: str, asked: Window, features: int) -> int:
    """Say in how many slices the cases asked for fit the memory of a connection.

    Examples
    --------
    >>> import apanalytics as ap
    >>> from apanalytics.features.window import window
    >>> with ap.read("data/synthetic").connect("1GB") as con:
    ...     slice_count(con, "payment", window(), features=100)
    1
    """
    ((cases,),) = con.execute(f"select count(*) from ({_filed(stage, asked)}) as filed").fetchall()
    ((limit,),) = con.execute("select current_setting('memory_limit')").fetchall()
    need = int(cases) * (BYTES_OF_A_CASE + BYTES_OF_A_FEATURE * features)
    return max(1, math.ceil(need / _bytes(limit)))


def _bytes(size: str) -> float:
    number, unit = size.split()
    power = "KMGT".index(unit[0]) + 1 if unit[0] in "KMGT" else 0
    return float(number) * float(1024 if "i" in unit else 1000) ** power


def _filed(stage: str, asked: Window) -> str:
    table = CASE_TABLES[stage]
    months = sorted(month for _, month in asked.parts or ())
    first = max(filter(None, (asked.from_, months[0] if months else None)), default=None)
    conditions = [f"{_FILED[table]} >= date '{first}'"] if first else []
    if asked.to:
        conditions.append(f"{_FILED[table]} <= date '{asked.to}'")
    if months:
        conditions.append(f"{_FILED[table]} < cast(date '{months[-1]}' + interval 1 month as date)")
    return f"select siret from {table}" + (f" where {' and '.join(conditions)}" if conditions else "")


def cut(con: duckdb.DuckDBPyConnection, stage: str, asked: Window, count: int) -> list[Slice]:
    """Cut the firms into slices of about as many cases each; a firm is never cut.

    Examples
    --------
    >>> import apanalytics as ap
    >>> from apanalytics.features.window import window
    >>> with ap.read("data/synthetic").connect() as con:
    ...     made = cut(con, "payment", window(), 3)
    >>> len(made), made[0].first, made[1].first == made[0].before, made[2].before
    (3, '', True, None)
    """
    filed = _filed(stage, asked)
    ((rows,),) = con.execute(f"select count(*) from ({filed}) as filed").fetchall()
    shares = [n / count for n in range(1, count)]
    ((found,),) = con.execute(
        "select quantile_disc(sn, $shares) from (select try_cast(substring(siret, 1, 9) as bigint) as sn"
        f" from ({filed}) as filed where hash(siret) % {max(1, rows // _SAMPLE)} = 0) as sample",
        {"shares": shares},
    ).fetchall()
    firsts = ["", *(f"{sn:09d}" for sn in sorted(set(found or ())))]
    ends: list[str | None] = [*firsts[1:], None]
    return [Slice(n, first, end) for n, (first, end) in enumerate(zip(firsts, ends, strict=True))]


def across(known: Mapping[str, Step], wanted: Sequence[str]) -> list[str]:
    """Give the steps that look across firms among those that the wanted ones need.

    Examples
    --------
    >>> from apanalytics.features.steps import steps
    >>> across(steps("payment"), ["peer_facts", "place_facts"])
    ['peer_days']
    """
    return [name for name in order(wanted, known) if name in ACROSS]


def of_a_slice(known: Mapping[str, Step]) -> dict[str, Step]:
    """Give the steps that each slice runs: without those that look across firms, which are there."""
    found = {}
    for name, step in known.items():
        if name in ACROSS:
            continue
        text = step.sql
        for table in EVERYWHERE.get(name, ()):
            text = text.replace(f"from {table}\n", f"from memory.main.{table}\n")
            text = text.replace(f"from {table} as ", f"from memory.main.{table} as ")
            text = text.replace(f"join {table} as ", f"join memory.main.{table} as ")
        found[name] = Step(name, step.about, text)
    return found


def find_strays(con: duckdb.DuckDBPyConnection, slices: Sequence[Slice]) -> None:
    """Keep the requests and claims that a slice needs though they name a firm of another one."""
    con.execute(f"create or replace temp macro slice_of(siret) as {_number_of(slices)}")
    for table, query in {"strays": _STRAYS, **_STRAY_ROWS}.items():
        con.execute(f"create or replace temp table {table} as {query}")


def narrow(con: duckdb.DuckDBPyConnection, chosen: Slice) -> None:
    """Let the steps see one slice: views of its rows hide the tables, and only its cases are asked for."""
    con.execute("update asked set first_siret = ?, before_siret = ?", [chosen.first, chosen.before])
    for table, column in _BY_SIRET.items():
        con.execute(f"create or replace temp view {table} as {_own(table, column, chosen)}")
    for table in ("requests", "claims"):
        own = _own(table, "coalesce(siret, '')", chosen)
        strays = f"select * exclude (slice) from stray_{table} where slice = {chosen.number}"
        con.execute(f"create or replace temp view {table} as {own} union all {strays}")
    con.execute(
        "create or replace temp view request_events as select * from memory.main.request_events"
        " where request_id in (select request_id from requests)"
    )


def _own(table: str, column: str, chosen: Slice) -> str:
    conditions = [f"{column} >= '{chosen.first}'"]
    if chosen.before is not None:
        conditions.append(f"{column} < '{chosen.before}'")
    return f"select * from memory.main.{table} where {' and '.join(conditions)}"


def _number_of(slices: Sequence[Slice]) -> str:
    """Write the expression that says in which slice a siret is: a search by halves."""
    if len(slices) == 1:
        return str(slices[0].number)
    middle = len(slices) // 2
    below, above = _number_of(slices[:middle]), _number_of(slices[middle:])
    return f"case when coalesce(siret, '') < '{slices[middle].first}' then {below} else {above} end"


_STRAYS = """
select distinct request_id, unnest([here, there]) as slice
from (
    select c.request_id, slice_of(c.siret) as here, slice_of(r.siret) as there
    from claims as c join requests as r on r.request_id = c.request_id and r.siret is distinct from c.siret
    union all
    select r.request_id, slice_of(r.siret), slice_of(a.siret)
    from requests as a join requests as r on r.request_id = a.amends_request_id
) as pairs
where here <> there
"""
"""A row is a request and a slice where it is needed: that of a claim or amendment that names another firm."""

_STRAY_ROWS = {
    "stray_requests": """
select r.*, n.slice
from requests as r
join (
    select r.request_id, s.slice
    from requests as r
    join (
        select distinct r.siret, s.slice from strays as s join requests as r on r.request_id = s.request_id
    ) as s on s.siret = r.siret
    union
    select a.request_id, s.slice
    from requests as a join strays as s on s.request_id = a.amends_request_id
) as n on n.request_id = r.request_id and n.slice <> slice_of(r.siret)
""",
    "stray_claims": """
select c.*, s.slice
from claims as c
join strays as s on s.request_id = c.request_id and s.slice <> slice_of(c.siret)
""",
}
"""The rows that a slice reads beside those of its own sirets, with the slice that needs them."""

"""What each partition of a dataset of features depends on, as one hash: equal hashes, equal features.

A partition is a region and a month of filing. A feature may look far from it: the same firm in other regions,
another firm behind the same account, a person with two employers, peers of the whole country. So a partition
depends on

* its cases: every column of them, their `as_of` included;
* near them, by establishment or firm: payroll (DSN), mean headcounts, agreements, successions, insolvencies;
  by person: the payroll of whoever they claim for, with any employer;
* far from them, everywhere: requests and what became of them, claims and their lists, controls,
  establishments;

and only on rows known by the last day on which one of its cases is looked at: no feature sees a later one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import duckdb

from apanalytics import __version__
from apanalytics.features.engine import run
from apanalytics.features.registry import Feature
from apanalytics.features.steps import steps

Partition = tuple[str, date]
"""Region code, and first day of the month of filing."""

_FIRM = "try_cast(substring(siret, 1, 9) as bigint)"
_ESTABLISHMENT = "try_cast(siret as bigint)"
NEAR = {
    "payroll_months": ("sk", _ESTABLISHMENT, "received_on"),
    "headcounts": ("sk", _ESTABLISHMENT, "received_on"),
    "agreements": ("sk", _ESTABLISHMENT, "starts_on"),
    "successions": ("sk", "try_cast(predecessor as bigint)", "known_on"),
    "insolvencies": ("sn", "try_cast(siren as bigint)", "coalesce(known_on, effective_on)"),
    "payroll": ("sn", _FIRM, "received_on"),
}
"""Table; key of a case by which its rows are found; the same key in the table; the day a row is known."""
FAR = {
    "requests": "coalesce(filed_on, status_on, starts_on)",
    "request_events": "known_on",
    "claims": "coalesce(filed_on, cast(month + interval 1 month as date))",
    "controls": "closed_on",
    "establishments": "coalesce(known_on, date '1900-01-01')",
}
"""Table whose rows count wherever they are, and the day a row is known."""

_PERSONS = """
select distinct c.part, l.person_key as key
from part_cases as c join claim_lines as l on l.claim_id = c.case_id
union
select distinct c.part, p.person_key from part_cases as c
join payroll as p on try_cast(p.siret as bigint) = c.sk and p.idle_hours > 0
"""
"""Whom the cases of a partition claim for, or may: on a list, or with idle hours in the payroll."""


def partition_hashes(
    con: duckdb.DuckDBPyConnection, stage: str, wanted: Iterable[Feature], found: Iterable[Feature]
) -> dict[Partition, str]:
    """Hash what each partition of the cases asked for depends on.

    Parameters
    ----------
    con : connection with the canonical tables, the law and the window.
    stage : `authorisation` or `payment`.
    wanted : the features of the dataset.
    found : those that the source allows; the others are null.

    Examples
    --------
    >>> import apanalytics as ap
    >>> from apanalytics.features import window
    >>> from apanalytics.features.compute import connection
    >>> asked = window("2021-03-01", "2021-03-31")
    >>> with connection(ap.read("data/synthetic"), "payment", asked, None) as con:
    ...     [region for region, month in partition_hashes(con, "payment", [], [])]
    ['32', '94']
    """
    run(con, ["cases"], steps(stage))
    con.execute(
        "create or replace temp table part_cases as select dense_rank() over"
        " (order by region, year(known_on) * 12 + month(known_on)) as part, hash(c) as h, c.*"
        " from (select * exclude k from cases) as c"
    )
    con.execute(
        "create or replace temp table part_days as select part, any_value(region) as region,"
        " cast(date_trunc('month', min(known_on)) as date) as month, max(as_of) as day"
        " from part_cases group by part"
    )
    parts = con.execute("select part, region, month from part_days order by part").fetchall()
    said: dict[int, list[str]] = {part: [] for part, *_ in parts}
    for name, query in _queries():
        for part, rows, total in con.execute(query).fetchall():
            said[part].append(f"{name} {rows} {total}")
    made = [code_hash(), stage, *(feature.name for feature in wanted), "of which", *(f.name for f in found)]
    return {
        (region, month): hashlib.sha256("\n".join([*made, *sorted(said[part])]).encode()).hexdigest()
        for part, region, month in parts
    }


def _queries() -> Iterator[tuple[str, str]]:
    """Give, for each thing depended upon, the query of its rows and the sum of their hashes, by partition."""
    yield "cases", "select part, count(*), sum(h) from part_cases group by part"
    for table, day in FAR.items():
        yield table, _far(f"select {day} as day, hash(t) as h from {table} as t")
    lines = "claim_lines as t join claims as c on c.claim_id = t.claim_id"
    yield "claim_lines", _far(f"select {FAR['claims']} as day, hash(t) as h from {lines}")
    for table, (key, same, day) in NEAR.items():
        keys = f"select distinct part, {key} as key from part_cases"
        yield table, _near(keys, f"select {same} as key, {day} as day, hash(t) as h from {table} as t")
    yield (
        "payroll of persons",
        _near(_PERSONS, "select person_key as key, received_on as day, hash(t) as h from payroll as t"),
    )


def _far(rows: str) -> str:
    return (
        f"with days as (select day, count(*) as n, sum(h) as h from ({rows}) group by day)"
        " select p.part, sum(d.n), sum(d.h) from part_days as p join days as d on d.day <= p.day"
        " group by p.part"
    )


def _near(keys: str, rows: str) -> str:
    return (
        f"with days as (select key, day, count(*) as n, sum(h) as h from ({rows}) group by key, day)"
        f" select p.part, sum(d.n), sum(d.h) from ({keys}) as k join part_days as p on p.part = k.part"
        " join days as d on d.key = k.key and d.day <= p.day group by p.part"
    )


@cache
def code_hash() -> str:
    """Hash of what computes a feature: steps, catalogue, law, their code, and DuckDB's version.

    Examples
    --------
    >>> len(code_hash())
    64
    """
    whole = hashlib.sha256(f"{__version__} {duckdb.__version__}".encode())
    for package in ("features", "law", "tables"):
        for name, content in sorted(_contents(files("apanalytics").joinpath(package))):
            whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()


def _contents(place: Traversable) -> Iterator[tuple[str, bytes]]:
    for entry in place.iterdir():
        if entry.is_dir():
            yield from _contents(entry)
        elif entry.name.endswith((".py", ".sql", ".yaml", ".json")):
            yield entry.name, entry.read_bytes()

"""Dated rules that the steps read beside the tables of `law.sql_tables`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import duckdb

from apanalytics import law
from apanalytics.errors import NotInForce

RULES: Mapping[str, Mapping[str, str]] = {
    "rules_council": {"opinion_months": "procedure.works_council_opinion_months"},
    "rules_overtime": {"agreed_before": "hours.structural_overtime_cutoff"},
}
"""Table, column, legal parameter: what `law.sql_tables` leaves out. A row holds from `valid_from` until
before `valid_to`."""

_FOREVER = date(9999, 12, 31)
_TYPES = {"number": "bigint", "date": "date"}


def ordinary_decision_days() -> int:
    """Days that the administration ordinarily has to decide on a request: the longest that the law has set.

    Examples
    --------
    >>> ordinary_decision_days()
    15
    """
    entries = law.parameter("procedure.decision_days").entries
    return int(max(entry.value for entry in entries if isinstance(entry.value, Decimal)))


def register_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of `RULES`; a rule that did not exist at a time is null then.

    Examples
    --------
    >>> con = duckdb.connect()
    >>> register_rules(con)
    >>> con.execute("select opinion_months from rules_council").fetchone()
    (2,)
    """
    for table, columns in RULES.items():
        kinds = ", ".join(f"{name} {_TYPES[law.parameter(source).kind]}" for name, source in columns.items())
        con.execute(f"create or replace temp table {table} (valid_from date, valid_to date, {kinds})")
        starts = sorted({e.valid_from for source in columns.values() for e in law.parameter(source).entries})
        for start, end in zip(starts, [*starts[1:], _FOREVER], strict=True):
            row = [start, end, *(_value(source, start) for source in columns.values())]
            con.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)


def _value(source: str, day: date) -> int | date | None:
    try:
        value = law.parameter(source).value_on(day)
    except NotInForce:
        return None
    return int(value) if isinstance(value, Decimal) else value if isinstance(value, date) else None

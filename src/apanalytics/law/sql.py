"""The law as small tables that SQL steps join, and the amount of an allocation as a SQL expression."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import as_day
from apanalytics.law.legal_hours import days_per_week
from apanalytics.law.public_holidays import working_days
from apanalytics.law.timeline import FIGURES, months, periods, rates_table

LAST_MONTH = date(2027, 12, 1)
"""Last month of `law_months`."""

_PROCEDURE = {
    "decision_days": "procedure.decision_days",
    "filing_days_after_start": "procedure.filing_days_after_start_exceptional",
    "filing_days_after_start_weather": "procedure.filing_days_after_start_weather",
    "max_authorisation_months": "procedure.max_authorisation_months",
    "max_authorisation_months_weather": "procedure.max_authorisation_months_weather",
    "rolling_window_months": "procedure.rolling_window_months",
    "rolling_max_months": "procedure.rolling_max_months",
    "rolling_ignored_before": "procedure.rolling_ignored_before",
    "claim_deadline_months": "procedure.claim_months",
    "claim_deadline_extra_months": "procedure.claim_extra_months_long_arrangement",
    "claim_before": "procedure.claim_before",
    "works_council_threshold": "procedure.works_council_threshold",
    "commitments_months": "procedure.commitments_months",
    "apld_decision_days_agreement": "apld.decision_days_agreement",
    "apld_decision_days_unilateral": "apld.decision_days_unilateral",
    "apld_authorisation_months": "apld.authorisation_months",
    "apld_max_reduction": "apld.max_reduction",
    "apld_max_reduction_exceptional": "apld.max_reduction_exceptional",
}


def sql_tables(
    con: duckdb.DuckDBPyConnection,
    known_on: date | str | None = None,
    *,
    assumed_floors: Mapping[str, Decimal | float | str] | None = None,
) -> None:
    """Create the temporary tables `law_rates`, `law_flat`, `law_months`, `law_weekly`, `law_procedure`.

    All come from the same parameters as the scalar functions. Ends of periods are exclusive;
    9999-12-31 is open.

    * `law_rates` : a row per regime (combinations such as `apld+closed`, `general_mayotte` and `apld_mayotte`
      included), period of hours and state of knowledge, as `rates_table`. Join on the regime and
      `valid_from <= day AND day < valid_to AND known_from <= as_of AND as_of < known_to`: at most one row.
      No row: the regime does not exist then, or its floor was not found; the amount is unknown.
    * `law_flat` : the flat allocations of before March 2020 (`headcount_max` is the last at `small`).
    * `law_months` : a row per month from July 2013 to December 2027, metropolitan calendar; `apld_counts` is
      false in the months left out of the agreements of APLD.
    * `law_weekly` : legal hours of a week.
    * `law_procedure` : by date of filing, but `max_authorisation_months*` by the later of filing and start,
      `claim_*` by end of the authorisation (the first row of them: for requests filed from that day on),
      `rolling_ignored_before` by start.

    Parameters
    ----------
    con : DuckDB connection; its temporary tables of these names are replaced. They belong to it alone: call
        this on a cursor that needs them.
    known_on : keep only what was known on that day (then `law_rates` is one row per regime and period).
    assumed_floors : regime code to hourly floor, euros, where the law's was not found.

    Examples
    --------
    >>> import duckdb
    >>> con = duckdb.connect()
    >>> sql_tables(con, known_on="2021-06-01")
    >>> con.execute("SELECT allocation_rate FROM law_rates WHERE regime = 'general'"
    ...             " AND valid_from <= DATE '2021-06-15' AND DATE '2021-06-15' < valid_to").fetchall()
    [(0.52,)]
    """
    known = None if known_on is None else as_day(known_on, "known_on")
    _create(con, "law_rates", _rates_arrow(known, assumed_floors))
    _create(con, "law_flat", _flat_arrow(known))
    _create(con, "law_months", _months_arrow(known))
    _create(con, "law_weekly", _weekly_arrow(known))
    _create(con, "law_procedure", _procedure_arrow(known))


def allocation_sql(wage: str, hours: str, rates: str = "law_rates") -> str:
    """Return the SQL expression of an allocation in euros, equal to `pay(...).allocation` to the cent.

    Parameters
    ----------
    wage, hours : SQL expressions, euros per hour and hours, read to the ten-thousandth.
    rates : name or alias of the joined row of `law_rates`.

    Returns
    -------
    A DOUBLE; NULL where an input is, where `law_rates` has no row, and before March 2020 (flat: `law_flat`).

    Examples
    --------
    >>> import duckdb
    >>> con = duckdb.connect()
    >>> sql_tables(con, known_on="2021-09-01")
    >>> con.execute(f"SELECT {allocation_sql('20.0', '70')} FROM law_rates WHERE regime = 'protected'"
    ...             " AND valid_from = DATE '2021-08-01'").fetchall()
    [(728.0,)]
    """
    at_rate = _half_up(f"{_grain(wage)} * {_grain(f'{rates}.allocation_rate')} / 1e6")
    cap, floor = (f"round({rates}.allocation_{limit} * 1e2, 0)" for limit in ("cap", "floor"))
    hourly = f"greatest(least({at_rate}, {cap}), {floor})"
    return (
        f"CASE WHEN {rates}.allocation_rate IS NOT NULL AND ({wage}) IS NOT NULL "
        f"THEN {_half_up(f'{hourly} * {_grain(hours)} / 1e4')} / 1e2 END"
    )


def _grain(expression: str) -> str:
    """Return ten-thousandths, an integer held in a double; the last term absorbs binary error."""
    return f"floor(({expression}) * 1e4 + 5.00001e-1)"


def _half_up(expression: str) -> str:
    return f"floor({expression} + 5e-1)"


def _create(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register(f"{name}_source", table)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_source")
    con.unregister(f"{name}_source")


def _arrow(columns: dict[str, tuple[pa.DataType, list[Any]]]) -> pa.Table:
    return pa.table({name: pa.array(values, type=kind) for name, (kind, values) in columns.items()})


def _rates_arrow(known: date | None, floors: Mapping[str, Decimal | float | str] | None) -> pa.Table:
    frame = rates_table(known, floors)
    days = {
        name: (pa.date32(), list(frame[name]))
        for name in ("valid_from", "valid_to", "known_from", "known_to")
    }
    figures = {name: (pa.float64(), _nullable(frame[name])) for name in FIGURES}
    return _arrow({"regime": (pa.string(), list(frame["regime"])), **days, **figures})


def _nullable(column: pd.Series[float]) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in column]


def _flat_arrow(known: date | None) -> pa.Table:
    names = ["general.flat_allocation_small", "general.flat_allocation_large", "general.flat_headcount_max"]
    rows = [
        (start, end, *(_plain(name, start, known) for name in names)) for start, end in periods(names, known)
    ]
    rows = [row for row in rows if None not in row]
    kinds = {
        "valid_from": pa.date32(),
        "valid_to": pa.date32(),
        "small": pa.float64(),
        "large": pa.float64(),
        "headcount_max": pa.int64(),
    }
    return _arrow({name: (kind, [row[n] for row in rows]) for n, (name, kind) in enumerate(kinds.items())})


def _months_arrow(known: date | None) -> pa.Table:
    first = parameter("general.indemnity_rate").entries[0].valid_from
    rows = [_month(month, known) for month in months(first, LAST_MONTH)]
    kinds = {
        "month": pa.date32(),
        "legal_hours": pa.float64(),
        "weekday_hours": pa.float64(),
        "working_days": pa.int64(),
        "public_holidays": pa.int64(),
        "annual_contingent": pa.float64(),
        "apld_counts": pa.bool_(),
    }
    return _arrow({name: (kind, [row[n] for row in rows]) for n, (name, kind) in enumerate(kinds.items())})


def _month(month: date, known: date | None) -> tuple[Any, ...]:
    end = months(month, month + timedelta(days=32))[1] - timedelta(days=1)
    days = working_days(month, end)
    day_hours = _plain("hours.legal_weekly", month, None) / days_per_week()
    neutral_from, neutral_to = (
        parameter(f"apld.neutralised_{bound}").entries[-1].value for bound in ("from", "to")
    )
    assert isinstance(neutral_from, date)
    assert isinstance(neutral_to, date)
    return (
        month,
        _plain("hours.legal_monthly", month, None),
        days.weekdays * day_hours,
        days.working,
        len(days.holidays),
        _plain("procedure.annual_contingent", month, known),
        not neutral_from <= month <= neutral_to,
    )


def _weekly_arrow(known: date | None) -> pa.Table:
    name = "hours.legal_weekly"
    rows = [(start, end, _plain(name, start, known)) for start, end in periods([name], known)]
    kinds = {"valid_from": pa.date32(), "valid_to": pa.date32(), "hours": pa.float64()}
    return _arrow({key: (kind, [row[n] for row in rows]) for n, (key, kind) in enumerate(kinds.items())})


def _procedure_arrow(known: date | None) -> pa.Table:
    spans = periods(list(_PROCEDURE.values()), known)
    columns: dict[str, tuple[pa.DataType, list[Any]]] = {
        "valid_from": (pa.date32(), [start for start, _ in spans]),
        "valid_to": (pa.date32(), [end for _, end in spans]),
    }
    for column, name in _PROCEDURE.items():
        values = [_plain(name, start, known) for start, _ in spans]
        whole = parameter(name).kind == "number" and all(v is None or float(v).is_integer() for v in values)
        kind = pa.date32() if parameter(name).kind == "date" else pa.int64() if whole else pa.float64()
        columns[column] = (kind, [None if v is None else int(v) if whole else v for v in values])
    return _arrow(columns)


def _plain(name: str, day: date, known: date | None) -> Any:
    """Return a parameter's value for a table: a double, a date, or None where there is none."""
    dated = parameter(name)
    _, entry = dated.governing(day, known) if dated.in_force(day, known) else (None, None)
    value = None if entry is None else entry.value
    return float(value) if isinstance(value, Decimal) else value

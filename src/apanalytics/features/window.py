"""Which cases are asked for, and on what day each is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.features.rules import ordinary_decision_days
from apanalytics.law.dated import as_day
from apanalytics.tables.geography import parse_region

Day = str | date | pd.Timestamp


@dataclass(frozen=True)
class Window:
    """The cases asked for.

    Attributes
    ----------
    from_, to : first and last filing day, inclusive; None is open.
    as_of : the day on which every case is looked at; None is the contract's default for each.
    days : the day of some cases, by case_id; it wins over `as_of`.
    lag_days : days after filing at which a case is looked at, unless it is decided, paid or due before.
    regions : region codes; None is all.
    parts : regions and months of filing (their first day) to keep; None is all.
    """

    from_: date | None
    to: date | None
    as_of: date | None
    days: pd.Series | None
    lag_days: int
    regions: tuple[str, ...] | None
    parts: tuple[tuple[str, date], ...] | None = None


def _day(value: Day | None, where: str) -> date | None:
    if value is None:
        return None
    day = as_day(value, where)
    return day.date() if isinstance(day, datetime) else day


def window(
    from_: Day | None = None,
    to: Day | None = None,
    as_of: Day | pd.Series | None = None,
    lag_days: int | None = None,
    regions: Iterable[str] | None = None,
) -> Window:
    """Check and complete what is asked for.

    Parameters
    ----------
    from_, to : first and last filing day, inclusive; None is open.
    as_of : one day for all cases, or a Series of days by case_id; None is the contract's default.
    lag_days : None is the ordinary time to decide.
    regions : INSEE codes or names.

    Raises
    ------
    InvalidArgument : a date, lag or region that cannot be used, or an empty window.

    Examples
    --------
    >>> window("2021-01-01", "2021-06-30", regions=["32"]).lag_days
    15
    """
    first, last = _day(from_, "from"), _day(to, "to")
    if first and last and last < first:
        raise InvalidArgument(
            "The window ends before it starts", value=f"{first} to {last}", todo="Swap the two days."
        )
    if lag_days is not None and lag_days < 0:
        raise InvalidArgument("A lag cannot be negative", where="lag_days", value=lag_days)
    days = as_of if isinstance(as_of, pd.Series) else None
    return Window(
        from_=first,
        to=last,
        as_of=None if isinstance(as_of, pd.Series) else _day(as_of, "as_of"),
        days=days,
        lag_days=ordinary_decision_days() if lag_days is None else lag_days,
        regions=None if regions is None else tuple(parse_region(region) for region in regions),
    )


def register(con: duckdb.DuckDBPyConnection, asked: Window, *, by_place: bool = False) -> None:
    """Create the tables that the steps read: `asked` (one row), `asked_days` (a row per case),
    `asked_regions` and `asked_parts` (a row per region and month of filing).

    Parameters
    ----------
    con : connection of the steps.
    asked : what `window` returns.
    by_place : whether cases are numbered by region, month of filing and id, or by id alone.

    Examples
    --------
    >>> con = duckdb.connect()
    >>> register(con, window(as_of="2021-09-01"))
    >>> con.execute("select as_of, lag_days, some_regions from asked").fetchone()
    (datetime.date(2021, 9, 1), 15, False)
    """
    con.execute(
        "create or replace temp table asked as select ?::date as from_day, ?::date as to_day,"
        " ?::date as as_of,"
        " ?::bigint as lag_days, ?::boolean as some_regions, ?::boolean as some_parts,"
        " ?::boolean as by_place, ''::varchar as first_siret, null::varchar as before_siret",
        [
            *(asked.from_, asked.to, asked.as_of, asked.lag_days),
            *(asked.regions is not None, asked.parts is not None, by_place),
        ],
    )
    con.execute("create or replace temp table asked_parts (region varchar, filed_mi bigint)")
    for region, month in asked.parts or ():
        con.execute("insert into asked_parts values (?, ?)", [region, month.year * 12 + month.month])
    con.execute("create or replace temp table asked_regions (region varchar)")
    for region in asked.regions or ():
        con.execute("insert into asked_regions values (?)", [region])
    con.execute("create or replace temp table asked_days (case_id varchar, as_of date)")
    if asked.days is not None:
        frame = pd.DataFrame(
            {"case_id": asked.days.index.astype(str), "as_of": pd.to_datetime(asked.days).to_numpy()}
        )
        con.register("asked_days_frame", frame)
        con.execute("insert into asked_days select case_id, cast(as_of as date) from asked_days_frame")
        con.unregister("asked_days_frame")

"""Every rate of every regime over hours and knowledge: the scalar law laid out as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import pandas as pd

from apanalytics.errors import InvalidArgument, NotInForce
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import FAR, Entry, as_day
from apanalytics.law.regime_rates import Rates, rates
from apanalytics.law.regimes import COMBINATIONS, MAYOTTE, REGIMES, split_regime

MAYOTTE_SUFFIX = "_mayotte"
"""Suffix of the regime in tables for the floors of Mayotte: `general_mayotte`, `apld_mayotte`."""

TABLE_REGIMES = (*REGIMES, *COMBINATIONS, "general" + MAYOTTE_SUFFIX, "apld" + MAYOTTE_SUFFIX)

_SHARED = ("smic.hourly", "cap.allocation_smic", "cap.indemnity_smic", "employee.indemnity_floor")
_OF_REGIME = ("indemnity_rate", "allocation_rate", "allocation_floor")
_FLAT = ("general.flat_allocation_small", "general.flat_allocation_large", "general.flat_headcount_max")
_OF_APLD = ("apld.indemnity_cap_smic", "apld.better_common_rate")

FIGURES = (
    "indemnity_rate",
    "allocation_rate",
    "indemnity_floor",
    "allocation_floor",
    "indemnity_cap",
    "allocation_cap",
    "smic",
)

State = tuple[Decimal | None, ...] | None


class Row(NamedTuple):
    """Rates of a regime for hours in [valid_from, valid_to), as known in [known_from, known_to)."""

    regime: str
    valid_from: date
    valid_to: date
    known_from: date
    known_to: date
    state: State


def rates_table(
    known_on: date | str | None = None, assumed_floors: Mapping[str, Decimal | float | str] | None = None
) -> pd.DataFrame:
    """Return the rates of all regimes, combinations and Mayotte as a table to join.

    One row per regime, period of hours and state of knowledge: for any day of hours and day of knowledge at
    most one row of a regime has `valid_from <= day < valid_to and known_from <= known < known_to`. There is
    none where the regime does not exist or its floor was not found: the amount is then unknown, not zero.

    Parameters
    ----------
    known_on : keep only what was known on that day (then one row per regime and period); None keeps all.
    assumed_floors : regime code to hourly floor, euros, where the law's was not found (as `rates`).

    Raises
    ------
    InvalidArgument : an assumed floor that is no number, or for an unknown regime.

    Returns
    -------
    Columns regime, valid_from, valid_to, known_from, known_to (dates, ends exclusive), indemnity_rate,
    allocation_rate (fractions), indemnity_floor, allocation_floor, indemnity_cap, allocation_cap, smic
    (euros per hour, double; missing where the law sets none). Before March 2020 `allocation_rate` is missing,
    and floor and cap are the two flat allocations (above the size limit; up to it).

    Examples
    --------
    >>> table = rates_table(known_on="2026-01-10")
    >>> table.loc[table.regime.eq("general"), "allocation_floor"].iloc[-1]
    np.float64(8.46)
    """
    if unknown := sorted(set(assumed_floors or ()) - set(TABLE_REGIMES)):
        raise InvalidArgument("Unknown regime", where="assumed_floors", value=unknown)
    floors = tuple(sorted((regime, str(floor)) for regime, floor in (assumed_floors or {}).items()))
    rows = _rows(floors)
    if known_on is not None:
        known = as_day(known_on, "known_on")
        rows = tuple(row for row in rows if row.known_from <= known < row.known_to)
    frame = pd.DataFrame([row[:-1] for row in rows], columns=list(Row._fields[:-1]))
    for position, figure in enumerate(FIGURES):
        frame[figure] = pd.array([_float(row.state, position) for row in rows], dtype="float64")
    return frame.sort_values(["regime", "valid_from", "known_from"], ignore_index=True)


def _float(state: State, position: int) -> float:
    value = None if state is None else state[position]
    return float("nan") if value is None else float(value)


@cache
def _rows(floors: tuple[tuple[str, str], ...]) -> tuple[Row, ...]:
    assumed = dict(floors)
    return tuple(row for regime in TABLE_REGIMES for row in _of_regime(regime, assumed.get(regime)))


def _of_regime(regime: str, floor: str | None) -> Iterator[Row]:
    entries = _entries(regime)
    starts = sorted({entry.valid_from for entry in entries})
    late = {entry.known_from for entry in entries if entry.known_from > entry.valid_from}
    for start, end in zip(starts, [*starts[1:], FAR], strict=True):
        versions = sorted({start} | {day for day in late if day > start})
        yield from _past(regime, floor, start, end, versions)
    moments = sorted({day for entry in entries for day in (entry.valid_from, entry.known_from)})
    for known, until in zip(moments, [*moments[1:], FAR], strict=True):
        ahead = [day for day in starts if day > known]
        if ahead:
            yield from _ahead(regime, floor, ahead, known, until)


def _past(regime: str, floor: str | None, start: date, end: date, versions: list[date]) -> Iterator[Row]:
    """Yield the versions of hours already begun: a row each time that a late text changes them."""
    states = [(known, _state(regime, floor, start, known)) for known in versions]
    changes = [pair for n, pair in enumerate(states) if n == 0 or pair[1] != states[n - 1][1]]
    for (known, state), until in zip(changes, [*(k for k, _ in changes[1:]), FAR], strict=True):
        if state is not None:
            yield Row(regime, start, end, known, until, state)


def _ahead(regime: str, floor: str | None, starts: list[date], known: date, until: date) -> Iterator[Row]:
    """Yield what was expected, between two days of knowledge, of hours still to come."""
    states = [(start, _state(regime, floor, start, known)) for start in starts]
    changes = [pair for n, pair in enumerate(states) if n == 0 or pair[1] != states[n - 1][1]]
    for (start, state), end in zip(changes, [*(s for s, _ in changes[1:]), FAR], strict=True):
        if state is not None:
            yield Row(regime, start, end, known, until, state)


@cache
def _state(regime: str, floor: str | None, on: date, known_on: date) -> State:
    code = regime.removesuffix(MAYOTTE_SUFFIX)
    try:
        law = rates(on, code, known_on, territory=MAYOTTE if code != regime else None, assumed_floor=floor)
    except NotInForce:
        return None
    return _figures(law)


def _figures(law: Rates) -> State:
    if law.flat is not None:
        return (law.indemnity_rate, None, None, law.flat.large, None, law.flat.small, law.smic)
    return tuple(getattr(law, figure) for figure in FIGURES)


def _entries(regime: str) -> list[Entry]:
    """Return the entries of every parameter on which a regime can depend, references included."""
    base, beside = split_regime(regime.removesuffix(MAYOTTE_SUFFIX))
    waiting = [f"{code}.{name}" for code in (base, beside) if code for name in _OF_REGIME]
    waiting += [*_SHARED, *_FLAT] if base == "general" else [*_SHARED]
    if base in ("apld", "apld_r"):
        waiting += _OF_APLD
    if regime.endswith(MAYOTTE_SUFFIX):
        waiting.append("mayotte.general_floor" if base == "general" else "mayotte.apld_floor")
    seen: dict[str, tuple[Entry, ...]] = {}
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = parameter(name).entries
            waiting += [entry.same_as for entry in seen[name] if entry.same_as]
    return [entry for entries in seen.values() for entry in entries]


def periods(names: list[str], known_on: date | None = None) -> list[tuple[date, date]]:
    """Return the periods [first day, next first day) within which none of these parameters changes.

    Examples
    --------
    >>> periods(["hours.legal_weekly"])
    [(datetime.date(2002, 1, 1), datetime.date(9999, 12, 31))]
    """
    starts = sorted({entry.valid_from for name in names for entry in parameter(name).known(known_on)})
    return list(zip(starts, [*starts[1:], FAR], strict=True))


def months(first: date, last: date) -> list[date]:
    """Return the first days of the months from `first` to `last`.

    Examples
    --------
    >>> len(months(date(2021, 1, 1), date(2021, 12, 1)))
    12
    """
    found = [first]
    while found[-1] < last:
        found.append((found[-1].replace(day=28) + timedelta(days=4)).replace(day=1))
    return found

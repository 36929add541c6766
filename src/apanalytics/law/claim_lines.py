"""What is due for millions of claim lines at once, equal to the scalar functions to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import FAR, as_day
from apanalytics.law.timeline import FIGURES, TABLE_REGIMES, rates_table

Floats = npt.NDArray[np.float64]
_PER_GRAIN, _PER_CENT = 1e4, 1e2
_TIE = 1e-6
"""Absorbs the binary error of a decimal tie, far below the grain of the input."""


def amounts(
    on: Any,
    regime: Any,
    hourly_wage: Any,
    hours: Any,
    *,
    known_on: Any = None,
    headcount: Any = None,
    assumed_floors: Mapping[str, Decimal | float | str] | None = None,
) -> pd.DataFrame:
    """Return indemnity and allocation of many claim lines, for ordinary employees.

    Parameters
    ----------
    on : day (or first day of the month) of the hours, one per line; dates or what NumPy reads as such.
    regime : code of each line, or one for all: `REGIMES`, `COMBINATIONS`, `general_mayotte`, `apld_mayotte`.
    hourly_wage, hours : numbers, one per line, read to the ten-thousandth.
    known_on : day of knowledge, one per line or one for all; None, with everything known today.
    headcount : headcount on 1 January, one per line or one for all; needed before March 2020 only.
    assumed_floors : as `rates_table`.

    Returns
    -------
    A row per line (index of `hourly_wage` where it is a Series): `indemnity_hourly`, `indemnity`,
    `allocation_hourly`, `allocation`, euros to the cent, equal to `pay` for wages and hours of at most eight
    decimals. Missing where an input is, where the regime is unknown or not in force, where its floor was not
    found, and for the flat allocation where the headcount is missing: unknown, never zero.

    Raises
    ------
    InvalidArgument : columns of different lengths, what is no number or day, or a negative wage, number of
        hours or headcount.

    Examples
    --------
    >>> import numpy as np
    >>> lines = amounts(["2021-08-01", "2021-12-01"], ["protected", "general"], [20.0, 11.0], [70, 70])
    >>> lines["allocation"].tolist()
    [728.0, 522.9]
    """
    wage, time = _grain(hourly_wage, "hourly_wage"), _grain(hours, "hours")
    sizes = [np.size(values) for values in (wage, time, on, regime, known_on)]
    size = max(sizes) if min(sizes) else 0
    wage, time = _broadcast(wage, size, "hourly_wage"), _broadcast(time, size, "hours")
    law = _law_of_lines(on, regime, known_on, size, assumed_floors)
    flat = np.isnan(law["allocation_rate"]) & ~np.isnan(law["indemnity_rate"])
    indemnity = _half_up(wage * _rates(law["indemnity_rate"]) / 1e6)
    indemnity = np.fmax(
        np.fmin(indemnity, law["indemnity_cap"] * _PER_CENT), law["indemnity_floor"] * _PER_CENT
    )
    allocation = _half_up(wage * _rates(law["allocation_rate"]) / 1e6)
    allocation = np.maximum(
        np.minimum(allocation, law["allocation_cap"] * _PER_CENT), law["allocation_floor"] * _PER_CENT
    )
    if flat.any():
        allocation[flat] = _flat_cents(law, headcount, size)[flat]
    indemnity[np.isnan(wage)] = allocation[np.isnan(wage)] = np.nan
    hourly = {"indemnity": np.rint(indemnity), "allocation": np.rint(allocation)}
    columns = {
        name: values / _PER_CENT
        for kind, value in hourly.items()
        for name, values in ((f"{kind}_hourly", value), (kind, _half_up(value * time / _PER_GRAIN)))
    }
    return pd.DataFrame(columns, index=hourly_wage.index if isinstance(hourly_wage, pd.Series) else None)


def _grain(values: Any, what: str) -> Floats:
    """Return ten-thousandths, whole numbers held in doubles."""
    numbers = _numbers(values, what)
    if (numbers < 0).any() or np.isinf(numbers).any():
        raise InvalidArgument("Finite numbers, zero or more, are needed", where=what)
    return np.floor(numbers * _PER_GRAIN + (0.5 + _TIE))


def _numbers(values: Any, what: str) -> Floats:
    try:
        return np.atleast_1d(np.asarray(values, dtype="float64"))
    except (TypeError, ValueError) as error:
        raise InvalidArgument("Not numbers", where=what, why=str(error)) from None


def _half_up(values: Floats) -> Floats:
    return np.floor(values + 0.5)


def _rates(values: Floats) -> Floats:
    return np.rint(values * _PER_GRAIN)


def _broadcast(values: npt.NDArray[Any], size: int, what: str) -> npt.NDArray[Any]:
    if len(values) not in (1, size):
        raise InvalidArgument("Columns of different lengths", where=what, value=len(values))
    return values if len(values) == size else np.broadcast_to(values, (size,))


def _law_of_lines(
    on: Any, regime: Any, known_on: Any, size: int, floors: Mapping[str, Decimal | float | str] | None
) -> dict[str, Floats]:
    """Return each figure of the law for each line: the row is looked up once per distinct key."""
    days, known = _days(on, size, "on"), _days(FAR if known_on is None else known_on, size, "known_on")
    codes, labels = pd.factorize(regime if isinstance(regime, pd.Series) else _objects(regime))
    codes = _broadcast(codes, size, "regime")
    distinct_days, distinct_known = (pd.factorize(values) for values in (days, known))
    key = (codes.astype("int64") + 1) * len(distinct_days[1]) + distinct_days[0]
    key, keys = pd.factorize(key * len(distinct_known[1]) + distinct_known[0])
    table = rates_table(assumed_floors=floors)
    rows = _rows_of_keys(table, keys, np.asarray(labels), distinct_days[1], distinct_known[1])
    figures = np.vstack([table[list(FIGURES)].to_numpy("float64"), np.full(len(FIGURES), np.nan)])[rows]
    return {figure: figures[:, n][key] for n, figure in enumerate(FIGURES)}


def _objects(values: Any) -> npt.NDArray[Any]:
    return np.atleast_1d(np.asarray(values, dtype=object))


def _days(values: Any, size: int, what: str) -> npt.NDArray[np.int64]:
    if isinstance(values, str | date):
        values = [np.datetime64(min(as_day(values, what), FAR), "D")]
    try:
        numbers = np.atleast_1d(np.asarray(values)).astype("datetime64[D]").astype("int64")
    except (TypeError, ValueError) as error:
        raise InvalidArgument("Not days", where=what, why=str(error), todo="Write YYYY-MM-DD.") from None
    return _broadcast(numbers, size, what)


def _rows_of_keys(
    table: pd.DataFrame,
    keys: npt.NDArray[np.int64],
    regimes: npt.NDArray[Any],
    days: npt.NDArray[np.int64],
    known: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Return the row of the law for each (regime, day, day of knowledge), one past the end where none."""
    bounds = {
        n: np.asarray(table[n], "datetime64[D]").astype("int64")
        for n in table.columns
        if n.endswith(("_from", "_to"))
    }
    of_regime = {code: np.flatnonzero(table["regime"].eq(code)) for code in TABLE_REGIMES}
    last_day = np.datetime64(FAR, "D").astype("int64")
    found = np.full(len(keys), len(table))
    for n, key in enumerate(keys):
        rest, k = divmod(int(key), len(known))
        code, d = divmod(rest, len(days))
        candidates = of_regime.get(regimes[code - 1]) if code else None
        if candidates is None:
            continue
        day, as_of = days[d], min(known[k], last_day - 1)
        rows = candidates[
            (bounds["valid_from"][candidates] <= day)
            & (day < bounds["valid_to"][candidates])
            & (bounds["known_from"][candidates] <= as_of)
            & (as_of < bounds["known_to"][candidates])
        ]
        if rows.size:
            found[n] = rows[0]
    return found


def _flat_cents(law: dict[str, Floats], headcount: Any, size: int) -> Floats:
    """Return the flat allocations of before March 2020; the table's floor (large) and cap (small)."""
    heads = _numbers(np.nan if headcount is None else headcount, "headcount")
    if (heads < 0).any():
        raise InvalidArgument("Headcounts, zero or more, are needed", where="headcount")
    heads = _broadcast(heads, size, "headcount")
    largest = float(parameter("general.flat_headcount_max").entries[0].value)  # type: ignore[arg-type]
    amount = np.where(heads <= largest, law["allocation_cap"], law["allocation_floor"]) * _PER_CENT
    return np.where(np.isnan(heads), np.nan, amount)

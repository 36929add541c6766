"""Monthly waves by region and activity, from the official aggregates of `figures/` (see its README)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.draws import Floats, Ints

Months = np.ndarray[tuple[int], np.dtype[np.datetime64]]


_NO_MONTH: Any = np.datetime64("NaT", "M")


@cache
def figures(name: str) -> pd.DataFrame:
    """Return one CSV file of the package's figures; codes stay text."""
    path = files("apanalytics.synthetic").joinpath("figures", f"{name}.csv")
    with path.open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"region": str, "department": str, "nace17": str, "profile": str})


def month_range(start: str, end: str) -> Months:
    """Return the months from `start` to `end`, both included.

    Raises
    ------
    InvalidArgument : a month is not `YYYY-MM`, is before 2019-01 or after the last month of the series;
        the window is empty.

    Examples
    --------
    >>> [str(month) for month in month_range("2020-12", "2021-01")]
    ['2020-12', '2021-01']
    """
    first, last = _month(start, "--start"), _month(end, "--end")
    if last < first:
        raise InvalidArgument(
            "The window is empty",
            where="--end",
            value=end,
            why=f"It starts in {start}.",
            todo=f"Give a month from {start} on.",
        )
    return np.arange(first, last + 1)


def _month(text: str, where: str) -> np.datetime64:
    months = figures("later_months")["month"]
    try:
        month = np.datetime64(text, "M")
    except ValueError:
        month = _NO_MONTH
    if np.isnat(month) or len(text) != len("2020-03"):
        raise InvalidArgument("Not a month", where=where, value=text, todo="Write it as 2020-03.")
    if not np.datetime64(months.iloc[0], "M") <= month <= np.datetime64(months.iloc[-1], "M"):
        raise InvalidArgument(
            "No published figure for this month",
            where=where,
            value=text,
            todo=f"Use months from {months.iloc[0]} to {months.iloc[-1]}.",
        )
    return month


@dataclass(frozen=True)
class Wave:
    """What the official figures expect: arrays by month and cell (a region and an activity group).

    `opening` is the position of the first month of filing: those before it are history.
    `claims` is the expected number of claims of the whole country; `employees_per_claim` and
    `hours_per_employee` are by month and activity; `cell_size` is employees per claim of the cell over the
    published period, relative to its activity; `region` and `nace17` name each cell's position.
    """

    months: Months
    opening: int
    regions: tuple[str, ...]
    activities: tuple[str, ...]
    region: Ints
    nace17: Ints
    claims: Floats
    employees_per_claim: Floats
    hours_per_employee: Floats
    cell_size: Floats


@cache
def wave(start: str, end: str, before: int, full_time_hours: float) -> Wave:
    """Return the expected wave of each month of the window, and of those before it.

    Parameters
    ----------
    before : months of history before `start`; those before 2019-01 have its figures.
    full_time_hours : monthly hours of a full-time equivalent, by which the Dares series counts.
    """
    window = month_range(start, end)
    months = np.arange(window[0] - before, window[-1] + 1)
    table = figures("claims_by_month_region_nace17")
    regions, activities = tuple(sorted(table["region"].unique())), tuple(sorted(table["nace17"].unique()))
    cube = _cube(table, regions, activities)
    rows = [_expected(str(month), cube, full_time_hours) for month in months]
    claims = np.stack([row[0] for row in rows])
    size = sum(cube[month][1] for month in cube) / np.maximum(sum(cube[month][0] for month in cube), 1)
    whole = sum(cube[month][1].sum(0) for month in cube) / np.maximum(
        sum(cube[month][0].sum(0) for month in cube), 1
    )
    return Wave(
        months=months,
        opening=before,
        regions=regions,
        activities=activities,
        region=np.repeat(np.arange(len(regions)), len(activities)),
        nace17=np.tile(np.arange(len(activities)), len(regions)),
        claims=claims.reshape(len(months), -1),
        employees_per_claim=np.stack([row[1] for row in rows]),
        hours_per_employee=np.stack([row[2] for row in rows]),
        cell_size=np.clip(np.asarray(size) / whole, 0.4, 2.0).reshape(-1),
    )


def _cube(
    table: pd.DataFrame, regions: tuple[str, ...], activities: tuple[str, ...]
) -> dict[str, tuple[Floats, Floats, Floats]]:
    place = (table["region"].map(regions.index).to_numpy(), table["nace17"].map(activities.index).to_numpy())
    cube: dict[str, tuple[Floats, Floats, Floats]] = {}
    for month in table["month"].unique():
        rows = (table["month"] == month).to_numpy()
        layers = []
        for measure in ("claims", "employees", "hours"):
            layer = np.zeros((len(regions), len(activities)))
            layer[place[0][rows], place[1][rows]] = table.loc[rows, measure]
            layers.append(layer)
        cube[str(month)] = (layers[0], layers[1], layers[2])
    return cube


def _expected(
    month: str, cube: dict[str, tuple[Floats, Floats, Floats]], full_time_hours: float
) -> tuple[Floats, Floats, Floats]:
    """Claims by region and activity, employees per claim and hours per employee by activity, of one month."""
    later = figures("later_months").set_index("month")
    if month in cube and month not in later.index:
        claims, employees, hours = cube[month]
        factor = stretch = 1.0
    else:
        series: Any = later.loc[month if month in later.index else later.index[0]]
        claims, employees, hours = cube[str(series["profile"])]
        factor = float(series["employees"]) / employees.sum()
        stretch = (
            float(series["fte"])
            * full_time_hours
            / float(series["employees"])
            / (hours.sum() / employees.sum())
        )
    known = np.maximum(claims.sum(0), 1)
    per_claim = np.maximum(employees.sum(0) / known, 1.0)
    per_employee = hours.sum(0) / np.maximum(employees.sum(0), 1) * stretch
    return claims * factor, per_claim, per_employee

"""One step of secondary secrecy: the cheapest further cells to hide, by a mixed integer programme."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_array, csr_array, eye_array

from apanalytics.reports.secrecy.cells import Tabulation

Floats = npt.NDArray[np.float64]
COST_OF_A_TOTAL = 25.0
"""A total is worth so many of its parts to a reader."""
SECONDS = 10.0
"""After so long the best pattern found so far will do: it is safe, if not the cheapest."""
FEASIBLE = (0, 1)
"""Statuses of `milp` that may carry a solution: optimal, or out of time."""


def cheapest(
    tabulation: Tabulation,
    measure: str,
    cell: str,
    need: float,
    hidden: Collection[str],
    among: Collection[str],
    known: Collection[str],
    both_sides: bool,
) -> set[str] | None:
    """The cells to hide so that `cell` can be `need` lower and, in another country, `need` higher.

    Two other countries are looked for, with the same published cells, in which this cell is lower and higher;
    they may differ from the true one only in hidden cells, and each further hidden cell costs.

    Parameters
    ----------
    need : distance to reach on each side; without `both_sides`, from the lower to the higher.
    among : the cells that may be hidden in addition; empty ones never are.
    known : hidden cells that the reader knows, and that therefore stay as they are.

    Returns
    -------
    The further cells; None where no choice among these will do.

    Examples
    --------
    >>> import pandas as pd
    >>> from apanalytics.reports.secrecy.cells import Relation
    >>> values = pd.DataFrame({"h": [100.0, 5, 35, 60]}, index=["all", "a", "b", "c"])
    >>> tables = Tabulation(values, values["h"], values, (Relation("all", ("a", "b", "c")),))
    >>> cheapest(tables, "h", "a", 1.0, {"a"}, {"all", "a", "b", "c"}, (), True)
    {'b'}
    """
    column = tabulation.values[measure]
    moving = sorted((set(hidden) | {name for name in among if tabulation.units[name] > 0}) - set(known))
    moving = [name for name in moving if name in hidden or column[name] > 0]
    moving = _within_reach(tabulation, moving, cell)
    free = [name for name in moving if name not in hidden]
    if not free:
        return None
    places = [tabulation.place[name] for name in moving]
    rows = sorted({row for name in moving for row in tabulation.of_cell[name]})
    sums = tabulation.matrix[rows][:, places] if rows else csr_array((0, len(places)))
    value = column.to_numpy(dtype=float)[places] / need
    own = moving.index(cell)
    result = _solve(
        sums, value, own, [moving.index(name) for name in free], _costs(tabulation, free), both_sides
    )
    return None if result is None else {name for name, chosen in zip(free, result, strict=True) if chosen}


def _within_reach(tabulation: Tabulation, moving: list[str], cell: str) -> list[str]:
    """Only the cells that a change of this one can reach: the others stay as they are."""
    return sorted(next(group for group in tabulation.joined(moving) if cell in group))


def _costs(tabulation: Tabulation, free: list[str]) -> Floats:
    """A cell costs one, a total many; among equals the one with less of everything."""
    shares = (tabulation.values / tabulation.values.max().clip(lower=1e-9)).mean(axis=1)
    return np.array(
        [(COST_OF_A_TOTAL if name in tabulation.totals else 1.0) + float(shares[name]) for name in free]
    )


def _solve(
    sums: csr_array, value: Floats, own: int, free: list[int], costs: Floats, both_sides: bool
) -> npt.NDArray[np.bool_] | None:
    """Choose the free cells; variables: the lower country's moves, the higher one's, then the choices.

    Values are in units of the distance to reach, so that a move of one is enough.
    """
    cells, choices = len(value), len(free)
    most, least = 2.0 * np.ones(cells), np.minimum(value, 2.0)
    link = csr_array((np.ones(choices), (range(choices), free)), shape=(choices, cells))
    down, up = (
        csr_array((least[free], (range(choices), range(choices)))),
        2.0 * eye_array(choices, format="csr"),
    )
    none = csr_array((choices, cells))
    conditions = [LinearConstraint(block_array([[sums, None], [None, sums]], format="csr"), 0, 0)]
    conditions = [_widened(conditions[0], choices)]
    for blocks in ([link, none], [none, link]):
        conditions.append(LinearConstraint(block_array([[*blocks, down]], format="csr"), 0, np.inf))
        conditions.append(LinearConstraint(block_array([[*blocks, -up]], format="csr"), -np.inf, 0))
    apart = np.zeros(2 * cells + choices)
    apart[own], apart[cells + own] = -1.0, 1.0
    conditions.append(LinearConstraint(apart[None, :], 1.0, np.inf))
    low = np.concatenate([-least, -least, np.zeros(choices)])
    high = np.concatenate([most, most, np.ones(choices)])
    if both_sides:
        high[own], low[cells + own] = -min(1.0, float(value[own])), 1.0
    result = milp(
        np.concatenate([np.zeros(2 * cells), costs]),
        integrality=np.concatenate([np.zeros(2 * cells), np.ones(choices)]),
        bounds=Bounds(low, high),
        constraints=conditions,
        options={"time_limit": SECONDS},
    )
    if result.status not in FEASIBLE or result.x is None:
        return None
    chosen: npt.NDArray[np.bool_] = result.x[2 * cells :] > 0.5
    return chosen


def _widened(condition: LinearConstraint, choices: int) -> LinearConstraint:
    """The sums do not involve the choices."""
    empty = csr_array((condition.A.shape[0], choices))
    return LinearConstraint(block_array([[condition.A, empty]], format="csr"), 0, 0)

"""What a reader can derive about a hidden cell: the least and the most it can be, by linear programmes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from apanalytics.reports.secrecy.cells import Tabulation


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a hidden cell can be, given what is published; `high` may be infinite."""

    low: float
    high: float


def bounds(
    tabulation: Tabulation,
    measure: str,
    hidden: Collection[str],
    cell: str,
    known: Collection[str] = (),
) -> Bounds:
    """What follows for one hidden cell from the published ones, the sums, and that no value is negative.

    Parameters
    ----------
    hidden : every cell that is not published.
    cell : one of them.
    known : hidden cells that this reader knows: an enterprise that is alone in a cell knows that cell.

    Examples
    --------
    >>> import pandas as pd
    >>> from apanalytics.reports.secrecy.cells import Relation
    >>> values = pd.DataFrame({"h": [10.0, 3.0, 7.0]}, index=["all", "a", "b"])
    >>> tables = Tabulation(values, values["h"], values, (Relation("all", ("a", "b")),))
    >>> bounds(tables, "h", {"a", "b"}, "a")
    Bounds(low=0.0, high=10.0)
    >>> bounds(tables, "h", {"a"}, "a")
    Bounds(low=3.0, high=3.0)
    """
    group = next(group for group in tabulation.joined(set(hidden) - set(known)) if cell in group)
    cells = sorted(group)
    places = [tabulation.place[name] for name in cells]
    rows = sorted({row for name in cells for row in tabulation.of_cell[name]})
    values = tabulation.values[measure].to_numpy(dtype=float)[places]
    own = float(values[cells.index(cell)])
    if not rows:
        return Bounds(0.0, np.inf)
    matrix = tabulation.matrix[rows][:, places]
    aim = np.array([float(name == cell) for name in cells])
    scale = max(1.0, own)
    limits = [(-value / scale, None) for value in values]
    zero = np.zeros(len(rows))
    down = linprog(aim, A_eq=matrix, b_eq=zero, bounds=limits, method="highs")
    up = linprog(-aim, A_eq=matrix, b_eq=zero, bounds=limits, method="highs")
    high = own - scale * float(up.fun) if up.status == 0 else np.inf
    return Bounds(max(0.0, own + scale * float(down.fun)), high)

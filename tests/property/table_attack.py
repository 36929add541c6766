"""A reader who tries to solve published tables for their hidden cells; no code is shared with what hides."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from scipy.optimize import linprog

Sums = Iterable[tuple[str, list[str]]]


def range_of(
    cell: str, published: Mapping[str, float], sums: Sums, slack: float = 0.0
) -> tuple[float, float]:
    """The least and the most that a hidden cell can be; `slack` is the rounding of a published figure."""
    sums = list(sums)
    names = sorted({name for total, parts in sums for name in (total, *parts)} | {cell})
    limits = [
        (max(0.0, published[n] - slack), published[n] + slack) if n in published else (0.0, None)
        for n in names
    ]
    matrix = [[float(n == total) - float(n in parts) for n in names] for total, parts in sums]
    found = []
    for sign in (1.0, -1.0):
        aim = [sign * (n == cell) for n in names]
        solved = linprog(
            aim, A_eq=matrix or None, b_eq=[0.0] * len(matrix) or None, bounds=limits, method="highs"
        )
        assert solved.status in (0, 3), "the true country is one solution"
        found.append(sign * solved.fun if solved.status == 0 else math.inf)
    return found[0], found[1]

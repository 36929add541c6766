"""What a view counts or sums, by one or two dimensions, with every margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apanalytics.explorer.selecting import Selection

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Counted:
    """A measure by one or two dimensions; values without a case are left out.

    Parameters
    ----------
    values : of the first dimension and of the second (one None where there is none); None stands for missing.
    cells : a row for each value of the first, a column for each of the second.
    by_row, by_column, whole : the same measure without the second dimension, the first, or both.
    """

    values: tuple[list[Any], list[Any]]
    cells: Numbers
    by_row: Numbers
    by_column: Numbers
    whole: Any


def counted(selection: Selection, first: str, second: str | None, measure: str) -> Counted:
    """Count or sum the cases of a view.

    Parameters
    ----------
    selection : the view over what the user sees.
    first, second : columns; no second gives one column of all.
    measure : `cases`, `establishments`, `amount`, `hours` or `inconsistent`.
    """
    seen, cases = selection.seen, selection.cases
    a, values_a = _present(*seen.values(cases, first))
    b, values_b = _present(*seen.values(cases, second)) if second else (np.zeros_like(a), [None])
    shape = (len(values_a), len(values_b))
    if measure == "establishments":
        return Counted((values_a, values_b), *_distinct(seen.values(cases, "siret")[0], a, b, shape))
    weights = _weights(selection, measure)
    cells = np.bincount(a * shape[1] + b, weights, shape[0] * shape[1]).reshape(shape)
    return Counted((values_a, values_b), cells, cells.sum(axis=1), cells.sum(axis=0), cells.sum())


def _weights(selection: Selection, measure: str) -> Numbers | None:
    """Give what each case adds; None where each counts for one."""
    if measure == "cases":
        return None
    seen, cases = selection.seen, selection.cases
    if measure == "inconsistent":
        return seen.amounts(cases, "fired") > 0
    return seen.amounts(cases, {"amount": "amount_eur", "hours": "hours"}[measure])


def _present(numbers: Numbers, values: list[Any]) -> tuple[Numbers, list[Any]]:
    """Keep the values that some case has, and number them anew."""
    met = np.bincount(numbers, minlength=len(values)) > 0
    kept = [value for value, here in zip(values, met, strict=True) if here]
    return (np.cumsum(met) - 1)[numbers], kept


def _distinct(
    of: Numbers, a: Numbers, b: Numbers, shape: tuple[int, int]
) -> tuple[Numbers, Numbers, Numbers, int]:
    """Count different values of `of` in each cell, row and column, and in all."""
    of, cell = of.astype(np.int64), a * shape[1] + b
    pairs = _once(of * (shape[0] * shape[1]) + cell)
    of, cell = np.divmod(pairs, shape[0] * shape[1] or 1)
    a, b = np.divmod(cell, shape[1] or 1)
    cells = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    by_row = np.bincount(_once(of * shape[0] + a) % (shape[0] or 1), minlength=shape[0])
    by_column = np.bincount(_once(of * shape[1] + b) % (shape[1] or 1), minlength=shape[1])
    return cells, by_row, by_column, len(_once(of))


def _once(numbers: Numbers) -> Numbers:
    """Sort numbers and keep each once; several times quicker than `numpy.unique` on a million of them."""
    ordered = np.sort(numbers, kind="stable")
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered

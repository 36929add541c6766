"""How well a ranking finds what is to be found: precision at a capacity, share of each kind, area."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def selected(score: npt.ArrayLike, capacity: int) -> Floats:
    """Return the chance of each case to be among the `capacity` first, where ties are broken at random.

    Parameters
    ----------
    score : higher is more suspect; NaN ranks last.

    Examples
    --------
    >>> selected([3, 1, 1, 0], 2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    values = np.nan_to_num(np.asarray(score, dtype=np.float64), nan=-np.inf)
    level = np.sort(values)[::-1][capacity - 1]
    above, tied = values > level, values == level
    return np.where(above, 1.0, np.where(tied, (capacity - above.sum()) / tied.sum(), 0.0))


def precision_at(score: npt.ArrayLike, truth: npt.ArrayLike, capacity: int) -> float:
    """Return the expected share of true cases among the `capacity` first.

    Examples
    --------
    >>> precision_at([3, 1, 1, 0], [True, True, False, False], 2)
    0.75
    """
    return float(selected(score, capacity) @ np.asarray(truth, dtype=np.float64) / capacity)


def area(score: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Return the chance that a true case ranks above another; ties count half; NaN without both.

    Examples
    --------
    >>> area([3, 1, 1, 0], [True, True, False, False])
    0.875
    """
    right = np.asarray(truth, dtype=bool)
    values, count = np.asarray(score, dtype=np.float64), int(right.sum())
    if not 0 < count < len(right):
        return float("nan")
    _, place, size = np.unique(values, return_inverse=True, return_counts=True)
    rank = (np.cumsum(size) - (size - 1) / 2)[place]
    return float((rank[right].sum() - count * (count + 1) / 2) / (count * (len(right) - count)))


def ties_by(score: npt.ArrayLike, amount: npt.ArrayLike) -> Floats:
    """Return ranks that follow the score, and the amount where scores are equal; equal pairs stay equal.

    Examples
    --------
    >>> ties_by([1, 2, 1], [5, 0, 9]).tolist()
    [0.0, 2.0, 1.0]
    """
    pairs = np.column_stack([np.asarray(score, dtype=np.float64), np.asarray(amount, dtype=np.float64)])
    _, place = np.unique(pairs, axis=0, return_inverse=True)
    return place.astype(np.float64)

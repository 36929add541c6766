"""Places that chance decides: the exact probability of each case, and a draw that keeps it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

STRATA = 5
"""Bins of the score over which random places are spread, fewer where there are fewer places."""


def bins(cases: int, places: int) -> list[Positions]:
    """Cut ranks 0..cases-1 into bins of near-equal size, as many as places allow.

    Examples
    --------
    >>> [part.tolist() for part in bins(5, places=2)]
    [[0, 1, 2], [3, 4]]
    """
    return np.array_split(np.arange(cases), min(STRATA, places)) if places else []


def spread(cases: int, places: int) -> Vector:
    """Return the probability of each rank when `places` are shared evenly among the bins.

    Examples
    --------
    >>> spread(6, places=3).tolist()
    [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    """
    probability = np.zeros(cases)
    parts = bins(cases, places)
    for number, part in enumerate(parts):
        each = places // len(parts) + (number < places % len(parts))
        probability[part] = each / len(part)
    return probability


def inclusion(base: Vector, wishes: Sequence[tuple[int, Vector]]) -> Vector:
    """Add to the probabilities of the random places those of places with unequal chances.

    Parameters
    ----------
    base : probability by the random places alone, above 0.
    wishes : (places, weights): each shares its places in proportion to its weights, 0 or more; with no
        weight at all, in proportion to `base`.

    Returns
    -------
    Probabilities in (0, 1] that sum to all the places, or to the number of cases where there are more
    places. Where a case would pass 1 it gets 1, and what is over goes to the others in proportion.

    Examples
    --------
    >>> inclusion(np.full(4, 0.25), [(1, np.array([3.0, 1.0, 0.0, 0.0]))]).tolist()
    [1.0, 0.5, 0.25, 0.25]
    """
    wanted = base.copy()
    for places, weights in wishes:
        known = np.nan_to_num(weights)
        shares = known if known.sum() > 0 else base
        wanted += places * shares / shares.sum()
    places = round(float(wanted.sum()))
    if places >= len(wanted):
        return np.ones(len(wanted))
    return _capped(wanted, places)


def _capped(wanted: Vector, places: int) -> Vector:
    """Scale probabilities so that none passes 1 and they sum to the places."""
    sure = np.zeros(len(wanted), dtype=bool)
    while True:
        left = places - int(sure.sum())
        found = np.where(sure, 1.0, wanted * left / wanted[~sure].sum())
        over = (found > 1) & ~sure
        if not over.any():
            return np.asarray(found)
        sure |= over


def pick(probability: Vector, parts: Sequence[Positions], generator: np.random.Generator) -> Positions:
    """Draw cases, each with exactly its probability: systematic sampling over shuffled bins.

    The cases of each bin are shuffled, the bins laid end to end, each case as long as its probability, and
    every point at a whole distance from one random start picks the case on which it falls. The number drawn
    never varies, and that of a bin by less than one.

    Parameters
    ----------
    probability : in (0, 1], summing to a whole number.
    parts : the ranks of each bin, together all of them.
    generator : source of chance.

    Source: Madow (1949), Annals of Mathematical Statistics 20(3).
    """
    order = np.concatenate([generator.permutation(part) for part in parts])
    ends = np.cumsum(probability[order])
    places = round(float(ends[-1]))
    points = generator.random() + np.arange(places)
    at = np.searchsorted(ends, points, side="right")
    return np.sort(order[np.minimum(at, len(order) - 1)])

"""By how much one choice of cases beats another: the interval of the difference, not two intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.evaluation.estimators import MOST_GAINED, by_design
from apanalytics.evaluation.parts import Vector, strata, weights
from apanalytics.risk import Interval

NORMAL = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""


def lift(members: pd.DataFrame, own: pd.Index[str], other: pd.Index[str]) -> Interval:
    """Estimate the precision of one choice of cases less that of another.

    What both choices share cancels out: the interval is that of the difference, by linearisation, with the
    establishments of each stratum as its draws.

    Parameters
    ----------
    members : one row per eligible case: ``probability, listed, nonconforming, siret, stratum``.
    own, other : the cases of each choice; ``other`` may be all cases, for chance.

    Returns
    -------
    A difference in -1..1, or the reason why one of the two precisions is not estimable.

    Examples
    --------
    >>> members = pd.DataFrame({"probability": 1.0, "listed": True, "stratum": "top",
    ...                         "nonconforming": pd.Series([True] * 40 + [False] * 40, dtype=object),
    ...                         "siret": [str(i) for i in range(80)]})
    >>> found = lift(members, members.index[:40], members.index)
    >>> found.value, found.low > 0
    (0.5, True)
    """
    for chosen in (own, other):
        share = by_design(members.loc[chosen])
        if not share.known:
            return Interval.unknown(str(share.why), n=share.n)
    known = members[members["listed"] & members["nonconforming"].notna()]
    (first, pull), (second, other_pull) = (_pull(members.loc[chosen], known) for chosen in (own, other))
    spread = _spread(pull - other_pull, known)
    low, high = max(-1.0, first - second - NORMAL * spread), min(1.0, first - second + NORMAL * spread)
    there = known.index.isin(own.union(other))
    return Interval(first - second, low, high, n=int(there.sum()), method="linearised")


def _pull(chosen: pd.DataFrame, known: pd.DataFrame) -> tuple[float, Vector]:
    """Return the weighted share of a choice, and how far each known outcome pulls it.

    The numbers of sure and of drawn cases are known: an outcome pulls the share of its own part only.
    """
    within = known.index.isin(chosen.index)
    own = known[within]
    weight, outcome = weights(chosen, own), own["nonconforming"].to_numpy(dtype=np.float64)
    sure = own["probability"].to_numpy(dtype=np.float64) >= 1
    beyond = np.zeros(len(own))
    for part in (sure, ~sure):
        if part.any():
            beyond[part] = outcome[part] - weight[part] @ outcome[part] / weight[part].sum()
    pull = np.zeros(len(known))
    pull[within] = weight * beyond / weight.sum()
    return float(weight @ outcome / weight.sum()), pull


def _spread(pull: Vector, known: pd.DataFrame) -> float:
    """Return the standard error of a sum of pulls when establishments of each stratum are the draws.

    Cases listed for sure count as drawn too: they are a sample of what such cases are like. Strata make drawn
    outcomes worth half as many again at most, as in `effective_size`.
    """
    sure = known["probability"].to_numpy(dtype=np.float64) >= 1
    names, firm = strata(known), known["siret"].to_numpy()
    drawn = max(
        _variance(pull[~sure], names[~sure], firm[~sure]),
        _variance(pull[~sure], np.zeros((~sure).sum()), firm[~sure]) / MOST_GAINED,
    )
    return float((_variance(pull[sure], names[sure], firm[sure]) + drawn) ** 0.5)


def _variance(pull: Vector, stratum: npt.NDArray[Any], firm: npt.NDArray[Any]) -> float:
    """Return the variance of a sum when the firms of each stratum are the draws."""
    sums = pd.Series(pull).groupby([stratum, firm]).sum()
    each = sums.groupby(level=0)
    size = each.transform("size")
    beyond = (sums - each.transform("mean")) ** 2 * size / (size - 1).clip(lower=1)
    return float(beyond.sum())

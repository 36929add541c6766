"""By how much one choice of cases beats another: the interval of the difference, not two intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.evaluation.estimators import Vector, by_design
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
    parts = [known.index.isin(chosen).astype(np.float64) for chosen in (own, other)]
    outcome = known["nonconforming"].to_numpy(dtype=np.float64)
    weight = 1 / known["probability"].to_numpy(dtype=np.float64)
    shares, pulls = zip(*(_pull(weight * part, outcome) for part in parts), strict=True)
    value, spread = shares[0] - shares[1], _spread(pulls[0] - pulls[1], known)
    low, high = max(-1.0, value - NORMAL * spread), min(1.0, value + NORMAL * spread)
    return Interval(value, low, high, n=int(np.maximum(*parts).sum()), method="linearised")


def _pull(weight: Vector, outcome: Vector) -> tuple[float, Vector]:
    """Return a weighted share, and how far each outcome pulls it."""
    share = float(weight @ outcome / weight.sum())
    return share, weight * (outcome - share) / weight.sum()


def _spread(pull: Vector, known: pd.DataFrame) -> float:
    """Return the standard error of a sum of pulls when establishments of each stratum are the draws.

    Cases listed for sure count as drawn too: they are a sample of what such cases are like.
    """
    sums = pd.Series(pull).groupby([known["stratum"].to_numpy(), known["siret"].to_numpy()]).sum()
    each = sums.groupby(level=0)
    size = each.transform("size")
    beyond = (sums - each.transform("mean")) ** 2 * size / (size - 1).clip(lower=1)
    return float(beyond.sum() ** 0.5)

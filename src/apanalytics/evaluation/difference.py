"""By how much one choice of cases beats another: the interval of the difference, not two intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.evaluation.estimators import by_design, replicates
from apanalytics.risk import Interval

NORMAL = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""


def lift(members: pd.DataFrame, own: pd.Index[str], other: pd.Index[str], seed: int = 0) -> Interval:
    """Estimate the precision of one choice of cases less that of another.

    Cases in both choices weigh on neither side of the comparison by chance: replicates draw the same
    establishments for both, so what they share cancels out.

    Parameters
    ----------
    members : one row per eligible case: ``probability, listed, nonconforming, siret, stratum``.
    own, other : the cases of each choice; ``other`` may be all cases, for chance.
    seed : seed of the bootstrap by establishment.

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
    if (parts[0] == parts[1]).all():
        return Interval(0.0, 0.0, 0.0, n=int(parts[0].sum()), method="bootstrap")
    outcome = known["nonconforming"].to_numpy(dtype=np.float64)
    weight = 1 / known["probability"].to_numpy(dtype=np.float64)
    sums = [float((weight * part).sum()) for part in parts]
    shares = [float((weight * part) @ outcome) / total for part, total in zip(parts, sums, strict=True)]
    value = shares[0] - shares[1]
    influence = sum(
        sign * part * (outcome - share) * weight.sum() / total
        for sign, part, share, total in zip((1.0, -1.0), parts, shares, sums, strict=True)
    )
    # cases listed for sure are a sample of what such cases are: they count as drawn too
    drawn = known.assign(probability=np.minimum(known["probability"], 1 - 1e-12))
    spread = float(np.std(replicates(drawn, np.asarray(influence), weight, seed)))
    low, high = max(-1.0, value - NORMAL * spread), min(1.0, value + NORMAL * spread)
    return Interval(value, low, high, n=int(np.maximum(*parts).sum()), method="bootstrap")

"""Which cases may be accepted unchecked where most are to be checked, and the sample that watches them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from apanalytics.errors import InvalidArgument
from apanalytics.targeting.draw import ranked

CERTAINTY = 0.95
"""Coverage of the upper bound on what a release misses."""
RELEASED = "released"


def draw_release(
    scores: pd.Series[float], release_share: float, sample_share: float, seed: int
) -> pd.DataFrame:
    """Release the least suspect share of the cases, check all others, and a random sample of the released.

    Parameters
    ----------
    scores : score by ``case_id`` of every eligible case.
    release_share : share of the cases that may be accepted unchecked, in (0, 1).
    sample_share : share of the released that is checked all the same, at least one case, in (0, 1].
    seed : seed of the sample.

    Returns
    -------
    As `draw`: ``channel`` is ``targeted`` where checked, ``random`` where drawn from the released,
    ``released`` where accepted unchecked; the last two are the stratum ``released``, with one probability.

    Examples
    --------
    >>> scores = pd.Series(range(10), index=list("ABCDEFGHIJ"), dtype="float64")
    >>> found = draw_release(scores, 0.3, 0.34, seed=0)
    >>> found["channel"].value_counts().to_dict()
    {'targeted': 7, 'released': 2, 'random': 1}
    """
    for name, share in (("release_share", release_share), ("random_share", sample_share)):
        if not 0 < share <= 1 or (name == "release_share" and share == 1):
            raise InvalidArgument("A share lies between 0 and 1", where=name, value=share)
    order = ranked(scores)
    checked = len(order) - math.floor(release_share * len(order) + 1e-9)
    free = len(order) - checked
    sample = max(1, round(free * sample_share)) if free else 0
    drawn = np.random.default_rng(seed).choice(np.arange(checked, len(order)), sample, replace=False)
    listed = np.arange(len(order)) < checked
    channel = np.where(listed, "targeted", RELEASED).astype(object)
    channel[drawn] = "random"
    probability = np.where(listed, 1.0, sample / free if free else 1.0)
    stratum = np.where(listed, "top", RELEASED).astype(object)
    listed[drawn] = True
    return pd.DataFrame(
        {"channel": channel, "stratum": stratum, "selection_probability": probability, "listed": listed},
        index=order,
    )


def most_among(population: int, sample: int, found: int) -> int:
    """Return the exact upper bound on the number of non-conforming cases, from a sample without replacement.

    Parameters
    ----------
    population : cases in all.
    sample : cases drawn at random of them, all with a known outcome.
    found : non-conforming ones among the sample.

    Returns
    -------
    The largest number with which a sample shows so few with more than 5 % chance (hypergeometric, 95 %).

    Examples
    --------
    >>> most_among(100, 100, 3), most_among(1000, 59, 0)
    (3, 48)
    """
    low, high = found, population - (sample - found)
    while low < high:
        middle = (low + high + 1) // 2
        likely = hypergeom.cdf(found, population, middle, sample) > 1 - CERTAINTY
        low, high = (middle, high) if likely else (low, middle - 1)
    return low

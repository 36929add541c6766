"""How strong a hunch would have to be to explain away what cases pointed at by people show."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from scipy.stats import nchypergeom_fisher

STRENGTHS = (1.0, 1.5, 2.0, 3.0, 5.0)
"""Odds by which a hidden reason may make people point at non-conforming cases rather than others."""


def hunch_sensitivity(
    hunch: tuple[int, int], random: tuple[int, int], strengths: Sequence[float] = STRENGTHS
) -> pd.DataFrame:
    """Bound what the hit rate of hunches may owe to whom they point at, beside the random draws.

    People point at cases for reasons that no table holds. If such a reason makes a non-conforming case up
    to ``strength`` times likelier (in odds) to be pointed at, how sure is it still that pointing finds
    more than chance, and which rate of the whole would agree with the hits?

    Parameters
    ----------
    hunch : (non-conforming, controlled) among the cases that people pointed at.
    random : the same among the cases drawn at random.
    strengths : 1 is no hidden reason.

    Returns
    -------
    One row per strength: ``strength``, ``p_value`` (largest, against «hunches find no more than that»),
    ``rate_low`` (smallest share of non-conforming in the whole that would agree with the hits of hunches).

    Source: Rosenbaum (2002), Observational Studies, §4.4.

    Examples
    --------
    >>> hunch_sensitivity((30, 50), (10, 100), [1.0, 20.0])["p_value"].round(3).tolist()
    [0.0, 0.882]
    """
    hits, controlled = hunch
    found, drawn = random
    rows = []
    for strength in strengths:
        p_value = nchypergeom_fisher.sf(hits - 1, controlled + drawn, hits + found, controlled, strength)
        odds = hits / max(controlled - hits, 0.5) / strength
        rows.append(
            {"strength": strength, "p_value": float(p_value), "rate_low": odds / (1 + odds) if hits else 0.0}
        )
    return pd.DataFrame(rows)


def explained_by(hunch: tuple[int, int], random: tuple[int, int], level: float = 0.05) -> float:
    """Return the strength of a hidden reason from which the hits of hunches are no longer beyond it.

    Returns
    -------
    A number from 1 up; 1 where hunches show nothing beyond chance in the first place; infinite where no
    strength up to a thousand explains them.

    Examples
    --------
    >>> round(explained_by((30, 50), (10, 100)), 1), explained_by((5, 50), (10, 100))
    (6.0, 1.0)
    """
    low, high = 1.0, 1000.0

    def unexplained(strength: float) -> bool:
        return float(hunch_sensitivity(hunch, random, [strength])["p_value"].iloc[0]) <= level

    if not unexplained(low):
        return low
    if unexplained(high):
        return math.inf
    for _ in range(40):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if unexplained(middle) else (low, middle)
    return low

"""Shares estimated from outcomes that are known for some cases only, by design and not by guess."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from apanalytics.evaluation.overlap import LARGEST_WEIGHT, Overlap
from apanalytics.evaluation.parts import Vector, sizes, strata
from apanalytics.risk import Interval, wilson

__all__ = [
    "FEWEST_RANDOM",
    "LARGEST_WEIGHT",
    "MOST_UNKNOWN",
    "Vector",
    "by_design",
    "census",
    "effective_size",
    "refusal",
    "replicates",
    "total",
    "with_the_sure",
]

MOST_UNKNOWN = 0.20
"""Share of a list whose outcome may be unknown; above it, the estimate is refused."""
MOST_MOVED = 0.01
"""How far the outcomes lacking among the sure cases may move a share, whatever they are; see `refusal`."""
FEWEST_RANDOM = 30
"""Known outcomes of cases drawn at random below which no rate is estimated from them."""
MOST_GAINED = 1.5
"""How many even outcomes one outcome drawn within strata may be worth at most."""
CHUNK = 50
"""Replicates drawn at once."""
REPLICATES = 1000
"""Bootstrap replicates, each drawing establishments with replacement within strata."""


def census(nonconforming: pd.Series[Any], listed: int) -> Interval:
    """Return the share of non-conforming among cases all chosen with probability one: Wilson's interval.

    Parameters
    ----------
    nonconforming : outcome (bool) of the cases for which it is known.
    listed : number of cases of which these are the known ones.

    Returns
    -------
    An interval on the known outcomes; without a value where none is known, or more than a fifth is not:
    those never controlled may differ from the others.

    Examples
    --------
    >>> print(census(pd.Series([True, True, False]), listed=3))
    66.7 % [20.8 % ; 93.9 %] on 3 outcomes
    >>> print(census(pd.Series([True]), listed=4))
    not estimable: the outcome of 3 of 4 cases is unknown (75 %; at most 20 % may be)
    """
    known = len(nonconforming)
    if why := unknown_share(known, listed):
        return Interval.unknown(why, n=known)
    found = int(nonconforming.sum())
    return Interval(found / known, *wilson(found, known), n=known, method="wilson")


def unknown_share(known: int, listed: int) -> str | None:
    """Say why too few outcomes are known, None where enough are."""
    if not listed:
        return "the list is empty"
    if not known:
        return f"no outcome of these {listed} cases is known yet"
    missing = 1 - known / listed
    if missing > MOST_UNKNOWN:
        return (
            f"the outcome of {listed - known} of {listed} cases is unknown "
            f"({100 * missing:.0f} %; at most {100 * MOST_UNKNOWN:.0f} % may be)"
        )
    return None


def by_design(members: pd.DataFrame, seed: int = 0, whole: bool = True) -> Interval:
    """Estimate the share of non-conforming in a set of eligible cases from logged selection probabilities.

    Hájek's estimator of the cases that could be drawn: the mean of their known outcomes, each weighted by
    1 / probability. Its interval is Wilson's on the effective number of random outcomes that a bootstrap by
    establishment within strata gives. Cases of probability one were sure to be chosen: they count as many
    as they are, and add no sampling error.

    Parameters
    ----------
    members : one row per case of the set, chosen or not: ``probability`` in (0, 1], ``listed`` (bool),
        ``nonconforming`` (True, False, or missing where unknown), ``siret`` and ``stratum``.
    seed : seed of the bootstrap.
    whole : False where only the listed cases of the set are there.

    Returns
    -------
    An interval, or why there is none: outcomes of more than a fifth of the chosen unknown (of all, of the
    drawn, or of the sure where these could move the share by over a point), fewer than 30 random outcomes, or
    one outcome carrying over a tenth of the weight.

    Source: Hájek (1971); effective size as in Korn and Graubard (1998); bootstrap of Rao and Wu (1988).
    """
    chosen = members[members["listed"]]
    known = chosen[chosen["nonconforming"].notna()]
    if (members["probability"] >= 1).all():
        return census(known["nonconforming"].astype(bool), len(members))
    if why := refusal(members, chosen, known):
        return Interval.unknown(why, n=len(known))
    drawn = known[known["probability"] < 1]
    target = drawn["nonconforming"].to_numpy(dtype=np.float64)
    weight = 1 / drawn["probability"].to_numpy(dtype=np.float64)
    share = float(weight @ target / weight.sum())
    size = effective_size(weight, share, float(np.var(replicates(drawn, target, weight, seed))))
    bounds = wilson(share * size, size)
    value, low, high = with_the_sure(known, sizes(members, whole), share, bounds)
    return Interval(value, low, high, n=len(known), method="bootstrap")


def with_the_sure(
    known: pd.DataFrame, cases: tuple[float, float], share: float, bounds: tuple[float, float]
) -> list[float]:
    """Return the share of a whole set and its bounds from those of its drawn part.

    The sure part adds no sampling error. Where outcomes of over a fifth of it lack, which is estimated only
    if they could hardly move the whole (see `refusal`), the bounds are those of all of them conforming and
    of none.

    Parameters
    ----------
    known : the listed cases of the set with an outcome.
    cases : how many of the set were sure to be chosen, and how many could be drawn.
    share, bounds : share of non-conforming among the cases that could be drawn, 0..1, and its interval.

    Examples
    --------
    >>> known = pd.DataFrame({"probability": [1.0, 0.5], "nonconforming": [True, False]})
    >>> with_the_sure(known, (1, 9), 0.1, (0.0, 0.5)), with_the_sure(known, (4, 96), 0.0, (0.0, 0.0))
    ([0.19, 0.1, 0.55], [0.04, 0.01, 0.04])
    """
    sure, by_chance = cases
    found = known.loc[known["probability"] >= 1, "nonconforming"].astype(float)
    drawn = [min(max(one, 0.0), 1.0) for one in (share, *bounds)]
    lacking = sure - len(found)
    of_sure = [float(found.mean()) if len(found) else drawn[0]] * 3
    if lacking > MOST_UNKNOWN * sure:
        of_sure[1:] = [float(found.sum() + more) / sure for more in (0.0, lacking)]
    return [
        (sure * one + by_chance * other) / (sure + by_chance)
        for one, other in zip(of_sure, drawn, strict=True)
    ]


def effective_size(weight: Vector, share: float, variance: float) -> float:
    """Return how many outcomes drawn evenly would tell a share as surely as weighted ones do.

    It is the number that gives the variance found. Strata can make outcomes worth more than even ones, but
    never more than half as many again as Kish's number: where few outcomes differ, a small variance is
    itself a matter of luck, and where none does, Kish's number is all that remains.

    Parameters
    ----------
    weight : weights of the outcomes drawn at random.
    share : the estimated share, 0..1.
    variance : variance of the estimate, from a bootstrap.

    Examples
    --------
    >>> effective_size(np.ones(50), 0.5, 0.01), effective_size(np.ones(50), 0.0, 0.0)
    (25.0, 50.0)
    """
    kish = float(weight.sum() ** 2 / (weight @ weight))
    if not 0 < share < 1 or variance <= 0:
        return kish
    return min(MOST_GAINED * kish, share * (1 - share) / variance)


def refusal(members: pd.DataFrame, chosen: pd.DataFrame, known: pd.DataFrame) -> str | None:
    """Say why a set cannot be estimated, None where it can.

    Parameters
    ----------
    members, chosen, known : the set, the cases of it that were listed, and those of them with an outcome.
    """
    by_chance = chosen[chosen["probability"] < 1]
    known_by_chance = int((known["probability"] < 1).sum())
    if why := unknown_share(len(known), len(chosen)):
        return why
    if len(by_chance) and (why := unknown_share(known_by_chance, len(by_chance))):
        return f"among those drawn at random, {why}"
    sure, known_sure = len(chosen) - len(by_chance), len(known) - known_by_chance
    moved = (sure - known_sure) / float((1 / chosen["probability"]).sum()) if sure else 0.0
    if moved > MOST_MOVED and (why := unknown_share(known_sure, sure)):
        return f"among those sure to be chosen, {why}"
    if known_by_chance < FEWEST_RANDOM:
        return (
            f"{known_by_chance} outcomes of cases drawn at random are known; "
            f"{FEWEST_RANDOM} are needed for the {int((members['probability'] < 1).sum())} cases "
            "that the score did not list"
        )
    return Overlap.of(members).refusal()


def replicates(known: pd.DataFrame, target: Vector, weight: Vector, seed: int) -> Vector:
    """Return replicates of a weighted mean: establishments of each stratum drawn again.

    Parameters
    ----------
    known : cases drawn at random, with an outcome: ``stratum``, ``siret``.
    target : value of each.
    weight : weight of each.
    seed : seed of the bootstrap.
    """
    sums, weights = np.zeros(REPLICATES), np.zeros(REPLICATES)
    generator = np.random.default_rng(seed)
    for at in pd.Series(np.arange(len(known))).groupby(strata(known), sort=True).indices.values():
        cluster = pd.factorize(known["siret"].iloc[at], sort=True)[0]
        number = int(cluster.max()) + 1
        clustered = np.bincount(cluster, weights=weight[at] * target[at], minlength=number)
        totals = np.bincount(cluster, weights=weight[at], minlength=number)
        draws = max(1, number - 1)  # one fewer, scaled up: few establishments would understate the variance
        for some in _chunks():
            times = generator.multinomial(draws, np.full(number, 1 / number), size=CHUNK) * (number / draws)
            sums[some] += times @ clustered
            weights[some] += times @ totals
    return np.asarray(sums / weights)


def _chunks() -> list[slice]:
    """Cut the replicates into chunks, so that memory does not grow with them."""
    return [slice(start, start + CHUNK) for start in range(0, REPLICATES, CHUNK)]


def total(euros: pd.Series[Any], sirets: pd.Series[str], listed: int, seed: int = 0) -> Interval:
    """Estimate a sum of euros over a list from the cases whose amount is known; bootstrap by establishment.

    Parameters
    ----------
    euros : amount of the cases for which it is known, euros, 0 where conforming.
    sirets : establishment of each.
    listed : number of cases of which these are the known ones; the mean of the known stands for the others.
    """
    if why := unknown_share(len(euros), listed):
        return Interval.unknown(why, n=len(euros))
    amounts = euros.to_numpy(dtype=np.float64)
    cluster = pd.factorize(sirets, sort=True)[0]
    number = int(cluster.max()) + 1
    sums, sizes = np.bincount(cluster, weights=amounts), np.bincount(cluster)
    generator, again = np.random.default_rng(seed), np.empty(REPLICATES)
    for some in _chunks():
        times = generator.multinomial(number, np.full(number, 1 / number), size=CHUNK)
        again[some] = listed * (times @ sums) / (times @ sizes)
    low, high = np.quantile(again, [0.025, 0.975])
    return Interval(
        listed * float(amounts.mean()), float(low), float(high), n=len(amounts), method="bootstrap"
    )

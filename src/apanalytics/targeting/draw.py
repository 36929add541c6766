"""The draw: who is listed because of the score, who at random, and with which probability each could be."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.errors import InvalidArgument

STRATA = 5
"""Bins of the score from which the random share is drawn, fewer where fewer places are drawn at random."""
DECIMALS = 9
"""Scores are rounded so before ranking: noise of the arithmetic must not order cases."""


def ranked(scores: pd.Series[float]) -> pd.Index[str]:
    """Return the cases from most to least suspect: rounded score, then the MD5 of the case.

    Parameters
    ----------
    scores : score by ``case_id``, none missing.

    Examples
    --------
    >>> ranked(pd.Series({"A": 0.5, "B": 2.0, "C": 0.5 + 1e-12})).tolist()
    ['B', 'C', 'A']
    """
    hashed = [hashlib.md5(str(case).encode(), usedforsecurity=False).hexdigest() for case in scores.index]
    keys = pd.DataFrame({"score": scores.round(DECIMALS).to_numpy() + 0.0, "md5": hashed}, index=scores.index)
    return keys.sort_values(["score", "md5"], ascending=[False, True], kind="stable").index


def draw(scores: pd.Series[float], capacity: int, random_share: float, seed: int) -> pd.DataFrame:
    """Fill a campaign's places: most by score, the rest at random from bins of the score.

    `capacity` x `random_share` places, at least one, are drawn without replacement from the cases that the
    score does not list, in bins of equal size; every case therefore has a known, positive probability: 1
    where the score lists it, places / cases of its bin elsewhere. The order of the rows plays no part.

    Parameters
    ----------
    scores : score by ``case_id`` of every eligible case.
    capacity : places, 1 or more; with as many places as cases every case is listed with probability 1.
    random_share : share of the places drawn at random, in (0, 1].
    seed : seed of the draw.

    Returns
    -------
    One row per eligible case, indexed by ``case_id``, most suspect first: ``channel`` (``targeted`` where the
    score lists it, else ``random``), ``stratum`` (``top``; ``bin-1`` holds the highest scores below it …),
    ``selection_probability`` in (0, 1], ``listed``.

    Raises
    ------
    InvalidArgument : capacity below 1, or a random share outside (0, 1].

    Examples
    --------
    >>> scores = pd.Series(range(10), index=list("ABCDEFGHIJ"), dtype="float64")
    >>> found = draw(scores, capacity=3, random_share=0.3, seed=0)
    >>> found["selection_probability"].round(3).tolist()
    [1.0, 1.0, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125]
    """
    _check(capacity, random_share)
    order = ranked(scores)
    by_chance = min(capacity, max(1, round(capacity * random_share))) if capacity < len(order) else 0
    by_score = min(capacity, len(order)) - by_chance
    stratum = np.full(len(order), "top", dtype=object)
    probability = np.ones(len(order))
    listed = np.arange(len(order)) < by_score
    generator = np.random.default_rng(seed)
    for number, (members, places) in enumerate(_bins(by_score, len(order), by_chance), start=1):
        stratum[members] = f"bin-{number}"
        probability[members] = places / len(members)
        listed[generator.choice(members, size=places, replace=False)] = True
    channel = np.where(stratum == "top", "targeted", "random")
    return pd.DataFrame(
        {"channel": channel, "stratum": stratum, "selection_probability": probability, "listed": listed},
        index=order,
    )


def _bins(start: int, stop: int, places: int) -> list[tuple[npt.NDArray[np.int64], int]]:
    """Cut ranks start..stop into bins of near-equal size, each with its share of the places, at least one."""
    if not places:
        return []
    number = min(STRATA, places)
    members = np.array_split(np.arange(start, stop), number)
    each, more = divmod(places, number)
    return [(part, each + (i < more)) for i, part in enumerate(members)]


def _check(capacity: int, random_share: float) -> None:
    if capacity < 1:
        raise InvalidArgument(
            "A campaign needs at least one place", where="capacity", value=capacity, todo="Give 1 or more."
        )
    if not 0 < random_share <= 1:
        raise InvalidArgument(
            "The random share must be above 0 and at most 1",
            where="random_share",
            value=random_share,
            why="Without random controls no precision and no rate can be measured honestly.",
            todo="Keep the default, 0.1, or give a share such as 0.05.",
        )

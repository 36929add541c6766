"""The draw: who is listed because of the score, who at random, and with which probability each could be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.targeting.chance import bins, inclusion, pick, spread

DECIMALS = 9
"""Scores are rounded so before ranking: noise of the arithmetic must not order cases."""


@dataclass(frozen=True)
class Shares:
    """What the places of a campaign are for, as shares in 0..1; the ranking takes what they leave.

    Parameters
    ----------
    by_chance : drawn at random over bins of the score, above 0; at least one place.
    uncertain : drawn in proportion to p(1-p), p the calibrated risk.
    rules : drawn in proportion to how seldom outcomes tell of the criteria that a case meets.
    signal : kept for cases that people pointed at, the most suspect first.
    """

    by_chance: float
    uncertain: float = 0.0
    rules: float = 0.0
    signal: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.by_chance <= 1:
            raise InvalidArgument(
                "The random share must be above 0 and at most 1",
                where="random_share",
                value=self.by_chance,
                why="Without random controls no precision and no rate can be measured honestly.",
                todo="Keep the default, 0.1, or give a share such as 0.05.",
            )


@dataclass(frozen=True)
class Places:
    """Places of one pool: `by_chance`, `uncertain`, `rules`, `signal` as `Shares`, and `by_score`."""

    by_chance: int
    uncertain: int
    rules: int
    signal: int
    by_score: int


def places_of(capacity: int, cases: int, signals: int, shares: Shares) -> Places:
    """Share out the places of one pool.

    Parameters
    ----------
    capacity : places; with as many as cases every case is listed, and chance has nothing to decide.
    cases : eligible cases.
    signals : those that people pointed at.
    shares : what the places are for. Each part is rounded, the random one to at least one place; the signals'
        part that is not used goes to the ranking.

    Examples
    --------
    >>> places_of(20, cases=500, signals=1, shares=Shares(0.05, 0.1, 0.05, 0.1))
    Places(by_chance=1, uncertain=2, rules=1, signal=1, by_score=15)
    """
    if capacity >= cases:
        signal = min(signals, round(capacity * shares.signal))
        return Places(0, 0, 0, signal, cases - signal)
    left = capacity
    by_chance = min(left, max(1, round(capacity * shares.by_chance)))
    left -= by_chance
    uncertain = min(left, round(capacity * shares.uncertain))
    left -= uncertain
    rules = min(left, round(capacity * shares.rules))
    left -= rules
    signal = min(left, signals, round(capacity * shares.signal))
    return Places(by_chance, uncertain, rules, signal, left - signal)


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
    if capacity < 1:
        raise InvalidArgument(
            "A campaign needs at least one place", where="capacity", value=capacity, todo="Give 1 or more."
        )
    shares = Shares(random_share)
    order = ranked(scores)
    places = places_of(capacity, len(order), 0, shares)
    return draw_pool(pd.DataFrame(index=order), order[: places.by_score], places, np.random.default_rng(seed))


def draw_pool(
    cases: pd.DataFrame, top: pd.Index[str], places: Places, generator: np.random.Generator
) -> pd.DataFrame:
    """Fill the places of one pool of cases: the whole country, or one department.

    Parameters
    ----------
    cases : the eligible cases of the pool, most suspect first. ``signalled`` (bool), ``risk`` and
        ``rule_rarity`` (0 or more) are read where places depend on them; a missing one weighs nothing.
    top : the cases that the ranking lists, none of them taken by a signal place.
    places : how many places are for what.
    generator : source of chance.

    Returns
    -------
    What `draw` returns; ``channel`` ``signal`` and ``stratum`` ``signal`` where a signal place took the case.
    """
    signals = cases.index.isin(_signalled(cases, places.signal))
    by_score = cases.index.isin(top)
    rest = np.flatnonzero(~by_score & ~signals)
    channel = np.where(signals, "signal", np.where(by_score, "targeted", "random")).astype(object)
    stratum = np.where(signals, "signal", "top").astype(object)
    probability, listed = np.ones(len(cases)), np.ones(len(cases), dtype=bool)
    if len(rest):
        parts = bins(len(rest), places.by_chance)
        chances = inclusion(spread(len(rest), places.by_chance), _wishes(cases, rest, places))
        for number, part in enumerate(parts, start=1):
            stratum[rest[part]] = f"bin-{number}"
        probability[rest], listed[rest] = chances, False
        listed[rest[pick(chances, parts, generator)]] = True
    return pd.DataFrame(
        {"channel": channel, "stratum": stratum, "selection_probability": probability, "listed": listed},
        index=cases.index,
    )


def _signalled(cases: pd.DataFrame, places: int) -> pd.Index[str]:
    """Return the most suspect of the cases that people pointed at, one a place."""
    if not places:
        return cases.index[:0]
    pointed_at = cases.index[cases["signalled"].to_numpy(dtype=bool)]
    return pointed_at[:places]


def _wishes(
    cases: pd.DataFrame, rest: npt.NDArray[np.int64], places: Places
) -> list[tuple[int, npt.NDArray[np.float64]]]:
    """Return the places of unequal chances with the weight of each case of the rest."""
    wishes = []
    if places.uncertain:
        risk = cases["risk"].to_numpy(dtype=np.float64)[rest]
        wishes.append((places.uncertain, risk * (1 - risk)))
    if places.rules:
        wishes.append((places.rules, cases["rule_rarity"].to_numpy(dtype=np.float64)[rest]))
    return wishes

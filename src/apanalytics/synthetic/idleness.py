"""How much of a month's hours an establishment loses: all of them where it is closed, else a part."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaincc, ndtr

from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints, beta_quantile
from apanalytics.synthetic.knobs import Settings

_ALL = 0.95
"""Above it nobody works at all."""
_LEAST, _MOST = 0.03, 0.97
_ACCIDENT = 3
"""Motive of a request: an accident or bad weather."""


def idle_shares(wanted: Floats, level: Floats, rank: Floats, settings: Settings) -> tuple[Floats, Bools]:
    """Return the share of hours lost in a month, and whether the establishment is closed altogether.

    Parameters
    ----------
    wanted : mean share of the month and activity; it is kept over all ranks and levels.
    level : standard normal deviate of the establishment and month.
    rank : number of (0, 1) of the establishment: the lowest close first, and stay closed as long as the
        month is hard enough; 1 never closes, and less than 0 is closed in any month.

    Examples
    --------
    >>> from apanalytics.synthetic.scenario_files import settings
    >>> wanted, level, rank = np.array([0.6, 0.6]), np.array([0.0, 0.0]), np.array([0.01, 1.0])
    >>> shares, closed = idle_shares(wanted, level, rank, settings())
    >>> float(shares[0]), closed.tolist()
    (1.0, [True, False])
    """
    crisis, mean = settings.crisis, np.clip(wanted, _LEAST, _MOST)
    above = betaincc(mean * crisis.hours_concentration, (1 - mean) * crisis.hours_concentration, _ALL)
    shut = crisis.whole_closures * above
    closed = rank < shut
    place = np.where(closed, 1 - shut + shut * ndtr(level), np.where(rank < 1, 1 - shut, 1.0) * ndtr(level))
    share = beta_quantile(mean, crisis.hours_concentration, place)
    return np.where((share > _ALL) | (rank < 0), 1.0, np.maximum(share, _LEAST)), closed


def levels(spell: Ints, claim: Ints, draws: Draws, settings: Settings) -> Floats:
    """Return the level of each claim: in part that of its request, in part the month's own."""
    keep = settings.crisis.hours_memory
    fresh = np.sqrt(1 - keep**2) * draws.normal("hours", claim)
    return np.asarray(keep * draws.normal("level", spell) + fresh)


def claim_keys(request: ArrayLike, window: ArrayLike, again: ArrayLike) -> Ints:
    """Return the key of the claims of requests (by their key) for months of the window."""
    return np.asarray((np.asarray(request) * 256 + np.asarray(window)) * 2 + np.asarray(again))


def closing_ranks(asked: pd.DataFrame, of: pd.DataFrame, draws: Draws, settings: Settings) -> Floats:
    """Return the rank by which the establishment of each request closes altogether; see `idle_shares`.

    Parameters
    ----------
    asked : case, motive, apld.
    of : the establishment of each: uid, nace_code. Outside the trades that close the rank is 1, and -1 where
        a fire, a flood or a breakdown has closed it.
    """
    trades = np.isin(of["nace_code"].to_numpy(), settings.crisis.closing_trades)
    rank = np.where(trades, draws.uniform("closure", of["uid"].to_numpy()), 1.0)
    hit = (asked["motive"] == _ACCIDENT).to_numpy() & ~asked["apld"].to_numpy(dtype=bool)
    hit &= draws.chance("closed by accident", settings.crisis.accident_closures, asked["case"])
    return np.where(hit, -1.0, rank)

"""How much of a month's hours an establishment loses: all of them where it is closed, else a part."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincc, ndtr

from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints, beta_quantile
from apanalytics.synthetic.knobs import Settings

_ALL = 0.95
"""Above it nobody works at all."""
_LEAST, _MOST = 0.03, 0.97


def idle_shares(wanted: Floats, level: Floats, rank: Floats, settings: Settings) -> tuple[Floats, Bools]:
    """Return the share of hours lost in a month, and whether the establishment is closed altogether.

    Parameters
    ----------
    wanted : mean share of the month and activity; it is kept over all ranks and levels.
    level : standard normal deviate of the establishment and month.
    rank : number of (0, 1) of the establishment: the lowest close first, and stay closed as long as the
        month is hard enough; 1 never closes.

    Examples
    --------
    >>> from apanalytics.synthetic.knobs import settings
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
    return np.where(share > _ALL, 1.0, np.maximum(share, _LEAST)), closed


def levels(spell: Ints, claim: Ints, draws: Draws, settings: Settings) -> Floats:
    """Return the level of each claim: in part that of its request, in part the month's own."""
    keep = settings.crisis.hours_memory
    fresh = np.sqrt(1 - keep**2) * draws.normal("hours", claim)
    return np.asarray(keep * draws.normal("level", spell) + fresh)


def claim_keys(request: ArrayLike, window: ArrayLike, again: ArrayLike) -> Ints:
    """Return the key of the claims of requests (by their key) for months of the window."""
    return np.asarray((np.asarray(request) * 256 + np.asarray(window)) * 2 + np.asarray(again))


def closing_rank(uid: Ints, codes: np.ndarray, draws: Draws, settings: Settings) -> Floats:
    """Return the rank by which establishments close altogether; 1 outside the trades that do."""
    trades = np.isin(codes, settings.crisis.closing_trades)
    return np.where(trades, draws.uniform("closure", uid), 1.0)

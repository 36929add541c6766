"""How much of what controls find depends on which office went: a nuisance to adjust for, never a feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from apanalytics.errors import NotComputable

FEWEST = 30
"""Outcomes, and two offices with any, below which offices are not told apart from chance."""
REPLICATES = 500
"""Reshufflings of the offices that show what chance alone would do."""


@dataclass(frozen=True)
class TeamEffect:
    """What offices add to what cases explain.

    Parameters
    ----------
    offsets : by office, log-odds of finding something beyond what its cases explain, drawn towards 0 where
        it has few outcomes; positive finds more.
    spread : standard deviation of the offices' log-odds, 0 where chance explains them all.
    p_value : share of reshufflings of offices among outcomes that spread as far.
    """

    offsets: pd.Series[float]
    spread: float
    p_value: float


def team_effect(known: pd.DataFrame, seed: int = 0) -> TeamEffect:
    """Measure how far offices differ once the risk of their cases is taken into account.

    Parameters
    ----------
    known : one row per outcome: ``nonconforming`` (bool), ``risk`` (0..1, stated before the control) and
        ``team_key`` (the office; missing ones are left out).
    seed : seed of the reshufflings.

    Raises
    ------
    NotComputable : under 30 outcomes, or under two offices.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> team = np.repeat(["strict", "mild"], 200)
    >>> found = rng.random(400) < np.where(team == "strict", 0.7, 0.3)
    >>> effect = team_effect(pd.DataFrame({"nonconforming": found, "risk": 0.5, "team_key": team}))
    >>> effect.p_value < 0.01, bool(effect.offsets["strict"] > effect.offsets["mild"])
    (True, True)
    """
    held = known[known["team_key"].notna() & known["risk"].notna()]
    if len(held) < FEWEST or held["team_key"].nunique() < 2:
        raise NotComputable(
            "Offices cannot be told apart",
            where="controls.team_key",
            value=len(held),
            why=f"It takes {FEWEST} outcomes with a stated risk, of two offices at least.",
        )
    risk = held["risk"].to_numpy(dtype=np.float64).clip(1e-3, 1 - 1e-3)
    residual = held["nonconforming"].to_numpy(dtype=np.float64) - risk
    information = risk * (1 - risk)
    code, names = pd.factorize(held["team_key"], sort=True)
    spread = _spread(residual, information, code)
    rng = np.random.default_rng(seed)
    statistic = _scatter(residual, information, code)
    again = [_scatter(residual, information, rng.permutation(code)) for _ in range(REPLICATES)]
    p_value = (1 + sum(one >= statistic for one in again)) / (1 + REPLICATES)
    top, bottom = np.bincount(code, weights=residual), np.bincount(code, weights=information)
    shrunk = top / (bottom + 1 / spread**2) if spread > 0 else np.zeros(len(names))
    return TeamEffect(pd.Series(shrunk, index=pd.Index(names, name="team_key")), spread, p_value)


def _scatter(residual: np.ndarray, information: np.ndarray, code: np.ndarray) -> float:
    """Return how far offices stray from what their cases explain, in units of chance."""
    top, bottom = np.bincount(code, weights=residual), np.bincount(code, weights=information)
    return float((top**2 / bottom).sum())


def _spread(residual: np.ndarray, information: np.ndarray, code: np.ndarray) -> float:
    """Return the standard deviation between offices by the method of moments, 0 or more."""
    bottom = np.bincount(code, weights=information)
    beyond = _scatter(residual, information, code) - len(bottom)
    return float(np.sqrt(max(0.0, beyond) / bottom.sum()))


def adjusted(known: pd.DataFrame, effect: TeamEffect) -> pd.Series[float]:
    """Return the risk of each case as the office that went would find it.

    Comparing outcomes with this, and not with the stated risk, keeps a strict office from passing for a
    good list. It serves to judge, never to choose.

    Parameters
    ----------
    known : as for `team_effect`.
    effect : what it returned; an office that it does not know adds nothing.

    Examples
    --------
    >>> effect = TeamEffect(pd.Series({"strict": 1.0}), 1.0, 0.01)
    >>> known = pd.DataFrame({"risk": [0.5, 0.5], "team_key": ["strict", "other"]})
    >>> adjusted(known, effect).round(3).tolist()
    [0.731, 0.5]
    """
    offset = known["team_key"].map(effect.offsets).astype("float64").fillna(0.0)
    moved = expit(logit(known["risk"].astype("float64").clip(1e-6, 1 - 1e-6)) + offset)
    return pd.Series(moved, index=known.index)

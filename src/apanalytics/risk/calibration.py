"""From a score to a probability with an interval, learnt on scores that the learners had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.isotonic import isotonic_regression

from apanalytics.risk.columns import Matrix
from apanalytics.risk.intervals import wilson
from apanalytics.risk.labels import FEWEST_FINDINGS

ENOUGH = FEWEST_FINDINGS
"""Outcomes of the rarer kind below which no calibration is learnt: the score's own log-odds are used."""
MANY = 1000
"""Outcomes (sum of weights) from which isotonic regression calibrates; Venn-Abers does with fewer."""
KNOTS = 200
"""Groups of equal weight into which more distinct scores are pooled."""
NEIGHBOURS = (0.1, 20.0)
"""The interval is that of a share measured on the nearest tenth of the outcomes, at least twenty."""


@dataclass(frozen=True)
class Calibrator:
    """Probability by score: Venn-Abers below a thousand outcomes, isotonic regression from there up.

    Parameters
    ----------
    scores : knots, increasing; empty where too few outcomes were known to calibrate.
    low, high : Venn-Abers probabilities at each knot, had the case itself been conforming, non-conforming;
        equal where isotonic regression calibrates.
    support : number of outcomes on which the interval of one probability rests.
    """

    scores: Matrix
    low: Matrix
    high: Matrix
    support: float

    @property
    def method(self) -> str:
        """``venn_abers``, ``isotonic``, or ``none`` with too few outcomes."""
        if not len(self.scores):
            return "none"
        return "isotonic" if np.array_equal(self.low, self.high) else "venn_abers"

    @classmethod
    def none(cls) -> Calibrator:
        """Return the calibrator that trusts the score's own log-odds and gives no interval."""
        return cls(np.empty(0), np.empty(0), np.empty(0), 0.0)

    @classmethod
    def fit(cls, scores: Matrix, target: Matrix, weight: Matrix) -> Calibrator:
        """Learn from out-of-fold scores, 0/1 targets and weights."""
        knots, positive, total = _pooled(scores, target, weight)
        share, smallest = NEIGHBOURS
        support = min(float(total.sum()), max(smallest, share * float(total.sum())))
        if total.sum() >= MANY:
            same = np.clip(isotonic_regression(positive / total, sample_weight=total), *_never_sure(support))
            return cls(knots, same, same, support)
        low, high = (_with_one_more(positive, total, label) for label in (0.0, 1.0))
        return cls(knots, low, high, support)

    def probability(self, scores: Matrix) -> Matrix:
        """Return the calibrated probability, 0..1, never decreasing in the score."""
        if not len(self.scores):
            return np.asarray(expit(scores), dtype=np.float64)
        low, high = self._venn_abers(scores)
        return high / (1 - low + high)

    def interval(self, scores: Matrix) -> tuple[Matrix, Matrix]:
        """Return the 95 % bounds of the probability; NaN where nothing was calibrated."""
        if not len(self.scores):
            return np.full(len(scores), np.nan), np.full(len(scores), np.nan)
        low, high = self._venn_abers(scores)
        middle = self.probability(scores)
        bounds = np.array([wilson(p * self.support, self.support) for p in middle]).reshape(-1, 2)
        return np.minimum(bounds[:, 0], low), np.maximum(bounds[:, 1], high)

    def centred(self) -> tuple[Calibrator, float]:
        """Return the same calibrator with its scores moved so that a risk of one half is 0, and the move.

        The move is 0 where the risk stays on one side of one half.
        """
        surplus = self.low + self.high - 1  # positive where the probability is above one half
        above = np.flatnonzero(surplus > 0)
        if not len(above) or above[0] == 0:
            return self, 0.0
        after = int(above[0])
        step = surplus[after] - surplus[after - 1]
        gap = self.scores[after] - self.scores[after - 1]
        move = float(self.scores[after] - gap * surplus[after] / step)
        return replace(self, scores=self.scores - move), move

    def _venn_abers(self, scores: Matrix) -> tuple[Matrix, Matrix]:
        return np.interp(scores, self.scores, self.low), np.interp(scores, self.scores, self.high)

    def json(self) -> dict[str, Any]:
        """Return the calibrator as plain values for a JSON file."""
        return {
            "method": self.method,
            "scores": self.scores.tolist(),
            "low": self.low.tolist(),
            "high": self.high.tolist(),
            "support": self.support,
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Calibrator:
        """Build the calibrator again from :meth:`json`."""
        scores, low, high = (np.asarray(saved[name], dtype=np.float64) for name in ("scores", "low", "high"))
        return cls(scores, low, high, float(saved["support"]))


def _never_sure(support: float) -> tuple[float, float]:
    """Return the least and the greatest probability that so many outcomes can tell (rule of succession)."""
    return 1 / (support + 2), 1 - 1 / (support + 2)


def _pooled(scores: Matrix, target: Matrix, weight: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return mean score, non-conforming weight and weight of each group of near-equal scores, increasing."""
    knots, position = np.unique(np.round(scores, 9), return_inverse=True)
    total: Matrix = np.bincount(position, weights=weight).astype(np.float64)
    positive: Matrix = np.bincount(position, weights=weight * target).astype(np.float64)
    if len(knots) <= KNOTS:
        return knots, positive, total
    before = np.cumsum(total) - total / 2
    group = np.minimum((before / total.sum() * KNOTS).astype(np.int64), KNOTS - 1)
    _, group = np.unique(group, return_inverse=True)
    pooled, parts = (
        np.bincount(group, weights=total).astype(np.float64),
        [np.bincount(group, weights=part).astype(np.float64) for part in (knots * total, positive)],
    )
    return parts[0] / pooled, parts[1], pooled


def _with_one_more(positive: Matrix, total: Matrix, label: float) -> Matrix:
    """Return, at each knot, the isotonic value there once one more outcome of that label is added to it."""
    values = np.empty(len(total))
    for knot in range(len(total)):
        added = np.zeros(len(total))
        added[knot] = 1.0
        weight = total + added
        fitted = isotonic_regression((positive + label * added) / weight, sample_weight=weight)
        values[knot] = fitted[knot]
    return np.asarray(np.clip(np.maximum.accumulate(values), 0.0, 1.0))

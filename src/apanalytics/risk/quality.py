"""How good scores are on outcomes that the learners had not seen."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from apanalytics.risk.columns import Matrix

BINS = 10
"""Groups of equal size over which calibration error is averaged."""


def quality(scores: Matrix, risk: Matrix, target: Matrix, weight: Matrix) -> dict[str, float]:
    """Return ``auc``, ``average_precision``, ``brier`` and ``ece`` (expected calibration error).

    All are fractions; they describe past controls, which were not drawn at random, and not the population.
    ``brier`` and ``ece`` are those of the calibrated risk on the very scores it was calibrated on.

    Parameters
    ----------
    scores : out-of-fold log-odds.
    risk : calibrated probability of each.
    target : 1.0 non-conforming, 0.0 conforming; both occur.
    weight : weight of each outcome.
    """
    return {
        "auc": float(roc_auc_score(target, scores, sample_weight=weight)),
        "average_precision": float(average_precision_score(target, scores, sample_weight=weight)),
        "brier": float(brier_score_loss(target, risk, sample_weight=weight)),
        "ece": calibration_error(risk, target, weight),
    }


def calibration_error(risk: Matrix, target: Matrix, weight: Matrix) -> float:
    """Return the mean gap between stated and observed share over ten groups of equal size, a fraction."""
    order = np.argsort(risk, kind="stable")
    gaps = [abs(float(weight[part] @ (risk[part] - target[part]))) for part in np.array_split(order, BINS)]
    return sum(gaps) / float(weight.sum())

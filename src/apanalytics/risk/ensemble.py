"""Learners and the rules laid over them: one score, and its exact parts."""

from __future__ import annotations

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from apanalytics.risk.columns import Matrix
from apanalytics.risk.learners import mean_contributions, mean_log_odds
from apanalytics.risk.rules import Fired, Rules


@dataclass(frozen=True)
class Ensemble:
    """What scores a case by itself, in natural log-odds.

    Parameters
    ----------
    boosters : tree learners, whose log-odds are averaged.
    trust : how much the learners count, 0..1: they are pulled to the average outcome while outcomes are few.
    average : log-odds of the average outcome.
    rules : laid over the learners.
    """

    boosters: tuple[lgb.Booster, ...]
    trust: float
    average: float
    rules: Rules

    def scores(self, matrix: Matrix, fired: Fired, threads: int) -> Matrix:
        """Return the score of each row.

        Parameters
        ----------
        matrix : encoded features.
        fired : which rules fire, a column per rule.
        threads : threads; the scores are the same for any number.
        """
        raw = mean_log_odds(self.boosters, matrix, threads)
        learnt = self.trust * raw + (1 - self.trust) * self.average
        return learnt + self.rules.terms(learnt, fired).sum(axis=1) if self.rules.rules else learnt

    def parts(self, matrix: Matrix, fired: Fired, threads: int) -> Matrix:
        """Return a column per feature, a column per rule, then the base; each row sums to its score."""
        learnt = self.trust * mean_contributions(self.boosters, matrix, threads)
        learnt[:, -1] += (1 - self.trust) * self.average
        if not self.rules.rules:
            return learnt
        terms = self.rules.terms(learnt.sum(axis=1), fired)
        return np.hstack([learnt[:, :-1], terms, learnt[:, -1:]])

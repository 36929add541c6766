"""The amount model: which share of the amount at stake is undue, once a case is non-conforming."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from apanalytics.errors import InvalidArgument
from apanalytics.risk.columns import Matrix
from apanalytics.risk.folds import Keys, deal
from apanalytics.risk.learners import EXACT, revive

FEWEST_SHARES = 200
"""Known undue shares under which bands of amount say as much as features do."""
FOLDS, TREES = 5, 200
GROWN = EXACT | {
    "objective": "regression",
    "learning_rate": 0.05,
    "num_leaves": 31,
    "max_depth": 8,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.5,
}


@dataclass(frozen=True)
class Shares:
    """Non-conforming cases whose undue amount is known.

    Parameters
    ----------
    matrix : encoded features, one row per case; NaN is missing.
    share : undue amount over amount at stake, 0..1.
    keys : number of each case's firm, or of whatever must not be on both sides of a fold.
    categorical : positions of the columns of categories.
    """

    matrix: Matrix
    share: Matrix
    keys: Keys
    categorical: Sequence[int]

    def __post_init__(self) -> None:
        if not len(self.matrix) == len(self.share) == len(self.keys):
            raise InvalidArgument(
                "There must be one share for each row",
                where="fit_amounts",
                value=(len(self.matrix), len(self.share)),
            )
        strange = self.share[~((self.share >= 0) & (self.share <= 1))]
        if len(strange):
            raise InvalidArgument(
                "A share lies between 0 and 1",
                where="fit_amounts",
                value=float(strange[0]),
                todo="Leave out the cases whose undue amount is unknown; `undue_shares` does.",
            )

    def ordered(self) -> Shares:
        """Return the same rows in an order that does not depend on how they came."""
        order = np.lexsort((self.share, *self.matrix.T[::-1]))
        return self.of(order)

    def of(self, rows: npt.NDArray[np.int64]) -> Shares:
        """Return some of the rows."""
        return Shares(self.matrix[rows], self.share[rows], self.keys[rows], self.categorical)


@dataclass(frozen=True)
class AmountModel:
    """Undue euros per euro at stake of a non-conforming case, learnt from features.

    The second part of a two-part model: expected undue euros are risk x this share x amount at stake.

    Parameters
    ----------
    booster : LightGBM regression of the share.
    cases : non-conforming controls behind it.
    error : mean absolute error of the share on controls left out, firms together.
    error_of_mean : the same where the mean share is said of every case.
    """

    booster: lgb.Booster
    cases: int
    error: float
    error_of_mean: float

    @classmethod
    def learn(cls, known: Shares, seed: int, threads: int) -> AmountModel | None:
        """Learn from controls; the result is the same for any order of the rows and number of threads.

        Returns
        -------
        None on fewer than `FEWEST_SHARES` cases.
        """
        if len(known.share) < FEWEST_SHARES:
            return None
        known = known.ordered()
        fold = deal(known.keys, (known.share > np.median(known.share)).astype(np.float64), FOLDS, seed)
        said, mean = np.empty(len(known.share)), np.empty(len(known.share))
        for number in range(FOLDS):
            out = np.flatnonzero(fold == number)
            kept = known.of(np.flatnonzero(fold != number))
            said[out] = _said(_grown(kept, seed, threads), known.matrix[out], threads)
            mean[out] = kept.share.mean()
        errors = [float(np.abs(one - known.share).mean()) for one in (said, mean)]
        return cls(_grown(known, seed, threads), len(known.share), *errors)

    def share(self, matrix: Matrix, threads: int) -> Matrix:
        """Return the share expected of each row if it is non-conforming, 0..1."""
        return _said(self.booster, matrix, threads)

    def json(self) -> dict[str, float]:
        """Return what is told of the model, as plain values; the booster is stored as text beside."""
        return {"cases": self.cases, "error": self.error, "error_of_mean": self.error_of_mean}


def _grown(known: Shares, seed: int, threads: int) -> lgb.Booster:
    params = GROWN | {"seed": seed, "num_threads": threads}
    data = lgb.Dataset(known.matrix, known.share, categorical_feature=list(known.categorical), params=params)
    text = lgb.train(params, data, num_boost_round=TREES).model_to_string()
    return revive(re.sub(r"\[num_threads: -?\d+\]\n", "", text))


def _said(booster: lgb.Booster, matrix: Matrix, threads: int) -> Matrix:
    return np.clip(np.asarray(booster.predict(matrix, num_threads=threads), dtype=np.float64), 0.0, 1.0)

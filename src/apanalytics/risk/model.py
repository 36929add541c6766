"""The risk model: a scikit-learn classifier whose score is explained exactly and whose risk is calibrated."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Self

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d, validate_data

from apanalytics.errors import InvalidArgument
from apanalytics.risk.calibration import ENOUGH, Calibrator
from apanalytics.risk.columns import Columns, Matrix
from apanalytics.risk.folds import deal, group_keys
from apanalytics.risk.learners import grow, mean_contributions, mean_log_odds, threads_for
from apanalytics.risk.quality import quality
from apanalytics.risk.storage import load_model, save_model

MOST_REPEATS = 10
"""Mean whole weight up to which a row is repeated rather than weighted."""
BASE = "(base)"
"""Name of the contribution that every case shares: the log-odds of the average outcome."""


class RiskModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Risk that a case is non-conforming, learnt from the outcomes of controls.

    The score is the mean log-odds of a few different tree learners; the probability is calibrated on scores
    that they had not seen; the contributions of the columns sum to the score. Any frame of numbers,
    booleans, text or categories will do, with missing values. The same seed gives the same model for any
    order of the rows and any number of threads.

    Parameters
    ----------
    stage : ``authorisation`` or ``payment`` for a frame that ``features`` made; None for any other.
    trees : trees per learner.
    leaf_weight : outcomes that a leaf must hold (a twentieth of those known, where that is fewer).
    folds : parts into which the outcomes are cut to score each by learners that did not see it.
    random_state : seed of the choice of columns and of the folds.
    n_jobs : threads; None for one on few rows and LightGBM's own choice on many.

    Attributes
    ----------
    classes_ : the two values of `y`; the second is non-conforming.
    columns_ : what the model remembers of its frame.
    figures_ : quality on out-of-fold scores (``auc``, ``average_precision``, ``brier``, ``ece``), and counts.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"hours": [10, 151, 20, 160] * 25, "motive": ["flood", "crisis"] * 50})
    >>> model = RiskModel(trees=20).fit(frame, frame["hours"] > 100)
    >>> model.predict(frame.head(2)).tolist()
    [False, True]
    >>> gap = model.explain(frame).sum(axis=1) - model.decision_function(frame)
    >>> bool(gap.abs().max() < 1e-9)
    True
    """

    def __init__(
        self,
        stage: str | None = None,
        *,
        trees: int = 80,
        leaf_weight: float = 20.0,
        folds: int = 5,
        random_state: int | np.random.RandomState | None = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.stage = stage
        self.trees = trees
        self.leaf_weight = leaf_weight
        self.folds = folds
        self.random_state = random_state
        self.n_jobs = n_jobs

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags

    def fit(
        self,
        X: pd.DataFrame | npt.ArrayLike,
        y: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        groups: npt.ArrayLike | None = None,
    ) -> Self:
        """Learn from outcomes.

        Parameters
        ----------
        X : one row per outcome; columns of numbers, booleans, text or categories, missing values allowed.
        y : two classes; the greater one (True, 1) is non-conforming. Unknown outcomes have no row here.
        sample_weight : weight of each outcome, 1 where None; an outcome of weight 2 counts as two.
        groups : the establishment or firm of each row, kept together when scores are calibrated; where None,
            only equal rows are.

        Raises
        ------
        InvalidArgument (a ValueError) : one class only, more than two, an infinite value, a column of dates.
        """
        matrix, target, weight = self._read(X, y, sample_weight)
        keys = group_keys(matrix, None if groups is None else np.asarray(groups))
        rows, weight = _counted(weight)
        order = np.lexsort((weight, target[rows], *matrix[rows].T[::-1]))
        rows = rows[order]
        self._learn(matrix[rows], target[rows], weight[order], keys[rows])
        return self

    def predict_proba(self, X: pd.DataFrame | npt.ArrayLike) -> Matrix:
        """Return the calibrated probability of each class, in the order of ``classes_``."""
        scores = self.decision_function(X)
        risk = self.calibrator_.probability(scores)
        return np.column_stack([1 - risk, risk])

    def predict(self, X: pd.DataFrame | npt.ArrayLike) -> npt.NDArray[Any]:
        """Return the likelier class of each row."""
        likelier = (self.predict_proba(X)[:, 1] > 0.5).astype(np.int64)
        chosen: npt.NDArray[Any] = self.classes_[likelier]
        return chosen

    def decision_function(self, X: pd.DataFrame | npt.ArrayLike) -> Matrix:
        """Return the score of each row: natural log-odds before calibration, higher is more suspect.

        Where the calibrated risk crosses one half, the constant that all scores share is set so that 0 is
        that point: the sign of the score, `predict` and `predict_proba` agree.
        """
        check_is_fitted(self)
        matrix = self._matrix(X)
        return mean_log_odds(self.boosters_, matrix, threads_for(len(matrix), self.n_jobs)) - self.offset_

    def risk_interval(self, X: pd.DataFrame | npt.ArrayLike) -> tuple[Matrix, Matrix]:
        """Return the 95 % bounds of the probability of non-conformity; NaN with too few outcomes to say."""
        scores = self.decision_function(X)
        return self.calibrator_.interval(scores)

    def explain(self, X: pd.DataFrame | npt.ArrayLike) -> pd.DataFrame:
        """Return exact contributions to the score.

        Returns
        -------
        One row per row of X (same index), one column per feature in log-odds (positive raises the score),
        and the column ``(base)``; each row sums to ``decision_function`` within 1e-9.
        """
        check_is_fitted(self)
        matrix = self._matrix(X)
        parts = mean_contributions(self.boosters_, matrix, threads_for(len(matrix), self.n_jobs))
        parts[:, -1] -= self.offset_
        index = X.index if isinstance(X, pd.DataFrame) else None
        return pd.DataFrame(parts, index=index, columns=[*self.columns_.names, BASE])

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with anything the model learnt."""
        check_is_fitted(self)
        texts = [booster.model_to_string() for booster in self.boosters_]
        return hashlib.sha256(repr((texts, self.calibrator_.json())).encode()).hexdigest()[:12]

    def save(self, folder: str | Path, card: dict[str, Any] | None = None) -> Path:
        """Write the model as text and JSON with its card in French; see ``apanalytics.risk.storage``."""
        return save_model(self, Path(folder), card or {})

    @classmethod
    def load(cls, folder: str | Path) -> RiskModel:
        """Read a model that :meth:`save` wrote; a changed or foreign file is refused."""
        return load_model(Path(folder), cls())

    def _read(
        self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None
    ) -> tuple[Matrix, Matrix, Matrix]:
        """Check what was given to `fit`; remember columns and classes; return numbers."""
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, skip_check_array=True)
            self.columns_ = Columns.of(X)
            matrix = self.columns_.encode(X)
            labels = column_or_1d(_plain(y), warn=True)
        else:
            matrix, labels = validate_data(
                self, X, _plain(y), dtype=np.float64, ensure_all_finite="allow-nan"
            )
            self.columns_ = Columns(tuple(f"x{i}" for i in range(matrix.shape[1])), {})
        if not len(matrix) or len(matrix) != len(labels):
            raise InvalidArgument(
                "X and y must have the same number of rows, at least one",
                where="fit",
                value=(len(matrix), len(labels)),
            )
        weight = np.asarray(_check_sample_weight(sample_weight, matrix, ensure_non_negative=True))
        self.classes_ = _two_classes(labels, weight)
        return matrix, (labels == self.classes_[1]).astype(np.float64), weight.astype(np.float64)

    def _learn(self, matrix: Matrix, target: Matrix, weight: Matrix, keys: npt.NDArray[np.int64]) -> None:
        """Grow the learners on everything, and the calibrator on scores of rows left out."""
        seed = int(check_random_state(self.random_state).randint(2**30))
        self.boosters_ = self._grow(matrix, target, weight, seed)
        self.calibrator_, self.offset_, self.figures_ = Calibrator.none(), 0.0, {}
        rarer = min(float(weight @ target), float(weight @ (1 - target)))
        if rarer >= ENOUGH and self.folds >= 2:
            scores = self._out_of_fold(matrix, target, weight, keys, seed)
            if scores is not None:
                fitted = Calibrator.fit(scores, target, weight)
                self.figures_ = quality(scores, fitted.probability(scores), target, weight)
                self.calibrator_, self.offset_ = fitted.centred()
        self.figures_ |= {"outcomes": len(target), "nonconforming": int(target.sum())}

    def _grow(self, matrix: Matrix, target: Matrix, weight: Matrix, seed: int) -> tuple[lgb.Booster, ...]:
        return grow(
            matrix,
            target,
            weight,
            categorical=self.columns_.categorical,
            trees=self.trees,
            leaf_weight=min(self.leaf_weight, float(weight.sum()) / 20),
            seed=seed,
            threads=threads_for(len(matrix), self.n_jobs),
        )

    def _out_of_fold(
        self, matrix: Matrix, target: Matrix, weight: Matrix, keys: npt.NDArray[np.int64], seed: int
    ) -> Matrix | None:
        """Score each row by learners that saw neither it nor its group; None where a fold lacks a class."""
        fold = deal(keys, target, self.folds, seed)
        scores = np.empty(len(target))
        for number in range(self.folds):
            out = fold == number
            if out.all() or len(np.unique(target[~out])) < 2:
                return None
            if out.any():
                boosters = self._grow(matrix[~out], target[~out], weight[~out], seed)
                scores[out] = mean_log_odds(boosters, matrix[out], threads_for(int(out.sum()), self.n_jobs))
        return scores

    def _matrix(self, X: Any) -> Matrix:
        """Turn what was given to a prediction into numbers, refusing a frame that the model does not fit."""
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, skip_check_array=True, reset=False)
            return self.columns_.encode(X)
        if self.columns_.categories:
            frame = pd.DataFrame(np.asarray(X, dtype=object), columns=list(self.columns_.names))
            return self.columns_.encode(frame)
        checked: Matrix = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return checked


def _counted(weight: Matrix) -> tuple[npt.NDArray[np.int64], Matrix]:
    """Return which rows to learn from and their weights: whole weights are counts, and repeat the row.

    A row of weight 2 then gives the very model that the row twice gives, ties between cuts included.
    """
    kept = np.flatnonzero(weight > 0)
    if (weight == np.round(weight)).all() and weight.sum() <= MOST_REPEATS * len(kept):
        repeated = np.repeat(kept, weight[kept].astype(np.int64))
        return repeated, np.ones(len(repeated))
    return kept, weight[kept]


def _plain(y: Any) -> Any:
    """Return pandas' nullable booleans and integers as NumPy's; a missing outcome is refused."""
    if not isinstance(y, pd.Series):
        return y
    if y.isna().any():
        raise InvalidArgument(
            "An outcome is missing",
            where="y",
            value=int(y.isna().sum()),
            why="Unknown is not conforming: a case without an outcome has no row among the labels.",
            todo="Use apanalytics.labelled, which keeps only the cases with an outcome.",
        )
    return y.to_numpy(dtype=bool) if pd.api.types.is_bool_dtype(y.dtype) else y.to_numpy()


def _two_classes(y: npt.NDArray[Any], weight: Matrix) -> npt.NDArray[Any]:
    """Return the two classes of `y` among the rows that weigh something."""
    check_classification_targets(y)
    classes = np.unique(y)
    if len(classes) > 2:
        raise InvalidArgument(
            "Only binary classification is supported. "
            f"The type of the target is {type_of_target(y, input_name='y')}",
            where="y",
            value=len(classes),
        )
    if len(np.unique(y[weight > 0])) < 2:
        raise InvalidArgument(
            "Only one class of outcome is known; a classifier needs both",
            where="y",
            value=classes.tolist()[0],
            todo="Until controls of both kinds have closed, rank by the anomaly score.",
        )
    return classes

"""The risk model: a scikit-learn classifier whose score is explained exactly and whose risk is calibrated."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, column_or_1d, validate_data

from apanalytics.errors import InvalidArgument
from apanalytics.risk.amounts import AmountModel, Shares
from apanalytics.risk.calibration import ENOUGH, Calibrator
from apanalytics.risk.columns import Columns, Matrix
from apanalytics.risk.earlier import EARLIER, Past, blended, earlier_scores
from apanalytics.risk.ensemble import Ensemble
from apanalytics.risk.folds import deal, group_keys
from apanalytics.risk.given import counted, matrix_for, plain, two_classes
from apanalytics.risk.growth import growth_for
from apanalytics.risk.labels import FEWEST_FINDINGS
from apanalytics.risk.learners import grow, threads_for
from apanalytics.risk.learnt import Before, Learnt
from apanalytics.risk.priors import trust
from apanalytics.risk.quality import quality
from apanalytics.risk.rules import NO_RULES, Fired, Rules, fired_codes, known_codes
from apanalytics.risk.storage import load_model, save_model

if TYPE_CHECKING:
    from apanalytics.risk.surrogate import Surrogate

BASE = "(base)"
"""Name of the contribution that every case shares: the log-odds of the average outcome."""


class RiskModel(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Risk that a case is non-conforming, learnt from the outcomes of controls.

    The score is the mean log-odds of a few different tree learners, with what is known without labels laid
    over it (the criteria of the stage, each its own term) and the establishment's earlier scores blended in;
    the probability is calibrated on scores that the learners had not seen; the contributions sum to the
    score. Any frame of numbers, booleans, text or categories will do, with missing values: without a stage
    there are no rules, without past cases nothing is blended in. The same seed gives the same model for any
    order of the rows and any number of threads.

    Parameters
    ----------
    stage : ``authorisation`` or ``payment`` for a frame that ``features`` made; None for any other.
    trees : trees per learner; None for 80, or 100 from 6,000 outcomes (sum of weights) on. From there on
        trees are larger, whatever their number.
    leaf_weight : outcomes that a leaf must hold (a twentieth of those known, where that is fewer).
    folds : parts into which the outcomes are cut to score each by learners that did not see it.
    rules : lay the criteria of the stage over the learners (see ``risk/priors.yaml``).
    earlier_share : share of the score that comes from the establishment's earlier scores, 0..1.
    random_state : seed of the choice of columns and of the folds.
    n_jobs : threads; None for one on few rows and LightGBM's own choice on many.

    Attributes
    ----------
    classes_ : the two values of `y`; the second is non-conforming.
    columns_ : what the model remembers of its frame.
    ensemble_ : learners and rules.
    amounts_ : the amount model beside it; None without `fit_amounts`, or on too few undue amounts.
    earlier_share_ : the share really blended in; 0 where `fit` was given no past cases.
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
        trees: int | None = None,
        leaf_weight: float = 20.0,
        folds: int = 5,
        rules: bool = True,
        earlier_share: float = 0.3,
        random_state: int | np.random.RandomState | None = 0,
        n_jobs: int | None = None,
    ) -> None:
        self.stage = stage
        self.trees = trees
        self.leaf_weight = leaf_weight
        self.folds = folds
        self.rules = rules
        self.earlier_share = earlier_share
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
        past: Past | None = None,
    ) -> Self:
        """Learn from outcomes.

        Parameters
        ----------
        X : one row per outcome; columns of numbers, booleans, text or categories, missing values allowed.
        y : two classes; the greater one (True, 1) is non-conforming. Unknown outcomes have no row here.
        sample_weight : weight of each outcome, 1 where None; an outcome of weight 2 counts as two.
        groups : the establishment or firm of each row, kept together when scores are calibrated; where None,
            only equal rows are.
        past : every case filed up to the day, those of `X` among them, with their establishments: lets
            earlier scores be blended in, and calibrates on scores with them. They give no label.

        Raises
        ------
        InvalidArgument (a ValueError) : one class only, more than two, an infinite value, a column of dates.
        """
        matrix, target, weight = self._read(X, y, sample_weight)
        keys = group_keys(matrix, None if groups is None else np.asarray(groups))
        fired = self._fired(X, self._codes(), len(matrix))
        rows, weight = counted(weight)
        order = np.lexsort((weight, target[rows], *matrix[rows].T[::-1]))
        rows = rows[order]
        index = X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(matrix))
        before = None if past is None else self._before(past, index[rows])
        self._learn(Learnt(matrix[rows], fired[rows], target[rows], weight[order], keys[rows], before))
        self.amounts_: AmountModel | None = None
        return self

    def fit_amounts(self, X: pd.DataFrame, share: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> Self:
        """Learn, after `fit`, which share of the amount at stake is undue once a case is non-conforming.

        Parameters
        ----------
        X : non-conforming cases whose undue amount is known, with the columns of `fit`.
        share : undue amount over amount at stake of each, 0..1 (see ``undue_shares``).
        groups : as for `fit`.
        """
        check_is_fitted(self)
        matrix, shares = self._matrix(X), np.asarray(share, dtype=np.float64)
        keys = None if groups is None else np.asarray(groups)
        known = Shares(matrix, shares, group_keys(matrix, keys), self.columns_.categorical)
        seed = int(check_random_state(self.random_state).randint(2**30))
        self.amounts_ = AmountModel.learn(known, seed, threads_for(len(shares), self.n_jobs))
        return self

    def undue_share(self, X: pd.DataFrame) -> Matrix:
        """Return the undue share of the amount at stake of each row if non-conforming; NaN if none learnt."""
        check_is_fitted(self)
        if self.amounts_ is None:
            return np.full(len(X), np.nan)
        return self.amounts_.share(self._matrix(X), threads_for(len(X), self.n_jobs))

    def predict_proba(self, X: pd.DataFrame | npt.ArrayLike, earlier: npt.ArrayLike | None = None) -> Matrix:
        """Return the calibrated probability of each class, in the order of ``classes_``."""
        scores = self.decision_function(X, earlier)
        risk = self.calibrator_.probability(scores)
        return np.column_stack([1 - risk, risk])

    def predict(self, X: pd.DataFrame | npt.ArrayLike) -> npt.NDArray[Any]:
        """Return the likelier class of each row."""
        likelier = (self.predict_proba(X)[:, 1] > 0.5).astype(np.int64)
        chosen: npt.NDArray[Any] = self.classes_[likelier]
        return chosen

    def decision_function(
        self, X: pd.DataFrame | npt.ArrayLike, earlier: npt.ArrayLike | None = None
    ) -> Matrix:
        """Return the score of each row: natural log-odds before calibration, higher is more suspect.

        Where the calibrated risk crosses one half, the constant that all scores share is set so that 0 is
        that point: the sign of the score, `predict` and `predict_proba` agree.

        Parameters
        ----------
        X : one row per case.
        earlier : by row, the mean of this model's own scores of the establishment's earlier cases (see
            ``earlier_scores``), missing where there are none; None blends nothing in.
        """
        check_is_fitted(self)
        matrix = self._matrix(X)
        fired = self._fired(X, self.ensemble_.rules.codes, len(matrix))
        own = self.ensemble_.scores(matrix, fired, threads_for(len(matrix), self.n_jobs)) - self.offset_
        return own if earlier is None else self.blend(own, earlier)

    def blend(self, own: npt.ArrayLike, earlier: npt.ArrayLike) -> Matrix:
        """Return own scores with the establishment's earlier ones blended in where they are known."""
        check_is_fitted(self)
        mine, before = (np.asarray(one, dtype=np.float64) for one in (own, earlier))
        if mine.shape != before.shape:
            raise InvalidArgument(
                "There must be an earlier score, or a missing value, for each row",
                where="earlier",
                value=(len(before), len(mine)),
            )
        return blended(mine, before, self.earlier_share_)

    def risk_interval(
        self, X: pd.DataFrame | npt.ArrayLike, earlier: npt.ArrayLike | None = None
    ) -> tuple[Matrix, Matrix]:
        """Return the 95 % bounds of the probability of non-conformity; NaN with too few outcomes to say."""
        return self.calibrator_.interval(self.decision_function(X, earlier))

    def explain(self, X: pd.DataFrame | npt.ArrayLike, earlier: npt.ArrayLike | None = None) -> pd.DataFrame:
        """Return exact contributions to the score.

        Returns
        -------
        One row per row of X (same index) in log-odds (positive raises the score): one column per feature, one
        per rule laid over the learners (named by its code), ``(earlier)`` where earlier scores are given, and
        ``(base)``; each row sums to ``decision_function`` within 1e-9.
        """
        check_is_fitted(self)
        matrix = self._matrix(X)
        rules = self.ensemble_.rules.codes
        fired = self._fired(X, rules, len(matrix))
        parts = self.ensemble_.parts(matrix, fired, threads_for(len(matrix), self.n_jobs))
        parts[:, -1] -= self.offset_
        index = X.index if isinstance(X, pd.DataFrame) else None
        found = pd.DataFrame(parts, index=index, columns=[*self.columns_.names, *rules, BASE])
        if earlier is None:
            return found
        before = np.asarray(earlier, dtype=np.float64)
        share = np.where(np.isnan(before), 0.0, self.earlier_share_)
        found = found.mul(1 - share, axis=0)
        found.insert(found.shape[1] - 1, EARLIER, share * np.nan_to_num(before))
        return found

    @property
    def cold(self) -> bool:
        """Whether too few findings are known for the score to rank better than the anomaly."""
        check_is_fitted(self)
        return bool(self.figures_["nonconforming"] < FEWEST_FINDINGS)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change with anything the model learnt."""
        check_is_fitted(self)
        texts = [booster.model_to_string() for booster in self.ensemble_.boosters]
        beside = self.ensemble_.rules.json(), self.earlier_share_, self.calibrator_.json()
        if self.amounts_ is not None:
            texts.append(self.amounts_.booster.model_to_string())
        return hashlib.sha256(repr((texts, beside)).encode()).hexdigest()[:12]

    def save(
        self,
        folder: str | Path,
        card: dict[str, Any] | None = None,
        surrogate: Surrogate | None = None,
    ) -> Path:
        """Write the model as text and JSON with its card in French; see ``apanalytics.risk.storage``.

        Parameters
        ----------
        folder : to write to.
        card : what `model_card` returned; None saves a card that says nothing.
        surrogate : the readable score card, written beside where given.
        """
        return save_model(self, Path(folder), card or {}, surrogate)

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
            labels = column_or_1d(plain(y), warn=True)
        else:
            matrix, labels = validate_data(self, X, plain(y), dtype=np.float64, ensure_all_finite="allow-nan")
            self.columns_ = Columns(tuple(f"x{i}" for i in range(matrix.shape[1])), {})
        if not len(matrix) or len(matrix) != len(labels):
            raise InvalidArgument(
                "X and y must have the same number of rows, at least one",
                where="fit",
                value=(len(matrix), len(labels)),
            )
        weight = np.asarray(_check_sample_weight(sample_weight, matrix, ensure_non_negative=True))
        self.classes_ = two_classes(labels, weight)
        return matrix, (labels == self.classes_[1]).astype(np.float64), weight.astype(np.float64)

    def _learn(self, known: Learnt) -> None:
        """Grow the learners on everything, and the calibrator on scores of rows left out."""
        seed = int(check_random_state(self.random_state).randint(2**30))
        self.ensemble_ = self._ensemble(known, np.ones(len(known.target), dtype=np.bool_), seed)
        self.earlier_share_ = 0.0 if known.before is None else float(self.earlier_share)
        self.calibrator_, self.offset_, self.figures_ = Calibrator.none(), 0.0, {}
        target, weight = known.target, known.weight
        rarer = min(float(weight @ target), float(weight @ (1 - target)))
        if rarer >= ENOUGH and self.folds >= 2:
            scores = self._out_of_fold(known, seed)
            if scores is not None:
                fitted = Calibrator.fit(scores, target, weight)
                self.figures_ = quality(scores, fitted.probability(scores), target, weight)
                self.calibrator_, self.offset_ = fitted.centred()
        self.figures_ |= {"outcomes": len(target), "nonconforming": int(target.sum())}

    def _ensemble(self, known: Learnt, rows: Fired, seed: int) -> Ensemble:
        """Grow learners and update rules on some of the rows."""
        target, weight = known.target[rows], known.weight[rows]
        total = float(weight.sum())
        boosters = grow(
            known.matrix[rows],
            target,
            weight,
            categorical=self.columns_.categorical,
            growth=growth_for(float(known.weight.sum()), self.trees),
            leaf_weight=min(self.leaf_weight, total / 20),
            seed=seed,
            threads=threads_for(len(target), self.n_jobs),
        )
        average = float(logit(weight @ target / total))
        codes = self._codes()
        if self.stage is None or not codes:
            return Ensemble(boosters, 1.0, average, NO_RULES)
        rules = Rules.learn(self.stage, known.fired[rows], codes, target, weight)
        return Ensemble(boosters, trust(total), average, rules)

    def _out_of_fold(self, known: Learnt, seed: int) -> Matrix | None:
        """Score each row by learners that saw neither it nor its group; None where a fold lacks a class."""
        fold = deal(known.keys, known.target, self.folds, seed)
        scores = np.empty(len(known.target))
        for number in range(self.folds):
            out = fold == number
            if out.all() or len(np.unique(known.target[~out])) < 2:
                return None
            if out.any():
                scores[out] = self._left_out(known, out, self._ensemble(known, ~out, seed))
        return scores

    def _left_out(self, known: Learnt, out: Fired, ensemble: Ensemble) -> Matrix:
        """Score the rows left out, their establishments' earlier cases by the same learners."""
        fired = known.fired[out][:, self._places(ensemble)]
        own = ensemble.scores(known.matrix[out], fired, threads_for(int(out.sum()), self.n_jobs))
        before = known.before
        if before is None or not self.earlier_share:
            return own
        fired = before.fired[:, self._places(ensemble)]
        scores = ensemble.scores(before.matrix, fired, threads_for(len(fired), self.n_jobs))
        earlier = earlier_scores(scores, before.cases).to_numpy(dtype=np.float64)
        return blended(own, np.asarray(earlier[before.of[out]]), self.earlier_share)

    def _before(self, past: Past, controlled: pd.Index[Any]) -> Before:
        """Encode the cases of the establishments of the controlled ones."""
        kept = past.of(controlled)
        frame = self.columns_.select(kept.frame)
        fired = self._fired(frame, self._codes(), len(frame))
        return Before(
            self.columns_.encode(frame), fired, kept.cases, kept.cases.index.get_indexer(controlled)
        )

    def _codes(self) -> list[str]:
        """Return the criteria that may be laid over the learners."""
        return known_codes(self.stage) if self.rules and self.stage is not None else []

    def _places(self, ensemble: Ensemble) -> list[int]:
        codes = self._codes()
        return [codes.index(code) for code in ensemble.rules.codes]

    def _fired(self, X: Any, codes: list[str], rows: int) -> Fired:
        """Return which criteria fire; in a frame that does not name its columns none does."""
        if self.stage is None or not isinstance(X, pd.DataFrame):
            return np.zeros((rows, len(codes)), dtype=np.bool_)
        return fired_codes(X, self.stage, codes)

    def _matrix(self, X: Any) -> Matrix:
        """Turn what was given to a prediction into numbers, refusing a frame that the model does not fit."""
        return matrix_for(self, self.columns_, X)

"""A share estimated twice over: what a model predicts of every case, corrected by what draws found (AIPW)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from apanalytics.evaluation.estimators import (
    Vector,
    census,
    effective_size,
    refusal,
    replicates,
    with_the_sure,
)
from apanalytics.evaluation.parts import sizes
from apanalytics.risk import Interval, wilson

STEPS = 50
"""Newton steps at most; five or six do."""
FOLDS = 5
"""Parts of the establishments; the cases of each are predicted by a model that saw none of them."""


def aipw(members: pd.DataFrame, predictors: pd.DataFrame, seed: int = 0) -> Interval:
    """Estimate the share of non-conforming in a set of cases by augmented inverse-probability weighting.

    Each case gets the prediction of a model that saw no case of its establishment; the mean prediction is
    then corrected by the weighted mean of what draws found beyond it. As the probabilities are logged, the
    estimate is right however wrong the model; where the model is good, the interval is narrower than Hájek's.

    Parameters
    ----------
    members : one row per case of the set, as `by_design` takes it.
    predictors : numbers known of every case (score, log of the amount …), same index; none missing.
    seed : seed of the folds and of the bootstrap by establishment.

    Returns
    -------
    An interval, or the reason why there is none: those of `by_design`.

    Source: Robins, Rotnitzky and Zhao (1994), JASA 89(427); cross-fitting of Chernozhukov et al. (2018).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> members = pd.DataFrame({"probability": 0.2, "stratum": "bin-1", "siret": np.arange(500).astype(str),
    ...                         "listed": np.arange(500) < 100})
    >>> truth = pd.Series(rng.random(500) < 0.3, dtype=object)
    >>> members["nonconforming"] = truth.where(members["listed"])
    >>> found = aipw(members, pd.DataFrame({"score": rng.normal(size=500)}))
    >>> bool(found.low < truth.mean() < found.high)
    True
    """
    chosen = members[members["listed"]]
    known = chosen[chosen["nonconforming"].notna()]
    if why := refusal(members, chosen, known):
        return Interval.unknown(why, n=len(known))
    by_chance = (members["probability"] < 1).to_numpy()
    if not by_chance.any():
        return census(known["nonconforming"].astype(bool), len(members))
    predicted = pd.Series(_predicted(members, predictors, seed), index=members.index)
    drawn = known[known["probability"] < 1]
    weight = 1 / drawn["probability"].to_numpy(dtype=np.float64)
    outcome = drawn["nonconforming"].to_numpy(dtype=np.float64)
    residual: Vector = outcome - predicted.loc[drawn.index].to_numpy(dtype=np.float64)
    part = float(predicted[by_chance].mean() + weight @ residual / weight.sum())
    spread = float(np.var(replicates(drawn, residual, weight, seed)))
    size = effective_size(weight, min(max(part, 0.0), 1.0), spread)
    bounds = wilson(min(max(part, 0.0), 1.0) * size, size)
    value, low, high = with_the_sure(known, sizes(members), part, bounds)
    return Interval(value, low, high, n=len(known), method="aipw")


def _predicted(members: pd.DataFrame, predictors: pd.DataFrame, seed: int) -> Vector:
    """Predict every case by a logistic model fitted on the outcomes of other establishments."""
    raw = predictors.loc[members.index].to_numpy(dtype=np.float64)
    spread = raw.std(axis=0)
    numbers = np.column_stack(
        [np.ones(len(raw)), (raw - raw.mean(axis=0)) / np.where(spread > 0, spread, 1.0)]
    )
    firm = pd.factorize(members["siret"], sort=True)[0]
    part = np.random.default_rng(seed).integers(0, FOLDS, size=firm.max() + 1)[firm]
    known = members["nonconforming"].notna().to_numpy() & members["listed"].to_numpy(dtype=bool)
    outcome = members["nonconforming"].to_numpy(dtype=object)
    weight = 1 / members["probability"].to_numpy(dtype=np.float64)
    predicted = np.empty(len(members))
    for fold in range(FOLDS):
        out, learn = part == fold, (part != fold) & known
        target = outcome[learn].astype(bool)
        if target.all() or not target.any():  # one kind of outcome only: its weighted mean is all there is
            predicted[out] = float(target.mean()) if len(target) else 0.0
            continue
        fitted = _logistic(numbers[learn], target.astype(np.float64), weight[learn] / weight[learn].mean())
        predicted[out] = expit(numbers[out] @ fitted)
    return predicted


def _logistic(numbers: Vector, target: Vector, weight: Vector) -> Vector:
    """Fit a logistic model, slopes drawn towards 0, by Newton's steps."""
    ridge = np.eye(numbers.shape[1])
    ridge[0, 0] = 1e-6  # the intercept is free
    slopes = np.zeros(numbers.shape[1])
    for _ in range(STEPS):
        chance = expit(numbers @ slopes)
        pull = numbers.T @ (weight * (target - chance)) - ridge @ slopes
        curve = (numbers.T * (weight * chance * (1 - chance))) @ numbers + ridge
        step = np.linalg.solve(curve, pull)
        slopes = slopes + np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(slopes)

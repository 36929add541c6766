"""The tree learners whose mean log-odds is the score, grown the same way on any number of threads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import lightgbm as lgb
import numpy as np

from apanalytics.risk.columns import Matrix
from apanalytics.risk.growth import Growth

VARIETY: tuple[dict[str, Any], ...] = (
    {"num_leaves": 15, "feature_fraction": 0.6, "lambda_l2": 1.0, "leaf_factor": 1.0},
    {"num_leaves": 31, "feature_fraction": 0.4, "lambda_l2": 5.0, "leaf_factor": 2.0},
    {"num_leaves": 8, "feature_fraction": 0.8, "lambda_l2": 1.0, "leaf_factor": 0.5},
    {"num_leaves": 31, "feature_fraction": 0.7, "lambda_l2": 1.0, "leaf_factor": 1.0, "extra_trees": True},
)
"""How the learners differ: size of the trees (where outcomes are few), features seen, random cuts."""

FEW_ROWS = 50_000
"""Rows below which a second thread waits more than it works, badly so on a busy machine."""

EXACT: dict[str, Any] = {
    "objective": "binary",
    "deterministic": True,
    "force_col_wise": True,  # one thread builds a feature's histogram: same sums on any number of threads
    "max_bin": 255,
    "min_data_in_bin": 1,
    "min_data_in_leaf": 1,  # leaves are bounded by weight instead, so that weight 2 equals a row twice
    "feature_pre_filter": False,
    "cat_smooth": 10.0,
    "min_data_per_group": 1,
    "bin_construct_sample_cnt": 2**31 - 1,  # bins from every row, not from a draw
    "verbosity": -1,
}


def grow(
    matrix: Matrix,
    target: Matrix,
    weight: Matrix,
    *,
    categorical: Sequence[int],
    growth: Growth,
    leaf_weight: float,
    seed: int,
    threads: int,
) -> tuple[lgb.Booster, ...]:
    """Fit one booster per entry of ``VARIETY`` on rows in a canonical order.

    Parameters
    ----------
    matrix : one row per outcome; NaN is missing; categories are codes.
    target : 1.0 non-conforming, 0.0 conforming.
    weight : weight of each outcome, more than 0.
    categorical : positions of the columns of categories.
    growth : number and size of the trees.
    leaf_weight : outcomes (sum of weights) that a leaf must hold, before each learner's own factor.
    seed : seeds the choice of features and of random cuts.
    threads : threads; the result is the same for any number.
    """
    rate = float(np.average(target, weights=weight))
    hessian = leaf_weight * rate * (1 - rate)
    data = lgb.Dataset(
        matrix,
        target,
        weight=weight,
        categorical_feature=list(categorical),
        params=EXACT,
        free_raw_data=False,
    )
    boosters = []
    for number, variety in enumerate(VARIETY):
        own = {name: value for name, value in variety.items() if name != "leaf_factor"}
        if growth.leaves is not None:
            own["num_leaves"] = growth.leaves
        params = (
            EXACT
            | own
            | {
                "learning_rate": growth.learning_rate,
                "max_depth": growth.depth,
                "min_sum_hessian_in_leaf": hessian * variety["leaf_factor"],
                "seed": seed + number,
                "num_threads": threads,
            }
        )
        text = lgb.train(params, data, num_boost_round=growth.trees).model_to_string()
        boosters.append(revive(re.sub(r"\[num_threads: -?\d+\]\n", "", text)))
    return tuple(boosters)


def revive(text: str) -> lgb.Booster:
    """Read a booster from LightGBM's text format, so that a fitted and a loaded model are the same thing."""
    return lgb.Booster(model_str=text)


def threads_for(rows: int, asked: int | None) -> int:
    """Return the threads to use: those asked for, else one below ``FEW_ROWS`` rows, else LightGBM's own
    choice.

    Examples
    --------
    >>> threads_for(3_000, None), threads_for(1_000_000, None), threads_for(3_000, 2)
    (1, 0, 2)
    """
    return asked or (1 if rows < FEW_ROWS else 0)


def mean_log_odds(boosters: Sequence[lgb.Booster], matrix: Matrix, threads: int) -> Matrix:
    """Return the mean raw score of the learners, natural log-odds, one per row."""
    raw = [np.asarray(b.predict(matrix, raw_score=True, num_threads=threads)) for b in boosters]
    return np.asarray(np.mean(raw, axis=0), dtype=np.float64)


def mean_contributions(boosters: Sequence[lgb.Booster], matrix: Matrix, threads: int) -> Matrix:
    """Return exact contributions: a column per feature, then the base; each row sums to the score."""
    parts = [np.asarray(b.predict(matrix, pred_contrib=True, num_threads=threads)) for b in boosters]
    return np.asarray(np.mean(parts, axis=0), dtype=np.float64)

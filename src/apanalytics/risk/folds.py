"""Which outcomes are left out together when scores are calibrated."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.risk.columns import Matrix

Keys = npt.NDArray[np.int64]


def group_keys(matrix: Matrix, groups: npt.NDArray[Any] | None) -> Keys:
    """Number the groups 0, 1, 2 … in sorted order; without groups, equal rows form one.

    Rows that are equal, or of one firm, must not be on both sides of a fold: the learner would recognise
    them, and the calibration would promise too much.
    """
    if groups is None:
        groups = pd.util.hash_pandas_object(pd.DataFrame(matrix), index=False).to_numpy()
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def deal(keys: Keys, target: Matrix, folds: int, seed: int) -> Keys:
    """Deal whole groups into folds of near-equal size and share of non-conforming groups.

    Parameters
    ----------
    keys : group of each row, as `group_keys` gives them.
    target : 1.0 non-conforming, 0.0 conforming.
    folds : number of folds, 2 or more.
    seed : seed of the order in which groups are dealt; the order of the rows plays no part.

    Returns
    -------
    The fold of each row, 0..folds-1.
    """
    present, position = np.unique(keys, return_inverse=True)
    positive = np.zeros(len(present))
    np.maximum.at(positive, position, target)
    shuffled = np.random.default_rng(seed).permutation(len(present))
    order = shuffled[np.argsort(positive[shuffled], kind="stable")]
    fold = np.empty(len(present), dtype=np.int64)
    fold[order] = np.arange(len(present)) % folds
    return fold[position]

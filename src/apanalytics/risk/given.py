"""What is given to `RiskModel.fit`: outcomes that can be learnt from, and how often each row counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from apanalytics.errors import InvalidArgument
from apanalytics.risk.columns import Matrix

MOST_REPEATS = 10
"""Mean whole weight up to which a row is repeated rather than weighted."""


def counted(weight: Matrix) -> tuple[npt.NDArray[np.int64], Matrix]:
    """Return which rows to learn from and their weights: whole weights are counts, and repeat the row.

    A row of weight 2 then gives the very model that the row twice gives, ties between cuts included.
    """
    kept = np.flatnonzero(weight > 0)
    if (weight == np.round(weight)).all() and weight.sum() <= MOST_REPEATS * len(kept):
        repeated = np.repeat(kept, weight[kept].astype(np.int64))
        return repeated, np.ones(len(repeated))
    return kept, weight[kept]


def plain(y: Any) -> Any:
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


def two_classes(y: npt.NDArray[Any], weight: Matrix) -> npt.NDArray[Any]:
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

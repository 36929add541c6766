"""What is given to a `RiskModel`: outcomes to learn from, how often each row counts, rows to score."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import validate_data

from apanalytics.errors import InvalidArgument, ModelMismatch
from apanalytics.risk.columns import Columns, Matrix

MOST_REPEATS = 10
"""Mean whole weight up to which a row is repeated rather than weighted."""
TODO = "Give the columns of `fit` in their order; `columns_.select(frame)` takes them out of a larger frame."


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


def matrix_for(model: BaseEstimator, columns: Columns, X: Any) -> Matrix:
    """Turn rows to score into numbers, as the model's columns want them.

    Parameters
    ----------
    model : the fitted estimator, whose names and number of columns scikit-learn checks.
    columns : what it remembers of its frame.
    X : a frame with these columns in their order, or rows of plain values.

    Raises
    ------
    ModelMismatch (a ValueError) : a column is missing, added or elsewhere, or holds text where the model saw
        numbers, or the reverse.
    """
    if not isinstance(X, pd.DataFrame) and not columns.categories:
        checked: Matrix = validate_data(
            model, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False
        )
        return checked
    frame = _checked(model, X) if isinstance(X, pd.DataFrame) else _named(columns, X)
    columns.refuse_other_kinds(frame)
    return columns.encode(frame)


def _checked(model: BaseEstimator, X: pd.DataFrame) -> pd.DataFrame:
    """Return a frame that has the names and the number of columns of the one of `fit`."""
    try:
        validate_data(model, X, skip_check_array=True, reset=False)
    except ValueError as error:
        # its own words stay: pipelines and scikit-learn's checks look for them
        raise ModelMismatch(
            "The columns are not those that the model was fitted on", where="X", why=str(error), todo=TODO
        ) from None
    return X


def _named(columns: Columns, X: Any) -> pd.DataFrame:
    """Return rows without names as a frame of the model's columns."""
    rows = np.asarray(X, dtype=object)
    wanted = len(columns.names)
    if rows.ndim != 2 or rows.shape[1] != wanted:
        raise ModelMismatch(
            f"The rows do not have the model's {wanted} columns", where="X", value=rows.shape, todo=TODO
        )
    # each column takes the type of its values: as plain objects numbers could not be told from text
    return pd.DataFrame(rows, columns=list(columns.names)).convert_dtypes()

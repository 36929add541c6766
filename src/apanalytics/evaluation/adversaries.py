"""What is left of a ranking when declarants know what weighs in it and move just out of sight."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from apanalytics.risk import RiskModel

MOVES = 2
"""Features that a declarant can make look ordinary at once: others contradict them in payroll."""


def answered(
    model: RiskModel, frame: pd.DataFrame, nonconforming: pd.Series[bool], moves: int = MOVES
) -> pd.DataFrame:
    """Return the features after the best response of those who have something to hide.

    Each non-conforming case gives its most incriminating features the value that is usual in the frame: the
    median of a number, the commonest of anything else. The others have no reason to change anything.

    Parameters
    ----------
    model : the model whose contributions the declarants know.
    frame : features by ``case_id``.
    nonconforming : the truth, same index.
    moves : features that each changes, 1 or more.

    Returns
    -------
    The same rows and columns; `frame` is left as it is.

    Examples
    --------
    >>> frame = pd.DataFrame({"hours": [10.0, 151.0, 20.0, 160.0] * 25}, index=[f"C{i}" for i in range(100)])
    >>> bad = frame["hours"] > 100
    >>> moved = answered(RiskModel(trees=10).fit(frame, bad), frame, bad, moves=1)
    >>> float(moved.loc[bad, "hours"].max())
    85.5
    """
    moved = frame.copy()
    moved.attrs = dict(frame.attrs)
    hiding = frame.index[nonconforming.to_numpy(dtype=bool)]
    if hiding.empty:
        return moved
    parts = model.explain(frame.loc[hiding])[list(model.columns_.names)]
    order = np.argsort(-parts.to_numpy(), axis=1, kind="stable")[:, :moves]
    raises = np.take_along_axis(parts.to_numpy(), order, axis=1) > 0
    for at, name in enumerate(parts.columns):
        changed = hiding[((order == at) & raises).any(axis=1)]
        if len(changed):
            moved.loc[changed, name] = _usual(frame[name])
    return moved


def _usual(values: pd.Series[Any]) -> Any:
    """Return the value that draws no attention: the middle of numbers, the commonest of anything else."""
    known = values.dropna()
    if known.empty:
        return pd.NA
    if pd.api.types.is_float_dtype(values.dtype):
        return float(known.median())
    if pd.api.types.is_integer_dtype(values.dtype):
        return int(known.median())
    return known.mode().iloc[0]

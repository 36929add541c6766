"""What is left of a ranking when declarants know what weighs in it and make it look ordinary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from apanalytics.criteria import criterion
from apanalytics.criteria.conditions import leaves
from apanalytics.risk import RiskModel

MOVES = 2
"""Features that a declarant can make look ordinary at once: others contradict them in payroll."""


def answered(
    model: RiskModel, frame: pd.DataFrame, nonconforming: pd.Series[bool], moves: int = MOVES
) -> pd.DataFrame:
    """Return the features after the best response of those who have something to hide.

    Each non-conforming case gives its most incriminating feature, rules that read it included, the value that
    is usual in the frame: the median of a number, the commonest of anything else; then the next, seen the
    first. It is the best response of one who moves greedily. The others have no reason to change anything.

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
    done = pd.DataFrame(False, index=hiding, columns=list(model.columns_.names))
    for _ in range(moves):
        pulls = _pulls(model, moved.loc[hiding]).mask(done, -np.inf)
        best, raises = pulls.to_numpy().argmax(axis=1), pulls.to_numpy().max(axis=1) > 0
        for at, name in enumerate(pulls.columns):
            changed = hiding[(best == at) & raises]
            if len(changed):
                moved.loc[changed, name] = _usual(frame[name])
                done.loc[changed, name] = True
    return moved


def _pulls(model: RiskModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Return how much of each score goes when a feature looks ordinary: its own part, and rules that read it.

    A rule laid over the learners needs all its conditions: one feature that looks ordinary undoes it.
    """
    parts = model.explain(frame)
    pulls = parts[list(model.columns_.names)].copy()
    rules = model.ensemble_.rules
    for code in rules.codes:
        when = criterion(code).at(str(rules.stage)).when
        for name in {leaf["feature"] for leaf in leaves(when)} & set(pulls.columns):
            pulls[name] += parts[code].clip(lower=0)
    return pulls


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

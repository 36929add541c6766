"""What the risk model learns from: outcomes in a canonical order, and the past cases beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.risk.columns import Matrix
from apanalytics.risk.rules import Fired


@dataclass(frozen=True)
class Before:
    """Past cases of the establishments learnt from; `of` is the place among them of each row learnt from."""

    matrix: Matrix
    fired: Fired
    cases: pd.DataFrame
    of: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Learnt:
    """Rows to learn from, in a canonical order, and the past cases of their establishments."""

    matrix: Matrix
    fired: Fired
    target: Matrix
    weight: Matrix
    keys: npt.NDArray[np.int64]
    before: Before | None

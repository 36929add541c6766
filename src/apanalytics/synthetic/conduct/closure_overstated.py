"""A partial stop asked for as a full closure.

Who: shops, restaurants, leisure and services that stay open in part. Does: declares a full closure and asks
for every hour of the period (six in ten), or asks for nine to ten tenths of them. When: lockdowns. Adapts: a
wary employer declares a reduction, and asks for nine tenths of the hours. Shows: the request says closure,
payroll of the next months tells work; on the day of the decision it looks like those who are closed by an
accident, or who ask for every hour because nobody knows how long the stop will last.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws

_CLOSED = 3
"""Scope of a request: the whole establishment closed."""


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Declare a full closure and ask for every legal hour, or ask for nearly all of them."""
    open_ = on & (requests["scope"] < _CLOSED).to_numpy()
    case, wary = requests["case"].to_numpy(), requests["wary"].to_numpy(dtype=bool)
    says = ~wary & draws.chance("says closed", 0.6, case)
    partly = np.where(wary, 0.9, 0.9 + 0.1 * draws.uniform("nearly closed", case))
    asked = requests["legal_hours"] * np.where(says, 1.0, partly)
    requests["scope"] = np.where(open_ & says, _CLOSED, requests["scope"])
    requests["hours"] = np.where(open_, np.maximum(asked, requests["hours"]), requests["hours"])


KIND = Kind(
    "closure_overstated",
    deliberate=True,
    findings=("PRO-08",),
    ask=ask,
    activities={"IZ": 2.0, "RU": 2.0, "GZ": 1.5, "FZ": 0.7, "C3": 0.5, "C4": 0.5},
    months={3: 1.5, 4: 1.3, 10: 1.3, 11: 1.5, 7: 0.5, 8: 0.5},
)

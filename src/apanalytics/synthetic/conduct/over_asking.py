"""More hours asked per employee than the period holds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for up to six tenths above the legal duration of the period."""
    above = requests["legal_hours"] * (
        1.05 + 0.55 * draws.uniform("over-asking", requests["case"].to_numpy())
    )
    requests["hours"] = np.where(on, np.maximum(above, requests["hours"]), requests["hours"])


KIND = Kind("over_asking", deliberate=False, findings=("HRS-01",), ask=ask)

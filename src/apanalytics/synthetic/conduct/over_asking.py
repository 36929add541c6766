"""More hours asked per employee than the stop will take, up to and above what the period holds.

Who: anybody; employers who enter opening hours, or weeks of the whole team. Does: asks for the legal
duration of the period for everybody (eight in ten), or up to four tenths above it. When: any month. In good
faith, so it does not adapt. Shows: above the legal duration at sight; below it only beside what the like ask.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for the legal duration of the period or more."""
    case = requests["case"].to_numpy()
    drawn = draws.uniform("over-asking", case)
    way = np.where(draws.chance("over-asking above", 0.2, case), 1.03 + 0.37 * drawn, 0.98 + 0.03 * drawn)
    requests["hours"] = np.where(
        on, np.maximum(requests["legal_hours"] * way, requests["hours"]), requests["hours"]
    )


KIND = Kind("over_asking", deliberate=False, findings=("HRS-01",), ask=ask)

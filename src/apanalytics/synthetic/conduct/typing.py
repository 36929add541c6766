"""A slip of the keyboard: hours several times too many."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for two to ten times the hours."""
    factor = draws.between("typing factor", 2, 10, requests["case"].to_numpy())
    requests["hours"] = np.where(on, requests["hours"] * factor, requests["hours"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim a tenth more to twice the hours, on every line."""
    factor = 1.1 + 0.9 * draws.uniform("typing hours", lines.case)
    lines.idle = np.where(on, lines.due_idle * factor, lines.idle).round(2)


KIND = Kind("typing", deliberate=False, findings=("HRS-01", "HRS-02", "HRS-04"), ask=ask, claim=claim)

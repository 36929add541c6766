"""A slip of the keyboard: hours too many.

Who: anybody. Does: asks for one and a half to six times the hours; claims a tenth more to twice the hours,
on every line, as far as the form goes. When: any month, seldom. In good faith, so it does not adapt. Shows:
above the ceilings where the slip is large; against payroll where it is not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for one and a half to six times the hours."""
    factor = 1.5 * 4 ** draws.uniform("typing factor", requests["case"].to_numpy())
    requests["hours"] = np.where(on, requests["hours"] * factor, requests["hours"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim a tenth more to twice the hours, on every line; the form takes no more than the legal month."""
    factor = 1.1 + 0.9 * draws.uniform("typing hours", lines.case)
    typed = np.maximum(np.minimum(lines.due_idle * factor, lines.full_time), lines.due_idle)
    lines.idle = np.where(on, typed, lines.idle).round(2)


KIND = Kind("typing", deliberate=False, findings=("HRS-01", "HRS-02", "HRS-04"), ask=ask, claim=claim)

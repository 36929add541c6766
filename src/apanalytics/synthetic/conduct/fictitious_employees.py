"""Employees on paper: hired as claims begin, gone in the trial period (the workforce holds them).

Who: building, transport, business services. Does: declares, covers and claims one to eight people whom
nobody has seen. When: the first months of a spell. Adapts: the careful hire them months ahead, at ordinary
wages, and let the contracts run; a wary employer claims half their hours. Shows: hires before the request,
ends in the trial period, headcount above URSSAF's; nothing for the careful.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Cover the invented employees too."""
    covered = requests["covered"].to_numpy()
    invented = np.where(on, requests["invented"], 0)
    requests["headcount"] += invented
    requests["covered"] = covered + invented
    requests["hours"] *= (covered + invented) / covered


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for an employee who does not exist."""
    half = on & lines.wary & lines.invented
    lines.idle = np.where(half, quarter(lines.idle / 2), lines.idle)
    lines.show(half, lines.idle)
    lines.due_idle = np.where(on & lines.invented, 0.0, lines.due_idle)


KIND = Kind(
    "fictitious_employees",
    deliberate=True,
    findings=("PER-03", "EFF-05"),
    ask=ask,
    claim=claim,
    activities={"FZ": 2.5, "MN": 1.5, "HZ": 1.5, "OQ": 0.3},
)

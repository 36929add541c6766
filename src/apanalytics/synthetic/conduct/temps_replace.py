"""The work of those declared idle is done by temporary workers (the workforce holds their contracts).

Who: industry and transport. Does: claims hours of which a quarter to two thirds were there to be worked, by
temporary workers taken on instead. When: from the first claim on. Adapts: a wary employer lets them do a
tenth to a quarter. Shows: temporary contracts rise in payroll, unless the agency has them all.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe a third to three quarters of the hours: the rest of the work was there."""
    drawn = draws.uniform("temps replace", lines.case)
    kept = quarter(lines.due_idle * np.where(lines.wary, 0.75 + 0.15 * drawn, 0.33 + 0.42 * drawn))
    lines.due_idle = np.where(on, kept, lines.due_idle)


KIND = Kind(
    "temps_replace",
    deliberate=True,
    findings=("ACT-03",),
    claim=claim,
    activities={"C3": 2.0, "C4": 4.0, "C5": 3.0, "HZ": 2.0},
)

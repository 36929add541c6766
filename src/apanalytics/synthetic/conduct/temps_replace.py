"""The work of those declared idle is done by temporary workers (the workforce holds their contracts)."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe a third to three quarters of the hours: the rest of the work was there."""
    kept = quarter(lines.due_idle * (0.33 + 0.42 * draws.uniform("temps replace", lines.case)))
    lines.due_idle = np.where(on, kept, lines.due_idle)


KIND = Kind(
    "temps_replace",
    deliberate=True,
    findings=("ACT-03",),
    claim=claim,
    activities={"C3": 2.0, "C4": 4.0, "C5": 3.0, "HZ": 2.0},
)

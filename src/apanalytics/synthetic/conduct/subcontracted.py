"""The work of those declared idle is done by subcontractors: payroll has nothing to show.

Who: building, transport, business services. Does: claims all the hours, of which a third to two thirds
only were lost. When: from the first claim, while orders last. Adapts: a wary employer hands out a tenth to
a quarter of the work only. Shows: nowhere in hours, contracts or payroll; people talk, so that most cases
come from a tip.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe a third to two thirds of the hours; payroll agrees with the claim."""
    drawn = draws.uniform("subcontracted", lines.case)
    kept = quarter(lines.due_idle * np.where(lines.wary, 0.75 + 0.15 * drawn, 0.33 + 0.34 * drawn))
    lines.due_idle = np.where(on, kept, lines.due_idle)


KIND = Kind(
    "subcontracted",
    deliberate=True,
    findings=("X-SUB",),
    claim=claim,
    activities={"FZ": 3.0, "HZ": 1.5, "MN": 1.5, "C5": 1.2, "OQ": 0.2, "IZ": 0.3},
)

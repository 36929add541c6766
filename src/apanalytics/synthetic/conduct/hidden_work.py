"""People at work on hours claimed as idle.

Who: trades where work is done on the spot. Does: claims hours of which a quarter to three quarters were
worked. When: months in which orders come back. Adapts: a wary employer works a tenth to a quarter of them,
and has payroll agree. Shows: in four cases in five payroll tells the hours worked.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe one to three quarters of the hours only; payroll, where it tells, tells the hours worked."""
    drawn = draws.uniform("hidden work", lines.case)
    kept = quarter(lines.due_idle * np.where(lines.wary, 0.75 + 0.15 * drawn, 0.25 + 0.5 * drawn))
    told = np.where(lines.wary, lines.due_idle, kept)
    lines.show(on, told)
    lines.due_idle = np.where(on, kept, lines.due_idle)


KIND = Kind(
    "hidden_work",
    deliberate=True,
    findings=("ACT-01", "HRS-04"),
    claim=claim,
    activities={"FZ": 1.5, "HZ": 1.3, "C5": 1.3, "MN": 0.6, "JZ": 0.3, "KZ": 0.3, "LZ": 0.4, "OQ": 0.7},
)

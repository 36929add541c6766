"""People at work, at the desk or at home, on hours claimed as idle."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe one to three quarters of the hours only; payroll, where it tells, tells the hours worked."""
    kept = quarter(lines.due_idle * (0.25 + 0.5 * draws.uniform("hidden work", lines.case)))
    lines.shown_idle = np.where(on, kept * lines.basis, lines.shown_idle)
    lines.due_idle = np.where(on, kept, lines.due_idle)


KIND = Kind(
    "hidden_work",
    deliberate=True,
    findings=("ACT-01", "HRS-04"),
    claim=claim,
    activities={"MN": 2.0, "JZ": 2.5, "KZ": 1.5, "LZ": 1.5, "IZ": 0.7, "RU": 0.7},
)

"""People who work from home on hours claimed as idle.

Who: offices (business services, information, finance, property). Does: claims hours of which a tenth to
three fifths were worked at home. When: lockdowns most, less since. Adapts: a wary employer asks for a few
hours a week only, and has payroll agree. Shows: payroll tells half of the hours worked; the rest is
nowhere but in what employees say.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe two to nine tenths of the hours; payroll, where it tells, tells half of those worked."""
    drawn = draws.uniform("telework", lines.case)
    kept = quarter(lines.due_idle * np.where(lines.wary, 0.85 + 0.1 * drawn, 0.4 + 0.5 * drawn))
    told = np.where(lines.wary, lines.due_idle, (kept + lines.due_idle) / 2)
    lines.show(on, told)
    lines.due_idle = np.where(on, kept, lines.due_idle)


KIND = Kind(
    "telework_hidden",
    deliberate=True,
    findings=("ACT-01", "HRS-04"),
    claim=claim,
    activities={
        **dict.fromkeys(("AZ", "C1", "C2", "C3", "C4", "C5", "DE", "FZ", "HZ", "IZ"), 0.02),
        "MN": 3.0,
        "JZ": 5.0,
        "KZ": 4.0,
        "LZ": 3.0,
        "GZ": 0.2,
        "RU": 0.4,
        "OQ": 0.3,
    },
    months={1: 1.2, 2: 1.1, 3: 1.2, 4: 1.5, 5: 1.3, 7: 0.7, 8: 0.6, 11: 1.4},
)

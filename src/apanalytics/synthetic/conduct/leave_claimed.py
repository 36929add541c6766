"""Paid leave claimed as idle hours.

Who: employers who leave the calendar to their filer. Does: adds the hours of leave to the idle ones. When:
summer, Christmas and bridges. In good faith, so it does not adapt. Shows: payroll tells leave and idle hours
that do not fit in the contract; not where leave was entered as idle hours there too.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Add the hours of leave to the idle ones."""
    lines.idle = np.where(on, lines.due_idle + lines.entered(lines.leave), lines.idle).round(2)


KIND = Kind(
    "leave_claimed",
    deliberate=False,
    findings=("PER-05", "HRS-08"),
    claim=claim,
    months={7: 1.3, 8: 1.3, 12: 1.3, 2: 1.1},
)

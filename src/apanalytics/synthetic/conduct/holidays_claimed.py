"""Public holidays that nobody works claimed as idle hours.

Who: trades closed on public holidays. Does: adds their hours. When: months that have any. In good faith, so
it does not adapt. Shows: hours claimed exceed those of payroll by the hours of the holidays.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Add the hours of the month's public holidays."""
    lines.idle = np.where(on & (lines.due_idle > 0), lines.due_idle + lines.holidays, lines.idle).round(2)


KIND = Kind("holidays_claimed", deliberate=False, findings=("HRS-08",), claim=claim, activities={"IZ": 0.3})

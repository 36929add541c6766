"""A declared wage above the real one.

Who: anybody, small firms more. Does: declares a wage one to six tenths higher than the one paid. When: from
the first claim on. Adapts: a wary employer stays under eight hundredths. Shows: payroll tells the wage paid,
unless it was raised there too.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Declare a higher wage."""
    drawn = draws.uniform("wages inflated", lines.case)
    factor = np.where(lines.wary, 1.03 + 0.045 * drawn, 1.05 + 0.5 * drawn)
    lines.wage = np.where(on, np.rint(lines.due_wage * factor).astype(np.int64), lines.wage)


KIND = Kind("wages_inflated", deliberate=True, findings=("PAY-01", "PAY-03"), claim=claim)

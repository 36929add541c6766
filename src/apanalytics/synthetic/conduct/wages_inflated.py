"""A declared wage above the real one."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Declare a wage one to six tenths higher."""
    factor = 1.1 + 0.5 * draws.uniform("wages inflated", lines.case)
    lines.wage = np.where(on, np.rint(lines.due_wage * factor).astype(np.int64), lines.wage)


KIND = Kind("wages_inflated", deliberate=True, findings=("PAY-01", "PAY-03"), claim=claim)

"""People whose contract has ended, still run through payroll and claimed.

Who: employers whose software goes on printing a payslip after the last day. Does: claims idle hours for
months after the end. When: in the months that follow a departure. In good faith, so it does not adapt.
Shows: the payroll row has an end before the month, and idle hours.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing after the last day."""
    lines.due_idle = np.where(on & lines.gone, 0.0, lines.due_idle)


KIND = Kind("ended_contracts", deliberate=False, findings=("PER-06",), claim=claim)

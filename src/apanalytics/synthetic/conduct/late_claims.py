"""Claims filed past the deadline: nothing is due any more.

Who: employers who catch up on last year's claims. Does: files the claim weeks after the last day (the date
is drawn in `deadlines`). When: six months and more after an authorisation has ended. In good faith, so it
does not adapt. Shows: in the dates, whole.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing."""
    lines.due_idle = np.where(on & lines.overdue, 0.0, lines.due_idle)


KIND = Kind("late_claims", deliberate=False, findings=("PRO-05",), claim=claim)

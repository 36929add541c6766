"""Idle hours claimed for people whose contract was suspended."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Suspend a third of the people for most of their idle hours, which stay claimed."""
    absent = on & draws.chance("suspended and idle", 0.33, lines.case, lines.person)
    kept = quarter(lines.due_idle * 0.4 * draws.uniform("suspended share", lines.case, lines.person))
    lost = np.where(absent, (lines.due_idle - kept) * lines.basis, 0.0)
    lines.shown_suspended = lines.shown_suspended + lost
    lines.shown_idle = lines.shown_idle - lost
    lines.due_idle = np.where(absent, kept, lines.due_idle)


KIND = Kind("sick_cumulation", deliberate=True, findings=("PER-04",), claim=claim)

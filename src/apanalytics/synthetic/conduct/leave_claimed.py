"""Paid leave claimed as idle hours."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Add the hours of leave to the idle ones."""
    lines.idle = np.where(on, lines.due_idle + lines.leave / lines.basis, lines.idle).round(2)


KIND = Kind("leave_claimed", deliberate=False, findings=("PER-05", "HRS-08"), claim=claim)

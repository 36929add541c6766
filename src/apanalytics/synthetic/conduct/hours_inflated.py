"""More hours claimed than were lost, under every ceiling.

Who: anybody. Does: claims three to nine tenths of the way from the hours lost to the legal duration, but no
more than the authorisation still holds. When: months of reduced work. Adapts: a wary employer adds an
eighth at most, which stays inside the gap between payroll and claim that inspectors let pass. Shows: payroll
tells fewer idle hours, where it tells.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim part of the way to the ceiling, within what is authorised."""
    drawn = draws.uniform("hours inflated", lines.case)
    way = (0.3 + 0.6 * drawn) * np.maximum(lines.ceiling - lines.due_idle, 0)
    more = np.where(lines.wary, np.minimum(way, lines.due_idle * (0.06 + 0.06 * drawn)), way)
    higher = quarter(lines.due_idle + np.minimum(more, lines.room))
    lines.idle = np.where(on, np.maximum(higher, lines.due_idle), lines.idle)


KIND = Kind("hours_inflated", deliberate=True, findings=("HRS-03", "HRS-04"), claim=claim)

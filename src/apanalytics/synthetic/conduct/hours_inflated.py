"""More hours claimed than were lost, just under the ceiling."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim three to nine tenths of the way from the hours lost to the ceiling."""
    way = 0.3 + 0.6 * draws.uniform("hours inflated", lines.case)
    higher = quarter(lines.due_idle + way * np.maximum(lines.ceiling - lines.due_idle, 0))
    lines.idle = np.where(on, np.maximum(higher, lines.due_idle), lines.idle)


KIND = Kind("hours_inflated", deliberate=True, findings=("HRS-03", "HRS-04"), claim=claim)

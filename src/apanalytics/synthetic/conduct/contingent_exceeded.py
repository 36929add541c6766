"""Hours beyond the yearly contingent of an employee go on being claimed.

Who: employers closed for most of a year who do not count. Does: claims every hour lost, where the law pays
up to the contingent of the calendar year. When: late in the year, and sooner in years whose contingent is
the ordinary one. In good faith, so it does not adapt. Shows: in the sum of an employee's claimed hours.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.laws import is_long_term
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim what was lost, outside long-term agreements."""
    more = on & ~is_long_term(lines.due_regime)
    lines.idle = np.where(more, np.maximum(lines.lost, lines.idle), lines.idle)
    lines.show(more, lines.idle)


KIND = Kind("contingent_exceeded", deliberate=False, findings=("HRS-07",), claim=claim)

"""The officer of a company, or interns, among the people claimed.

Who: small companies whose officer is on the payroll, firms that take interns. Does: claims hours for people
who have no contract of employment. When: as often as they claim. In good faith, so it does not adapt.
Shows: in the kind of contract, in payroll.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for those whom nobody may claim (they are on the list where this kind acts)."""
    lines.due_idle = np.where(on & lines.barred, 0.0, lines.due_idle)


KIND = Kind("officers_claimed", deliberate=False, findings=("PER-07",), claim=claim)

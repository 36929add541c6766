"""Idle hours claimed for people who were sick or on leave, and knew to be paid for that already.

Who: anybody. Does: claims all the hours of people whose contract was suspended, or who were on leave, for
most of them. When: winter and summer more. Adapts: a wary employer does it for one in ten instead of one in
three. Shows: payroll tells the suspension or the leave beside the claimed hours, unless it hides them.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Suspend a third of the people, or send them on leave, for most of the hours that stay claimed."""
    share = np.where(lines.wary, 0.1, 0.33)
    absent = on & draws.chance("suspended and idle", share, lines.case, lines.person)
    rested = draws.chance("leave instead", 0.4, lines.case, lines.person)
    kept = quarter(lines.due_idle * 0.4 * draws.uniform("suspended share", lines.case, lines.person))
    lines.rest(absent, lines.due_idle - kept, ~rested)
    lines.due_idle = np.where(absent, kept, lines.due_idle)


KIND = Kind(
    "sick_cumulation",
    deliberate=True,
    findings=("PER-04", "PER-05"),
    claim=claim,
    months={1: 1.2, 2: 1.2, 7: 1.2, 8: 1.3},
)

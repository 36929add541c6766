"""The allowance is kept: employees on the list get nothing of it.

Who: small firms, in trades with high turnover. Does: claims hours that were lost, for people to whom it
pays nothing, so that no allowance is due for them. When: any month. Adapts: a wary employer keeps it from
one in seven only. Shows: in no hour and no headcount; employees complain, so that most cases come from a
tip.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for four people in ten."""
    unpaid = draws.chance("allowance kept", np.where(lines.wary, 0.15, 0.4), lines.case, lines.person)
    lines.due_idle = np.where(on & unpaid, 0.0, lines.due_idle)


KIND = Kind(
    "allowance_kept",
    deliberate=True,
    findings=("X-NOT-PAID",),
    claim=claim,
    activities={"IZ": 1.6, "HZ": 1.4, "FZ": 1.4, "RU": 1.3, "JZ": 0.5, "KZ": 0.3, "OQ": 0.5},
)

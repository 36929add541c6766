"""39 hours taken as the base although no agreement allows more than the legal week.

Who: building, restaurants, transport, small shops. Does: claims the hours above the legal week too. When:
always. In good faith, so it does not adapt. Shows: the list says a contract above the legal duration and the
request names no agreement; payroll agrees with the hours.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim the hours above the legal week too."""
    over = on & (lines.weekly > lines.legal_weekly)
    longer = quarter(lines.due_idle * lines.weekly / lines.legal_weekly)
    lines.idle = np.where(over, longer, lines.idle)


KIND = Kind(
    "hours_39_base",
    deliberate=False,
    findings=("HRS-09", "HRS-02"),
    claim=claim,
    activities={"FZ": 2.0, "IZ": 1.5, "HZ": 1.5, "OQ": 0.4, "KZ": 0.4},
)

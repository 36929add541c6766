"""The same round number of hours for everybody, whatever each lost.

Who: small employers who count in their head. Does: claims for each the mean of the hours lost and a
twentieth, rounded up to the ten: always more euros than were due, whatever each earns. When: any month of
reduced work. In good faith, so it does not adapt. Shows: equal round hours on the list, and payroll that
tells others.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim the mean of the claim and a twentieth, up to the next ten, on every line."""
    people = np.maximum(np.bincount(lines.claim), 1)
    mean = (np.bincount(lines.claim, weights=lines.due_idle) / people)[lines.claim] if len(lines) else 0.0
    lines.idle = np.where(on, np.ceil(mean * 1.05 / 10) * 10, lines.idle)


KIND = Kind("same_hours", deliberate=False, findings=("HRS-06", "HRS-04"), claim=claim)

"""A rate that is not the one of the month, so that the amount is above what the law gives.

Who: employers and filers who copy the claim of the month before, or enter the hourly amount by hand. Does:
takes last month's rate (which differs in the month of a change), or adds some cents an hour. When: any month,
and most where the rate falls. In good faith, so it does not adapt. Shows: in the amount, against the law.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Take last month's rate, and for half of the claims three to fifteen tenths of a euro an hour more."""
    by_hand = draws.chance("typed by hand", 0.5, lines.case)
    cents = draws.between("typed cents", 30, 150, lines.case)
    lines.priced = np.where(on, np.maximum(lines.month - 1, 0), lines.priced)
    lines.typed = np.where(on & by_hand, cents, lines.typed)


KIND = Kind(
    "rate_misapplied", deliberate=False, findings=("PAY-02",), claim=claim, months={6: 2.0, 7: 2.0, 1: 1.3}
)

"""An old staff list: people who have left are declared, covered and claimed.

Who: anybody with departures. Does: declares a twentieth to a third more people, and claims those who left in
the last months. When: after departures. In good faith, so it does not adapt. Shows: payroll has fewer people
than declared, and not those who left.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Declare and cover a twentieth to a third more people than there are, one at least."""
    key = requests["case"].to_numpy()
    more = 1 + (0.05 + 0.28 * draws.uniform("stale headcount", key)) * requests["covered"].to_numpy()
    covered = requests["covered"].to_numpy()
    requests["headcount"] += np.where(on, more.astype(np.int64), 0)
    requests["covered"] = np.where(on, covered + more.astype(np.int64), covered)
    requests["hours"] *= requests["covered"].to_numpy() / covered


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for those who have left: their lines have no payroll row."""
    lines.due_idle = np.where(on & (lines.row < 0), 0.0, lines.due_idle)


KIND = Kind(
    "stale_headcount", deliberate=False, findings=("EFF-01", "EFF-03", "PER-06"), ask=ask, claim=claim
)

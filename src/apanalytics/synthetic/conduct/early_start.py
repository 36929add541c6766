"""A period that begins before the work stops.

Who: anybody in a hurry. Does: has the period begin five to twenty days before the stop; hours worked in
those days are asked for, and claimed in the first month. When: the first request of a spell. In good faith
mostly, so it does not adapt. Shows: in the first month's payroll, weeks after the decision; the request is
somewhat larger than its like.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Owe nothing for the days before the stop."""
    early = draws.between("early start", 5, 20, requests["case"].to_numpy())
    days = np.maximum((requests["ends_on"] - requests["starts_on"]).dt.days.to_numpy() + 1, 1)
    requests["uncovered_days"] = np.where(on, early, requests["uncovered_days"])
    requests["due_hours"] *= np.where(on, 1 - np.minimum(early / days, 1), 1.0)


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for the days before the stop, which payroll tells were worked."""
    early = on & (lines.uncovered > 0)
    lost = quarter(lines.due_idle * (1 - lines.uncovered))
    lines.show(early, lost)
    lines.due_idle = np.where(early, lost, lines.due_idle)


KIND = Kind("early_start", deliberate=False, findings=("HRS-04", "ACT-01"), ask=ask, claim=claim)

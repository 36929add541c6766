"""A request filed after the days that the law leaves; the hours before them are not covered.

Who: small employers without a filer. Does: files three to fifty days too late, without a ground. When: any
month. In good faith, so it does not adapt. Shows: in the dates; so do the tolerated requests of March 2020.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """File three to fifty days too late."""
    late = draws.between("late days", 3, 50, requests["case"].to_numpy())
    after = requests["filing_days"].to_numpy() + late
    days = np.maximum((requests["ends_on"] - requests["starts_on"]).dt.days.to_numpy() + 1, 1)
    filed = requests["starts_on"] + pd.to_timedelta(after, unit="D")
    requests["filed_on"] = requests["filed_on"].where(~on, filed)
    requests["uncovered_days"] = np.where(on, late, requests["uncovered_days"])
    requests["due_hours"] *= np.where(on, 1 - np.minimum(late / days, 1), 1.0)


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for the days before the request could reach back."""
    covered = quarter(lines.due_idle * (1 - lines.uncovered))
    lines.due_idle = np.where(on & (lines.uncovered > 0), covered, lines.due_idle)


KIND = Kind("late_filing", deliberate=False, findings=("PRO-01",), ask=ask, claim=claim)

"""The same month claimed twice, on one request or on two that overlap (both are drawn with the filings).

Who: employers who change filer or software. Does: owes nothing for the second. When: any month. In good
faith, so it does not adapt. Shows: in the claims themselves; corrections and parts of an establishment look
alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Owe nothing for the second request over the same period."""
    requests["due_hours"] = np.where(on & (requests["copy"] > 0), 0.0, requests["due_hours"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for the second claim of a month."""
    lines.due_idle = np.where(on & lines.repeated, 0.0, lines.due_idle)


KIND = Kind("double_claim", deliberate=False, findings=("PRO-04",), ask=ask, claim=claim, at_filing=True)

"""Under a long-term agreement, working time is cut by more than the agreement lets it.

Who: employers with an agreement whose activity fell further than they thought. Does: claims every hour
lost, where the agreement pays up to its largest share of the hours of its whole length, per employee. When:
late in the agreement. In good faith, so it does not adapt. Shows: in the sum of the hours of the agreement.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.laws import is_long_term
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for nearly every hour of a long-term request: nothing wrong yet."""
    hours = np.maximum(0.95 * requests["legal_hours"], requests["hours"])
    more = on & requests["apld"].to_numpy(dtype=bool)
    for name in ("hours", "due_hours"):
        requests[name] = np.where(more, hours, requests[name])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim what was lost, under long-term agreements."""
    more = on & is_long_term(lines.due_regime)
    lines.idle = np.where(more, np.maximum(lines.lost, lines.idle), lines.idle)
    lines.show(more, lines.idle)


KIND = Kind("apld_over_reduction", deliberate=False, findings=("HRS-10",), ask=ask, claim=claim)

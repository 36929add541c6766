"""More people and more hours claimed than the authorisation allows.

Who: employers whose stop lasts longer or reaches further than they asked for. Does: claims for everybody who
was idle, and every hour lost, without asking for more. When: late in a period. In good faith, so it does not
adapt. Shows: against the authorisation, at sight; claims that an amendment covers look alike until it comes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for four to seven tenths of the people and hours that there will be: too little, and due."""
    share = 0.4 + 0.3 * draws.uniform("asked too little", requests["case"].to_numpy())
    few = np.maximum(np.ceil(requests["covered"] * share), 1).astype(np.int64)
    requests["covered"] = np.where(on, few, requests["covered"])
    for name in ("hours", "due_hours", "legal_hours"):
        requests[name] *= np.where(on, share, 1.0)


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim every hour lost, by everybody (the list has them all where this kind acts)."""
    lines.idle = np.where(on, np.maximum(lines.lost, lines.idle), lines.idle)
    lines.show(on, lines.idle)


KIND = Kind("above_authorisation", deliberate=False, findings=("HRS-05", "EFF-07"), ask=ask, claim=claim)

"""Part-timers entered as full-time employees, in the request and in the claims.

Who: trades with many part-timers. Does: asks for and claims hours on the legal week, where the contract is
shorter. When: always. In good faith, so it does not adapt. Shows: contract hours of payroll are below those
of the list; the request only looks large for its headcount.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import ARRANGEMENTS, Lines, quarter


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for 1.15 to 1.6 times the hours, up to the legal duration."""
    factor = 1.15 + 0.45 * draws.uniform("part time as full", requests["case"].to_numpy())
    wanted = np.minimum(requests["hours"] * factor, np.maximum(requests["legal_hours"], requests["hours"]))
    requests["hours"] = np.where(on, wanted, requests["hours"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim the hours of a full week for those who work less."""
    partial = on & (lines.arrangement == ARRANGEMENTS.index("part_time"))
    whole = np.minimum(lines.full_time, quarter(lines.due_idle * lines.full_time / lines.contract_hours))
    lines.idle = np.where(partial, np.maximum(whole, lines.due_idle), lines.idle)


KIND = Kind(
    "part_time_as_full",
    deliberate=False,
    findings=("HRS-04",),
    ask=ask,
    claim=claim,
    activities={"IZ": 2.0, "RU": 2.0, "OQ": 2.0, "GZ": 1.5, "FZ": 0.3, "C3": 0.3, "C4": 0.3},
)

"""The better rate of protected sectors taken by a firm outside them.

Who: firms whose NAF code says little, and some of sections certainly outside the lists (finance, energy).
Does: takes the protected rate in the place of the general one. When: months in which the two differ. In good
faith, so it does not adapt. Shows: only for sections outside the lists; main activities other than the NAF
code look alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.laws import REGIMES
from apanalytics.synthetic.lines import Lines

_PROTECTED, _GENERAL = REGIMES.index("protected"), REGIMES.index("general")


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Declare the protected scheme; what it pays above the general rate is not due."""
    taken = on & (requests["regime"] == _GENERAL).to_numpy()
    requests["regime"] = np.where(taken, _PROTECTED, requests["regime"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim at the protected rate."""
    better = on & lines.protected & (lines.due_regime == _GENERAL)
    lines.regime = np.where(better, _PROTECTED, lines.regime)


KIND = Kind(
    "wrong_scheme",
    deliberate=False,
    findings=("PAY-04", "PAY-02"),
    ask=ask,
    claim=claim,
    activities={"IZ": 0.1, "C5": 1.5, "MN": 1.5, "KZ": 12.0, "DE": 8.0},
)

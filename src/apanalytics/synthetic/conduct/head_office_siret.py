"""One establishment of several asks for the staff of the whole firm.

Who: firms with several establishments. Does: declares and covers the headcount of the firm under one SIRET.
When: the first request most. In good faith, so it does not adapt. Shows: payroll of that SIRET has fewer
people; so has that of firms who keep it under their head office.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws

_MOST = 3
"""A slip of the SIRET; nobody takes the thousands of a group for one shop's staff."""


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Declare and cover the headcount of the firm."""
    most = _MOST * requests["headcount"].to_numpy() + 10
    whole = np.minimum(requests["company_headcount"].to_numpy(), most)
    covered = requests["covered"].to_numpy()
    larger = on & (whole > requests["headcount"].to_numpy())
    requests["headcount"] = np.where(larger, whole, requests["headcount"])
    requests["covered"] = np.where(larger, whole, covered)
    requests["hours"] *= np.where(larger, whole / covered, 1.0)


KIND = Kind("head_office_siret", deliberate=False, findings=("EFF-01",), ask=ask)

"""The SIRET of a dormant firm without employees, used by others who share a bank account."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Owe nothing at all; ask for the same round figure as the rest of the ring."""
    rounded = np.maximum(requests["covered"].to_numpy(), 1) * 400.0
    requests["hours"] = np.where(on, np.minimum(rounded, requests["legal_hours"]), requests["hours"])
    requests["due_hours"] = np.where(on, 0.0, requests["due_hours"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing."""
    lines.due_idle = np.where(on, 0.0, lines.due_idle)


KIND = Kind("usurped_siret", deliberate=True, findings=("EFF-06", "IDT-02", "IDT-03"), ask=ask, claim=claim)

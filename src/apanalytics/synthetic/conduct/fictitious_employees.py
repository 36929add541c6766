"""Employees on paper: hired as claims begin, gone in the trial period (the workforce holds them)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Cover the invented employees too."""
    covered = requests["covered"].to_numpy()
    invented = np.where(on, requests["invented"], 0)
    requests["headcount"] += invented
    requests["covered"] = covered + invented
    requests["hours"] *= (covered + invented) / covered


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing for an employee who does not exist."""
    lines.due_idle = np.where(lines.invented, 0.0, lines.due_idle)


KIND = Kind(
    "fictitious_employees",
    deliberate=True,
    findings=("PER-03", "EFF-05"),
    ask=ask,
    claim=claim,
    activities={"FZ": 2.5, "MN": 1.5, "HZ": 1.5, "OQ": 0.3},
)

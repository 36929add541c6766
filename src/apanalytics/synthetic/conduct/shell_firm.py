"""A firm created to draw the allowance: recent, well paid, with employees who exist on paper only.

Who: invented firms of building, services, transport. Does: owes nothing at all. When: two to four months
after a start that follows the national wave. Adapts: payroll is filed for seven in ten, and agrees. Shows:
young firm, account of the day, bank account of a ring; true creations look alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Owe nothing at all."""
    requests["due_hours"] = np.where(on, 0.0, requests["due_hours"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing."""
    lines.due_idle = np.where(on, 0.0, lines.due_idle)


KIND = Kind(
    "shell_firm",
    deliberate=True,
    findings=("IDT-06", "EFF-05"),
    ask=ask,
    claim=claim,
    activities={"FZ": 2.5, "MN": 2.0, "HZ": 1.5, "OQ": 0.2, "AZ": 0.2},
)

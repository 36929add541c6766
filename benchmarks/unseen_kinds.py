"""Two kinds of conduct of the benchmark's own, written from criteria and law without sight of the model.

`whole_days` is an error in good faith: every idle day counts as a whole one. `redeployed` is deliberate: some
of those declared idle work elsewhere in the firm. Neither is in the generator's catalogue, and nothing in
features, criteria or model was made for them. Their rates are in `unseen.yaml`, which extends `base`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import Kind, add_kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines, quarter

SETTINGS = Path(__file__).with_name("unseen.yaml")
_DAYS_A_WEEK = 5


def ask_whole_days(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Ask for a sixth to two thirds more than the hours that will be lost, within the legal duration."""
    factor = 1.17 + 0.5 * draws.uniform("whole days asked", requests["case"].to_numpy())
    most = np.maximum(requests["legal_hours"], requests["hours"])
    requests["hours"] = np.where(on, np.minimum(requests["hours"] * factor, most), requests["hours"])


def claim_whole_days(lines: Lines, on: Bools, draws: Draws) -> None:
    """Claim a day for every day in which an hour was lost, as far as the month and the authorisation go.

    A day of stop lost between two fifths of its hours and all of them; payroll has the hours.
    """
    day = lines.legal_weekly / _DAYS_A_WEEK
    lost = 0.4 + 0.6 * draws.uniform("hours of a day", lines.case)
    days = np.ceil(lines.due_idle / np.maximum(day * lost, 1e-9))
    claimed = np.minimum(np.minimum(days * day, lines.ceiling), lines.due_idle + lines.room)
    lines.idle = np.where(on, np.maximum(quarter(claimed), lines.due_idle), lines.idle)


def claim_redeployed(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing, or a half where they are wary, for the two in five who work at another place of the firm.

    The others of the same claim are right, to the hour.
    """
    away = on & draws.chance("redeployed", 0.4, lines.case, lines.person)
    kept = np.where(lines.wary, quarter(lines.due_idle / 2), 0.0)
    lines.due_idle = np.where(away, kept, lines.due_idle)
    lines.show(away, lines.due_idle)


WHOLE_DAYS = Kind(
    "whole_days", deliberate=False, findings=("HRS-04",), ask=ask_whole_days, claim=claim_whole_days
)
REDEPLOYED = Kind(
    "redeployed",
    deliberate=True,
    findings=("HRS-04", "ACT-01"),
    claim=claim_redeployed,
    activities={"GZ": 2.0, "HZ": 2.0, "C5": 1.5, "MN": 1.5, "FZ": 1.5},
)
OWN = (WHOLE_DAYS, REDEPLOYED)


def add_own_kinds() -> None:
    """Add both kinds to the generator, for the rest of this process."""
    for kind in OWN:
        add_kind(kind)

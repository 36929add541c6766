"""What a draw came to: non-conforming cases by stage, firms with a claim to repay, counted block by block."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from apanalytics.synthetic.truth import STAGES

OFFICIAL_WINDOW = ("2020-03-01", "2021-08-31")
"""Months over which 15 to 20 % of firms had something to repay."""


class Rates:
    """Counts of a draw; firms never span two blocks.

    Parameters
    ----------
    opens : first month of the window: claims of the months before it only complete a history.
    """

    def __init__(self, opens: str = OFFICIAL_WINDOW[0]) -> None:
        self.counts: Counter[str] = Counter()
        self.first = max(opens, OFFICIAL_WINDOW[0])

    def add(self, truth: pd.DataFrame, claims: pd.DataFrame) -> None:
        """Count one block."""
        for stage in STAGES:
            wrong = truth.loc[truth["stage"] == stage, "nonconforming"]
            self.counts.update({stage: len(wrong), f"{stage} wrong": int(wrong.sum())})
        bad = truth.loc[truth["nonconforming"] & (truth["stage"] == "payment"), "case_id"]
        inside = claims[claims["month"].between(self.first, OFFICIAL_WINDOW[1])]
        firms = inside["claim_id"].isin(bad).groupby(inside["siret"].str[:9]).any()
        self.counts.update({"firms": len(firms), "firms wrong": int(firms.sum())})

    def shares(self) -> dict[str, Any]:
        """Share of cases of each stage that do not conform, and of firms with a claim to repay.

        None where there is none to count: no case, or no claim of the official months within the window.
        """
        return {
            name: round(self.counts[f"{name} wrong"] / self.counts[name], 4) if self.counts[name] else None
            for name in (*STAGES, "firms")
        }

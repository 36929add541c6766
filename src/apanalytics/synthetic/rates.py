"""What a draw came to: non-conforming cases by stage, firms with a claim to repay, counted block by block."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from apanalytics.synthetic.truth import STAGES

OFFICIAL_WINDOW = ("2020-03-01", "2021-08-31")
"""Months over which 15 to 20 % of firms had something to repay."""


class Rates:
    """Counts of a draw; firms never span two blocks."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def add(self, truth: pd.DataFrame, claims: pd.DataFrame) -> None:
        """Count one block."""
        for stage in STAGES:
            wrong = truth.loc[truth["stage"] == stage, "nonconforming"]
            self.counts.update({stage: len(wrong), f"{stage} wrong": int(wrong.sum())})
        bad = truth.loc[truth["nonconforming"] & (truth["stage"] == "payment"), "case_id"]
        inside = claims[claims["month"].between(*OFFICIAL_WINDOW)]
        firms = inside["claim_id"].isin(bad).groupby(inside["siret"].str[:9]).any()
        self.counts.update({"firms": len(firms), "firms wrong": int(firms.sum())})

    def shares(self) -> dict[str, Any]:
        """Share of cases of each stage that do not conform, and of firms with a claim to repay."""
        return {
            name: round(self.counts[f"{name} wrong"] / max(self.counts[name], 1), 4)
            for name in (*STAGES, "firms")
        }

"""A clerk who computes every feature by hand: loops over rows, and nothing that came after the day."""

from __future__ import annotations

import importlib
import math
from collections.abc import Collection
from datetime import date
from typing import Any

import pandas as pd

from .desk import Clerk
from .registry import REFERENCES, Value, say

for _page in (
    "accounts",
    "agreements",
    "authorised",
    "declared",
    "firm",
    "headcounts",
    "history",
    "links",
    "lists",
    "payroll_claimed",
    "payroll_months",
    "peers",
    "person_time",
    "persons",
    "place",
    "procedure",
    "same_month",
    "staff",
    "wages",
):
    importlib.import_module(f".{_page}", __name__)

AUTHORISATION, PAYMENT = REFERENCES["authorisation"], REFERENCES["payment"]

Disagreement = tuple[str, str, object, object]


def six(value: float) -> float:
    """Six decimals, halves away from zero: what a feature is delivered with."""
    return math.copysign(math.floor(abs(value) * 1e6 + 0.5) / 1e6, value)


def disagreements(
    tables: dict[str, pd.DataFrame],
    frame: pd.DataFrame,
    stage: str,
    day: date,
    only: Collection[str] | None = None,
) -> list[Disagreement]:
    """Case, feature, what a frame of features says, and what the clerk says, where they are not the same."""
    clerk = Clerk(tables, day)
    names = [name for name in REFERENCES[stage] if only is None or name in only]
    return [
        (case.case_id, name, frame.loc[case.case_id, name], plain)
        for case in clerk.cases(stage)
        for name in names
        if not _same(frame.loc[case.case_id, name], plain := say(clerk, case, name))
    ]


def _same(found: Any, plain: Value) -> bool:
    if pd.isna(found) or plain is None:
        return bool(pd.isna(found)) and plain is None
    return abs(float(found) - six(plain)) <= 1e-9

"""What random countries draw from: days around the day, months of its year, and nothing at all."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

Rows = list[dict[str, Any]]

TODAY = date(2021, 9, 10)
"""The day on which these countries are looked at: rows are known before it, on it and after it."""

_EDGES = [-40, -16, -15, -1, 0, 0, 1, 2, 15, 40]


def near(rng: Random, day: date = TODAY) -> date:
    return day + timedelta(rng.choice(_EDGES) if rng.random() < 0.6 else rng.randint(-300, 60))


def any_month(rng: Random) -> date:
    return date(2021, rng.randint(4, 9), 1)


def or_none(rng: Random, value: Any, chance: float = 0.5) -> Any:
    return value if rng.random() < chance else None

"""Whether logged probabilities can carry an estimate: the diagnostics that come before any figure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

SELDOM = 0.02
"""A case chosen less often than this stands for more than fifty others."""
LEAST_EFFECTIVE = 30.0
"""Effective number of outcomes below which no weighted share is told."""
LARGEST_WEIGHT = 0.10
"""Share of the whole weight that one outcome may carry."""


@dataclass(frozen=True)
class Overlap:
    """How evenly known outcomes stand for a set of cases.

    Parameters
    ----------
    outcomes : known outcomes in the set.
    effective : how many equally weighted outcomes they are worth (Kish): never more than `outcomes`.
    largest : share of the whole weight that one outcome carries, 0..1.
    seldom : share of the cases of the set, chosen or not, whose probability is under 0.02.
    """

    outcomes: int
    effective: float
    largest: float
    seldom: float

    @classmethod
    def of(cls, members: pd.DataFrame) -> Overlap:
        """Measure a set of eligible cases.

        Parameters
        ----------
        members : ``probability`` (0..1], ``listed`` (bool), ``nonconforming`` (missing where unknown).

        Examples
        --------
        >>> members = pd.DataFrame({"probability": [1.0, 0.01], "listed": True})
        >>> found = Overlap.of(members.assign(nonconforming=[True, False]))
        >>> round(found.effective, 2), round(found.largest, 2), found.seldom
        (1.02, 0.99, 0.5)
        """
        known = members[members["listed"] & members["nonconforming"].notna()]
        weight = 1 / known["probability"].to_numpy(dtype=np.float64)
        seldom = float((members["probability"] < SELDOM).mean()) if len(members) else 0.0
        if not len(weight):
            return cls(0, 0.0, 0.0, seldom)
        effective = float(weight.sum() ** 2 / (weight @ weight))
        return cls(len(known), effective, float(weight.max() / weight.sum()), seldom)

    def refusal(self) -> str | None:
        """Say why the outcomes cannot carry an estimate, None where they can."""
        if self.largest > LARGEST_WEIGHT:
            return f"one outcome would carry {100 * self.largest:.0f} % of the weight"
        if self.effective < LEAST_EFFECTIVE:
            return (
                f"{self.outcomes} outcomes of unequal weight are worth {self.effective:.0f} equal ones; "
                f"{LEAST_EFFECTIVE:.0f} are needed"
            )
        return None

    def json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def never_controlled(members: pd.DataFrame) -> list[dict[str, Any]]:
    """Return, by stratum, the cases listed and those of them without an outcome.

    Parameters
    ----------
    members : ``stratum``, ``listed`` (bool), ``nonconforming`` (missing where unknown).

    Returns
    -------
    ``stratum, listed, never_controlled, share`` (0..1) of each stratum with listed cases, in its order.

    Examples
    --------
    >>> members = pd.DataFrame({"stratum": "top", "listed": True, "nonconforming": [True, None]})
    >>> never_controlled(members)
    [{'stratum': 'top', 'listed': 2, 'never_controlled': 1, 'share': 0.5}]
    """
    listed = members[members["listed"].to_numpy(dtype=bool)]
    unknown = listed["nonconforming"].isna().groupby(listed["stratum"], sort=True).agg(["size", "sum"])
    return [
        {"stratum": str(name), "listed": int(n), "never_controlled": int(k), "share": float(k / n)}
        for name, n, k in unknown.itertuples()
    ]

"""What a release may miss at most, from the sample of it that was checked all the same."""

from __future__ import annotations

from typing import Any

import pandas as pd

from apanalytics.targeting.release import CERTAINTY, RELEASED, most_among


def released(members: pd.DataFrame, truth: bool = False) -> dict[str, Any] | None:
    """Bound the non-conforming cases, and their euros, among the cases accepted unchecked.

    The bound is exact (hypergeometric), whatever the cases are like, as the sample was drawn at random. Each
    unknown outcome of the sample counts as non-conforming. The euros are those of so many of the
    largest amounts at stake: no case can owe more than it asked for.

    Parameters
    ----------
    members : one row per eligible case: ``stratum, listed, nonconforming, amount_eur``.
    truth : whether the outcomes are those of a synthetic country's truth; only the sample's are used.

    Returns
    -------
    None where nothing was released; else ``cases, sampled, known, found, share_high`` (upper bound, 0..1),
    ``cases_high, eur_high, certainty`` (0.95).

    Examples
    --------
    >>> members = pd.DataFrame({"stratum": "released", "listed": [True] * 5 + [False] * 5,
    ...                         "nonconforming": pd.Series([False] * 5 + [None] * 5, dtype=object),
    ...                         "amount_eur": 100.0})
    >>> found = released(members)
    >>> found["cases_high"], found["eur_high"]
    (3, 300.0)
    """
    free = members[members["stratum"].eq(RELEASED)]
    if free.empty:
        return None
    sample = free[free["listed"].to_numpy(dtype=bool)]
    known = sample["nonconforming"].dropna().astype(bool)
    found = int(known.sum()) + len(sample) - len(known)
    most = most_among(len(free), len(sample), found)
    amounts = free["amount_eur"].astype("float64").fillna(0.0).sort_values(ascending=False)
    return {
        "judged_by": "truth" if truth else "controls",
        "cases": len(free),
        "sampled": len(sample),
        "known": len(known),
        "found": int(known.sum()),
        "cases_high": most,
        "share_high": most / len(free),
        "eur_high": float(amounts.head(most).sum()),
        "certainty": CERTAINTY,
    }

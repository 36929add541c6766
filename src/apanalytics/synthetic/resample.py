"""How far a perfect draw of the same size would lie from the official table, by chance alone.

Two hundred thousand claims drawn one by one from the official table would already lie some percent away from
it on the full cross of month, region and activity. But claims do not come one by one: an establishment claims
several months in a row, always in the same region and activity, so chance is larger. The resample therefore
draws establishments. Each has a *pattern*, the set of months that it claims; how often each pattern occurs is
taken from the synthetic country, so clusters have the country's own sizes. In each region and activity the
frequencies are then raked until the expected claims of every month equal the official table, scaled to the
drawn total. The number of establishments with each pattern is a Poisson draw. Its mean is thus the official
table itself, and its spread that of establishments drawn independently.

An establishment claims a month once in a pattern. The few that claim a month twice, and the firms that have
several establishments, would make chance larger still: leaving them out makes the bar stricter.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.draws import Floats
from apanalytics.synthetic.realism import distances

_ROUNDS = 200


def month_patterns(drawn: pd.DataFrame, months: list[str]) -> tuple[Floats, Floats]:
    """Return the sets of months that establishments claim, and how many establishments claim each set.

    Parameters
    ----------
    drawn : a row per establishment (`siret`) and `month`, see `realism.claims_by_establishment`.

    Returns
    -------
    A row per pattern with 1 in the months claimed; the count of each. Every single month is a pattern, with a
    thousandth of an establishment where nobody has it, so that any table of months can be reached.

    Examples
    --------
    >>> drawn = pd.DataFrame({"siret": ["A", "A", "B"], "month": ["2020-03", "2020-04", "2020-03"]})
    >>> month_patterns(drawn, ["2020-03", "2020-04"])[0].tolist()
    [[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    held = pd.crosstab(drawn["siret"], drawn["month"]).reindex(columns=months, fill_value=0).to_numpy() > 0
    found, count = np.unique(np.vstack([held, np.eye(len(months), dtype=bool)]), axis=0, return_counts=True)
    single = found.sum(axis=1) == 1
    return found.astype(np.float64), np.where(single, np.maximum(count - 1.0, 1e-3), count)


def raked(patterns: Floats, count: Floats, expected: Floats) -> Floats:
    """Return how many establishments of each pattern each cell needs to claim what is expected.

    Parameters
    ----------
    patterns : a row per pattern, a column per month, 1 where it is claimed.
    count : how often each pattern occurs: its proportions are where the raking starts from.
    expected : claims by cell (rows) and month (columns).

    Returns
    -------
    Establishments by cell and pattern; by iterative proportional fitting over the months in turn.

    Examples
    --------
    >>> patterns, count = np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([1.0, 1.0])
    >>> raked(patterns, count, np.array([[30.0, 10.0]])).round(6).tolist()
    [[20.0, 10.0]]
    """
    weight = np.outer(expected.sum(axis=1), count / (count @ patterns.sum(axis=1)))
    for _ in range(_ROUNDS):
        for month in range(patterns.shape[1]):
            holds = patterns[:, month] > 0
            reached = weight[:, holds].sum(axis=1)
            weight[:, holds] *= (expected[:, month] / np.where(reached > 0, reached, 1.0))[:, None]
    return weight


def resampled_distances(
    drawn: pd.DataFrame, official: pd.DataFrame, draws: int = 20, seed: int = 0
) -> pd.DataFrame:
    """Return the distances between the official table and clustered resamples of it.

    Parameters
    ----------
    drawn : the synthetic country's claims by establishment and month: gives the number of claims and the
        patterns.
    official : the official table, a row per month, region and activity group.
    draws : how many resamples.

    Returns
    -------
    A row per resample, a column per margin (`realism.MARGINS`): total variation, 0 to 1.

    Examples
    --------
    >>> official = pd.DataFrame({"month": ["2020-03", "2020-04"], "region": "11", "nace17": "IZ",
    ...                          "claims": [30, 10]})
    >>> drawn = pd.DataFrame({"siret": [f"S{i}" for i in range(40)], "claims": 1,
    ...                       "month": ["2020-03"] * 30 + ["2020-04"] * 10})
    >>> resampled_distances(drawn, official)["region × NACE17"].unique().tolist()
    [0.0]
    """
    table = official.pivot_table(index=["region", "nace17"], columns="month", values="claims", aggfunc="sum")
    table = table.fillna(0.0)
    patterns, count = month_patterns(drawn, list(table.columns))
    expected = table.to_numpy(dtype=np.float64)
    expected = expected / expected.sum() * drawn["claims"].sum()
    needed, random = raked(patterns, count, expected), np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        table[:] = random.poisson(needed) @ patterns
        claims = table.reset_index().melt(["region", "nace17"], value_name="claims")
        found.append(distances(claims, official))
    return pd.DataFrame(found, index=range(draws))

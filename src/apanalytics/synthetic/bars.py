"""Every figure of a drawn country beside the official one, with the bar that it has to keep."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from apanalytics.synthetic import realism
from apanalytics.synthetic.resample import resampled_distances
from apanalytics.tables import Tables

TWO_WAY = 0.03
"""Largest total variation on a two-way margin of month, region and activity, at 200,000 claims."""
RESAMPLES = 1.5
"""Largest distance on the full cross, in mean distances of a clustered resample of the official table."""
MEANS = 0.05
"""Largest relative gap of the means of a month."""
SHARES = 0.02
"""Largest gap of a share of a region or of a size class."""
CLAIMED = (0.55, 0.65)
"""Hours claimed over hours asked; 0.61 was published for March 2020 (Unédic, June 2020)."""
_PUBLISHED_CLAIMED = 0.61

Row = tuple[str, str, float, float, float, float]


def comparison(tables: Tables, resamples: int = 20, seed: int = 0) -> pd.DataFrame:
    """Return a row per figure: what was drawn, what is official, and the interval that it has to lie in.

    Parameters
    ----------
    tables : a national draw that holds the claims of 2020-03 to 2020-11, as filed until half a year later.
    resamples : clustered resamples of the official table; their mean stands as the official distance.

    Returns
    -------
    Indexed by `group` and `figure`: `drawn`, `official`, `low` and `high` (the bar; NaN where the figure is
    given without one), `error` (standard error of the means of a month, NaN elsewhere) and `met`. Distances
    are total variations, 0 to 1; a distance depends on the number of claims, so the bars of the margins are
    for 200,000.

    Examples
    --------
    >>> import apanalytics as ap
    >>> table = comparison(ap.read("data/synthetic"), resamples=2)
    >>> table.loc[("hours per employee", "2020-04"), "official"].round(1)
    np.float64(96.9)
    """
    drawn, official = realism.claims_by_establishment(tables), realism.official_claims()
    rows = [
        *_distances(drawn, official, resamples, seed),
        *_means(drawn, official),
        *_claimed(tables),
        *_regions(drawn, official),
        *_sizes(tables),
    ]
    table = pd.DataFrame(rows, columns=["group", "figure", "drawn", "official", "low", "high"])
    errors = realism.mean_errors(drawn).rename(columns=lambda name: str(name).replace("_", " "))
    places = pd.MultiIndex.from_frame(table[["group", "figure"]])
    table["error"] = errors.unstack().reindex(places).to_numpy()
    met = table["drawn"].between(table["low"], table["high"]).astype("boolean")
    return table.assign(met=met.mask(table["low"].isna())).set_index(["group", "figure"])


def _distances(drawn: pd.DataFrame, official: pd.DataFrame, resamples: int, seed: int) -> Iterator[Row]:
    chance = resampled_distances(drawn, official, resamples, seed).mean().to_dict()
    found = realism.distances(drawn, official).to_dict()
    for name, by in realism.MARGINS.items():
        high = RESAMPLES * chance[name] if by == realism.CELL else TWO_WAY
        yield "distance", name, found[name], chance[name], 0.0, high


def _means(drawn: pd.DataFrame, official: pd.DataFrame) -> Iterator[Row]:
    table = realism.means_by_month(drawn, official)
    for name in ("employees_per_claim", "hours_per_employee"):
        both = zip(table.index, table[name], table[f"official_{name}"], strict=True)
        for month, mean, aim in both:
            yield name.replace("_", " "), month, mean, aim, *_about(aim, MEANS * aim)


def _claimed(tables: Tables) -> Iterator[Row]:
    for name, ratio in realism.claimed_of_requested(tables).to_dict().items():
        bar = CLAIMED if name == "accepted" else (np.nan, np.nan)
        yield "hours claimed of requested", f"{name} requests", ratio, _PUBLISHED_CLAIMED, *bar


def _regions(drawn: pd.DataFrame, official: pd.DataFrame) -> Iterator[Row]:
    table = realism.region_shares(drawn, official).reset_index()
    for region, share, aim in table.itertuples(index=False):
        yield "share of claims by region", region, share, aim, *_about(aim, SHARES)


def _sizes(tables: Tables) -> Iterator[Row]:
    for measure, size, share, aim in realism.size_shares(tables).reset_index().itertuples(index=False):
        yield f"share of employees {measure}", size, share, aim, *_about(aim, SHARES)


def _about(aim: float, most: float) -> tuple[float, float]:
    return max(aim - most, 0.0), aim + most

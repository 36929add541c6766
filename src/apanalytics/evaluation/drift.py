"""Whether cases changed between two periods: one test per feature and sector, false discoveries held down."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

FALSE_DISCOVERIES = 0.05
"""Expected share of false alarms among the alarms."""
FEWEST = 30
"""Known values of each period below which a feature is not tested."""
EXACT_UP_TO = 1_000_000
"""Pairs of known values up to which the p-value is exact: beyond, its limit is as good and far quicker."""
EVERYWHERE = "tous"


def drift(
    before: pd.DataFrame,
    now: pd.DataFrame,
    sections: tuple[pd.Series[str], pd.Series[str]] | None = None,
    level: float = FALSE_DISCOVERIES,
) -> pd.DataFrame:
    """Compare the features of two periods, over all and by sector.

    The values are compared by Kolmogorov and Smirnov's test, the shares of missing values by Fisher's; each
    feature keeps the smaller p-value, doubled. All of them together are corrected by Benjamini and
    Hochberg, so that among the alarms about one in twenty is chance.

    Parameters
    ----------
    before, now : features (see ``features``) of two periods, the same numeric or boolean columns.
    sections : the NAF section of the cases of each; None tests over all only.
    level : share of false alarms among the alarms, 0..1.

    Returns
    -------
    One row per feature and sector, most changed first: ``feature, section`` (`tous` over all), ``n_before,
    n_now, distance`` (largest gap between the two distributions, 0..1), ``missing_before, missing_now``
    (shares), ``p_value, q_value`` (corrected) and ``alarm``. A feature with under 30 values in a period is
    missing a distance and raises no alarm. Read it beside the rate from the random stratum: a change of
    the cases is not yet a change of non-conformity.

    Source: Benjamini and Hochberg (1995), JRSS B 57(1).

    Examples
    --------
    >>> before = pd.DataFrame({"hours": np.arange(100.0), "same": np.arange(100.0) % 7})
    >>> drift(before, before.assign(hours=before["hours"] + 60))["alarm"].tolist()
    [True, False]
    """
    rows = _compared(before, now, EVERYWHERE)
    if sections is not None:
        first, second = sections[0].reindex(before.index), sections[1].reindex(now.index)
        for name in sorted(set(first.dropna()) & set(second.dropna())):
            rows += _compared(before[first.eq(name).fillna(False)], now[second.eq(name).fillna(False)], name)
    table = pd.DataFrame(rows)
    table["q_value"] = corrected(table["p_value"].to_numpy(dtype=np.float64))
    table["alarm"] = table["q_value"] <= level
    return table.sort_values(["q_value", "feature", "section"], kind="stable", ignore_index=True)


def _compared(before: pd.DataFrame, now: pd.DataFrame, section: str) -> list[dict[str, object]]:
    return [
        {"feature": name, "section": section} | _one(_numbers(before[name]), _numbers(now[name]))
        for name in map(str, before.columns)
    ]


def _numbers(values: pd.Series) -> npt.NDArray[np.float64]:
    return np.asarray(values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan))


def _one(before: npt.NDArray[np.float64], now: npt.NDArray[np.float64]) -> dict[str, object]:
    """Compare one feature: its values, and how often it is missing."""
    from scipy.stats import fisher_exact, ks_2samp  # imported here: a page without drift waits for none of it

    held, there = before[~np.isnan(before)], now[~np.isnan(now)]
    told: dict[str, object] = {"n_before": len(held), "n_now": len(there), "distance": np.nan}
    told |= {"missing_before": _share(before), "missing_now": _share(now)}
    if min(len(before), len(now)) < FEWEST:
        return told | {"p_value": np.nan}
    missing = [[len(before) - len(held), len(held)], [len(now) - len(there), len(there)]]
    p_value = float(fisher_exact(missing).pvalue)
    if min(len(held), len(there)) >= FEWEST:
        exact = len(held) * len(there) <= EXACT_UP_TO
        found = ks_2samp(held, there, method="exact" if exact else "asymp")
        told["distance"] = float(found.statistic)
        p_value = min(p_value, float(found.pvalue))
    return told | {"p_value": min(1.0, 2 * p_value)}


def _share(values: npt.NDArray[np.float64]) -> float:
    return float(np.isnan(values).mean()) if len(values) else np.nan


def corrected(pvalues: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return Benjamini and Hochberg's adjusted p-values; a missing one stays missing and counts for nothing.

    Examples
    --------
    >>> corrected(np.array([0.01, 0.04, np.nan, 0.03])).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    known = np.flatnonzero(~np.isnan(pvalues))
    order = known[np.argsort(pvalues[known], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    raw = pvalues[order] * len(order) / ranks
    adjusted = np.full(len(pvalues), np.nan)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(raw[::-1])[::-1])
    return np.round(adjusted, 15)

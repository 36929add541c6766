"""Precision per campaign, then over campaigns: never pooled, which lets the large ones speak for all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import t as student

from apanalytics.evaluation.estimators import census
from apanalytics.risk import Interval, outcomes
from apanalytics.tables import Tables

LISTED_SQL = """
SELECT campaign_id, min(drawn_on) OVER (PARTITION BY campaign_id) AS drawn_on, case_id FROM selections
WHERE stage = $stage AND listed AND channel = 'targeted' ORDER BY drawn_on, campaign_id, case_id
"""


def campaign_precisions(tables: Tables, stage: str, known_on: str | date | None = None) -> pd.DataFrame:
    """Return the precision of each past campaign's targeted cases.

    Parameters
    ----------
    tables : the canonical tables: ``selections`` and ``controls``.
    stage : ``authorisation`` or ``payment``.
    known_on : last day of closing that counts; None for every closed control.

    Returns
    -------
    One row per campaign, by its first day: ``campaign_id, drawn_on, listed, known, value, low, high, why``.

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> found = campaign_precisions(read("data/synthetic"), "payment")
    >>> bool(found.loc[found["value"].isna(), "why"].notna().all())
    True
    """
    known = outcomes(tables, stage, known_on)["nonconforming"]
    with tables.connect() as con:
        listed = con.execute(LISTED_SQL, {"stage": stage}).df()
    rows = []
    for (campaign, day), cases in listed.groupby(["campaign_id", "drawn_on"], sort=False):
        found = known.reindex(cases["case_id"]).dropna().astype(bool)
        share = census(found, len(cases))
        rows.append(
            {
                "campaign_id": campaign,
                "drawn_on": day,
                "listed": len(cases),
                "known": len(found),
                "value": np.nan if share.value is None else share.value,
                "low": np.nan if share.low is None else share.low,
                "high": np.nan if share.high is None else share.high,
                "why": share.why,
            }
        )
    names = ["campaign_id", "drawn_on", "listed", "known", "value", "low", "high", "why"]
    return pd.DataFrame(rows, columns=names)


def over_campaigns(precisions: Sequence[float], least: float = 0.0) -> Interval:
    """Average a figure over campaigns, each counting once, with the interval that their spread gives.

    Parameters
    ----------
    precisions : one figure per campaign; a missing one (NaN) is left out.
    least : lowest value that the figure can have: 0 for a share, -1 for a difference of shares.

    Returns
    -------
    The mean with Student's interval, cut to what the figure can be; without a value below three campaigns,
    whose spread says nothing.

    Examples
    --------
    >>> print(over_campaigns([0.5, 0.6, 0.7]))
    60.0 % [35.2 % ; 84.8 %] on 3 outcomes
    >>> over_campaigns([0.5]).why
    '1 campaign has a figure; 3 are needed to tell their spread'
    """
    known = np.array([one for one in precisions if not np.isnan(one)])
    if len(known) < 3:
        noun = "campaign has a figure" if len(known) == 1 else "campaigns have a figure"
        return Interval.unknown(f"{len(known)} {noun}; 3 are needed to tell their spread", n=len(known))
    half = float(student.ppf(0.975, len(known) - 1) * known.std(ddof=1) / len(known) ** 0.5)
    mean = float(known.mean())
    return Interval(mean, max(least, mean - half), min(1.0, mean + half), n=len(known), method="student")

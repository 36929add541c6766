"""The register of past campaigns: with which probability each case could be chosen when it first could be."""

from __future__ import annotations

from datetime import date

import pandas as pd

from apanalytics.tables import Tables

FIRST_DRAW_SQL = """
SELECT case_id, campaign_id, drawn_on, channel, selection_probability AS probability,
       coalesce(stratum, '') AS stratum, listed, score
FROM selections
WHERE stage = $stage AND selection_probability IS NOT NULL
  AND ($campaign IS NULL OR campaign_id = $campaign) AND ($before IS NULL OR drawn_on < $before)
QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY drawn_on, campaign_id) = 1
ORDER BY case_id
"""


def first_draws(
    tables: Tables, stage: str, campaign: str | None = None, before: date | None = None
) -> pd.DataFrame:
    """Return each case's row of the first campaign in which it could be chosen.

    What later campaigns did depends on what the first one drew: only the first probability is that of a
    draw from all eligible cases.

    Parameters
    ----------
    tables : the canonical tables.
    stage : ``authorisation`` or ``payment``.
    campaign : keep this campaign only; None for all.
    before : keep the campaigns drawn before this day; None for all.

    Returns
    -------
    Indexed by ``case_id`` in its order: ``campaign_id, drawn_on, channel, probability`` (0..1], ``stratum,
    listed, score``.

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> drawn = first_draws(read("data/synthetic"), "payment", before=date(2021, 1, 1))
    >>> bool(drawn["probability"].between(0, 1).all())
    True
    """
    bound = {"stage": stage, "campaign": campaign, "before": before}
    with tables.connect() as con:
        return con.execute(FIRST_DRAW_SQL, bound).df().set_index("case_id")

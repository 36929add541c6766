"""Which cases a campaign may choose on a day: open, in time, and not yet controlled."""

from __future__ import annotations

from datetime import date

import pandas as pd

from apanalytics.tables import Tables

PENDING = "pending"

CONTROLLED_SQL = """
SELECT DISTINCT case_id FROM controls
WHERE stage = $stage AND (opened_on IS NULL OR opened_on <= $on)
ORDER BY case_id
"""


def eligible(cases: pd.DataFrame, tables: Tables, stage: str, on: date) -> pd.DataFrame:
    """Keep the cases that can still be controlled before the administration pays or is bound.

    A case is eligible on a day when it was filed by then, when no decision (authorisation) or payment
    (payment) is known by then, and when no control of it was opened by then. An authorisation must also be
    within its decision deadline, since silence is acceptance; so must a claim where the data tell nothing of
    payments.

    Parameters
    ----------
    cases : the cases as of `on`, indexed by ``case_id`` (see ``cases``): ``filed_on``, ``status``,
        ``decide_by``.
    tables : the canonical tables.
    stage : ``authorisation`` or ``payment``.
    on : the day of the campaign.

    Returns
    -------
    The eligible rows of `cases`, ordered by ``case_id``.
    """
    with tables.connect() as con:
        controlled = con.execute(CONTROLLED_SQL, {"stage": stage, "on": on}).df()["case_id"]
    day = pd.Timestamp(on)
    open_still = cases["status"].fillna(PENDING).eq(PENDING)
    filed = cases["filed_on"].isna() | (pd.to_datetime(cases["filed_on"]) <= day)
    kept = open_still & filed & ~cases.index.isin(controlled)
    if stage == "authorisation" or "paid_on" not in tables.columns("claims"):
        decide_by = pd.to_datetime(cases["decide_by"])
        kept &= decide_by.isna() | (decide_by >= day)
    return cases[kept].sort_index()

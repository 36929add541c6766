"""A random country as it was known on a day: no later row, no later version, no later status."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from apanalytics.law import add_months


def known(tables: dict[str, pd.DataFrame], day: date) -> dict[str, pd.DataFrame]:
    """Leave out what was learnt later."""
    kept = dict(tables)
    on = {
        "successions": "known_on",
        "request_events": "known_on",
        "payroll": "received_on",
        "payroll_months": "received_on",
        "headcounts": "received_on",
        "controls": "closed_on",
        "agreements": "starts_on",
    }
    for name, column in on.items():
        kept[name] = tables[name][tables[name][column].map(lambda at: pd.isna(at) or at <= day)].copy()
    asked_on = tables["requests"]["filed_on"].where(
        tables["requests"]["filed_on"].notna(), tables["requests"]["status_on"]
    )
    kept["requests"] = tables["requests"][asked_on.map(lambda at: at <= day)].copy()
    claimed_on = tables["claims"]["filed_on"].where(
        tables["claims"]["filed_on"].notna(),
        tables["claims"]["month"].map(lambda month: add_months(month, 1)),
    )
    kept["claims"] = tables["claims"][claimed_on.map(lambda at: at <= day)].copy()
    kept["claim_lines"] = tables["claim_lines"][
        tables["claim_lines"]["claim_id"].isin(kept["claims"]["claim_id"])
    ]
    _forget(
        kept["requests"],
        "decided_on",
        day,
        {"status": "pending", "hours_authorised": None, "headcount_authorised": None, "status_on": None},
    )
    _forget(kept["claims"], "paid_on", day, {})
    places = tables["establishments"].copy()
    kept["establishments"] = places[places["known_on"].map(lambda at: pd.isna(at) or at <= day)].copy()
    unstated = kept["establishments"]["known_on"].isna()
    later = kept["establishments"]["closed_on"].map(lambda at: not pd.isna(at) and at > day)
    kept["establishments"].loc[unstated & later, "closed_on"] = None
    troubles = tables["insolvencies"].copy()
    first = troubles["known_on"].where(troubles["known_on"].notna(), troubles["effective_on"])
    kept["insolvencies"] = troubles[first.map(lambda at: at <= day)].copy()
    _forget(kept["insolvencies"], "ended_on", day, {})
    return kept


def _forget(frame: pd.DataFrame, column: str, day: date, beside: dict[str, Any]) -> None:
    later = frame[column].map(lambda at: not pd.isna(at) and at > day).astype(bool)
    for name, value in beside.items():
        frame[name] = frame[name].astype(object)
        frame.loc[later, name] = value
    frame[column] = frame[column].astype(object)
    frame.loc[later, column] = None

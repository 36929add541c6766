"""What the administration does with requests: decisions, and the hours later used against them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.laws import MonthlyLaw

_DAY = np.timedelta64(1, "D")


def decide(
    asked: pd.DataFrame, controls: pd.DataFrame, law: MonthlyLaw, until: np.datetime64, draws: Draws
) -> pd.DataFrame:
    """Add to the requests status, decided_on, hours_authorised and headcount_authorised.

    A control that finds something before the decision refuses the request, most of the time; silence accepts.
    """
    case, filed = asked["case"].to_numpy(), asked["filed_on"].to_numpy("datetime64[D]")
    month = np.clip(law.place(asked["filed_on"].to_numpy("datetime64[M]")), 0, None)
    limit = law.decision_days[month]
    found = asked[["request_id"]].merge(
        controls[["case_id", "outcome", "closed_on"]], left_on="request_id", right_on="case_id", how="left"
    )
    wrong = found["outcome"].isin(["error", "deliberate_suspected"]).to_numpy()
    closed = pd.to_datetime(found["closed_on"]).to_numpy("datetime64[D]")
    caught = wrong & ((closed - filed).astype("int64") <= 60) & draws.chance("refused if found", 0.8, case)
    other = draws.uniform("other end", case)
    tacit = draws.chance("tacit", np.where(limit <= 2, 0.85, 0.45), case)
    status = np.select(
        [caught | (other < 0.012), other > 0.985, tacit], ["refused", "withdrawn", "tacit"], "authorised"
    )
    days = np.where(
        tacit & (status == "tacit"), limit, draws.between("decided after", 1, np.maximum(limit, 1), case)
    )
    decided = np.where(caught, np.minimum(closed, filed + limit * _DAY), filed + days * _DAY)
    waits = decided > until
    granted = np.isin(status, ["authorised", "tacit"]) & ~waits
    part = np.where(
        draws.chance("cut", 0.06, case) & (status == "authorised"),
        0.6 + 0.35 * draws.uniform("cut by", case),
        1.0,
    )
    asked["status"] = np.where(waits, "pending", status)
    asked["decided_on"] = np.where(waits, np.datetime64("NaT", "D"), decided)
    asked["granted"] = granted
    asked["hours_authorised"] = np.where(granted, np.rint(asked["hours"] * part), np.nan)
    asked["headcount_authorised"] = pd.array(np.where(granted, asked["covered"], -1), dtype="Int64")
    asked.loc[~granted, "headcount_authorised"] = pd.NA
    return asked


def used(asked: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Add hours_used, headcount_used and amount_used: totals of the claims filed on each request."""
    groups = claims.groupby("request_id")
    totals = pd.DataFrame(
        {
            "hours_used": groups["idle_hours"].sum().round(2),
            "headcount_used": groups["employees"].max(),
            "amount_used": (groups["paid_cents"].sum() / 100).round(2),
        }
    )
    joined = totals.reindex(asked["request_id"])
    for name in totals.columns:
        asked[name] = joined[name].fillna(0).to_numpy()
    return asked

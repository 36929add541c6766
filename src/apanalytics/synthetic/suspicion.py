"""The cases as inspectors see them: amounts, dates, and the score of the rough rules of their plan."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.claims import Country
from apanalytics.synthetic.draws import Floats
from apanalytics.synthetic.truth import truth

_DAY = np.timedelta64(1, "D")


def request_cases(country: Country, asked: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the truth about requests, and the cases that `inspectors.inspect` reads."""
    paid = (asked["rate"] * asked["hours"]).round().astype("int64").to_numpy()
    due = (asked["due_rate"] * asked["due_hours"]).round().astype("int64").to_numpy()
    kind = asked["kind"].to_numpy()
    right = truth("authorisation", asked["request_id"], kind, paid, due, country.settings)
    filed, plan = asked["filed_on"].to_numpy("datetime64[D]"), _plan(asked["filed_on"], country)
    drawn = filed + country.draws.between("request drawn", 0, 1, asked["case"]) * _DAY
    rule = rule_for_requests(asked, country.places, plan)
    return right, _cases(asked, asked["request_id"], "A", drawn, plan, rule, paid, right)


def claim_cases(country: Country, claims: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the truth about claims, and the cases that `inspectors.inspect` reads, with their `paid_on`."""
    draws, case = country.draws, claims["case"].to_numpy()
    paid, due = claims["paid_cents"].to_numpy(), claims["due_cents"].to_numpy()
    kind = claims["kind"].to_numpy()
    right = truth("payment", claims["claim_id"], kind, paid, due, country.settings)
    filed, plan = claims["filed_on"].to_numpy("datetime64[D]"), _plan(claims["filed_on"], country)
    paid_on = filed + draws.between("paid after", 5, 20, case) * _DAY
    after = paid_on + draws.between("claim drawn after payment", 15, 90, case) * _DAY
    drawn = np.where(plan == 1, filed + draws.between("claim drawn", 1, 4, case) * _DAY, after)
    rule = rule_for_claims(claims, plan)
    cases = _cases(claims, claims["claim_id"], "P", drawn, plan, rule, paid, right)
    return right, cases.assign(paid_on=paid_on)


def _plan(filed_on: pd.Series, country: Country) -> np.ndarray:
    second = np.datetime64(country.settings.inspection.second_plan, "D")
    return (filed_on.to_numpy("datetime64[D]") >= second).astype(np.int64)


def _cases(
    table: pd.DataFrame,
    case_id: pd.Series,
    letter: str,
    drawn: np.ndarray,
    plan: np.ndarray,
    rule: np.ndarray,
    paid: np.ndarray,
    right: pd.DataFrame,
) -> pd.DataFrame:
    """What `inspect` reads, of either stage."""
    month = np.datetime_as_string(drawn.astype("datetime64[M]"))
    return pd.DataFrame(
        {
            "case_id": case_id.to_numpy(),
            "key": table["case"].to_numpy(),
            "department": table["department"].to_numpy(),
            "campaign_id": letter
            + "-"
            + table["department"].to_numpy().astype(str).astype(object)
            + "-"
            + month.astype(object),
            "filed_on": table["filed_on"].to_numpy(),
            "drawn_on": drawn,
            "plan": plan,
            "rule": rule,
            "amount": paid / 100,
            "nonconforming": right["nonconforming"].to_numpy(),
            "deliberate": right["deliberate"].to_numpy(),
            "kind": np.where(right["kind"].notna(), table["kind"].to_numpy(), -1),
            "undue": right["undue_amount"].to_numpy(),
        }
    )


def rule_for_requests(asked: pd.DataFrame, places: pd.DataFrame, plan: np.ndarray) -> Floats:
    """Return the inspectors' own score of requests; the second plan has headcounts beside them."""
    of = places.iloc[asked["place"]]
    near = asked["hours"] / asked["legal_hours"]
    young = (asked["filed_on"] - pd.to_datetime(of["created_on"]).to_numpy()).dt.days < 365
    new_account = (asked["filed_on"] - asked["account_created_on"]).dt.days < 4
    plain = 1.2 * (near > 1.0) + 0.5 * (near > 0.9) + 0.8 * young + 0.3 * new_account
    late = (asked["filed_on"] - asked["starts_on"]).dt.days > asked["filing_days"] + 5
    more = asked["headcount"] > 1.15 * of["size"].to_numpy() + 1
    return np.asarray(plain + 0.8 * late + np.where(plan == 1, 1.2, 0.4) * more, dtype=np.float64)


def rule_for_claims(claims: pd.DataFrame, plan: np.ndarray) -> Floats:
    """Return the inspectors' own score of claims; the second plan has payroll beside them."""
    gap = claims["idle_hours"] > 1.1 * claims["shown_hours"] + 5
    absent = claims["unlisted"] > 0.1 * claims["employees"]
    plain = 0.7 * (claims["full_share"] > 0.8) + 0.8 * (claims["mean_wage"] > 24) + 0.6 * claims["repeated"]
    return np.asarray(
        plain + np.where(plan == 1, 1.1, 0.2) * gap + np.where(plan == 1, 0.9, 0.2) * absent, dtype=np.float64
    )

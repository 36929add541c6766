"""From the generator's frames to the columns of the contract."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.agreements import numbered
from apanalytics.synthetic.asking import structural_overtime
from apanalytics.synthetic.conduct import UNUSUAL
from apanalytics.synthetic.deadlines import says_arranged
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import REGIMES
from apanalytics.synthetic.names import hex_keys
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.papers import committed, overtime_agreed_on

_DAY = np.timedelta64(1, "D")
_SCHEMES = np.array(["general", "protected", "closed", "general", "general", "general"], dtype=object)
_FORGETS = 0.6
"""Share of the requests that leave out the long arrangement of working time; the last of each says it."""
_NO_DAY = np.datetime64("NaT", "D")

ESTABLISHMENTS = (
    "siret", "siren", "name", "is_head_office", "department", "region", "naf", "legal_category",
    "size_class", "is_employer", "created_on", "closed_on", "known_on",
)  # fmt: skip


def identify(
    asked: pd.DataFrame, places: pd.DataFrame, wave: Wave, draws: Draws, settings: Settings
) -> pd.DataFrame:
    """Add to requests their identifiers and what only files hold: accounts, opinions, commitments."""
    of, case = places.iloc[asked["place"]].reset_index(drop=True), asked["case"].to_numpy()
    department = of["department"].str.replace("A", "1").str.replace("B", "2").str.zfill(3)
    asked["request_id"] = department + np.char.mod("%08d", asked["number"].to_numpy())
    asked["siret"], asked["department"] = of["siret"], of["department"]
    asked["account_created_on"] = _accounts(asked, of, draws, settings)
    asked["bank_key"], asked["email_key"], asked["filer_id"] = of["bank"], of["email"], of["filer_id"]
    asked["scheme"] = np.where(asked["apld"], "APLD", "APDC")
    again = asked.duplicated("uid").to_numpy()
    asked["prior_use"] = np.where(again, 2, np.where(draws.chance("prior unknown", 0.2, case), 3, 1))
    promised = again & committed(of["kind"].to_numpy(), case, draws)
    asked["commitments"] = pd.array(np.where(again, promised, False), dtype="boolean")
    large = asked["company_headcount"].to_numpy() >= settings.economy.large_from
    opinion = np.array([1, 2, 0])[draws.pick("opinion", [0.84, 0.05, 0.11], case)]
    asked["council_opinion"] = np.where(
        large, opinion, np.where(draws.chance("opinion blank", 0.15, case), 0, 3)
    )
    asked["agreement_id"] = numbered(asked, draws, settings)
    uid, agreed = of["uid"].to_numpy(), structural_overtime(of, draws, settings)
    asked["overtime_agreement_on"] = overtime_agreed_on(agreed, uid, draws, settings)
    last = ~asked.duplicated("uid", keep="last").to_numpy()
    ticks = last | ~draws.chance("forgets to tick", _FORGETS, case)
    asked["working_time_over_6_months"] = says_arranged(uid, draws, settings) & ticks
    amends = pd.Index(asked["case"]).get_indexer(asked["amends"])
    named = (amends >= 0) & ~draws.chance("amends no number", settings.crisis.amends_no_number, case)
    asked["amends_request_id"] = asked["request_id"].to_numpy()[amends]
    asked["amends_request_id"] = asked["amends_request_id"].where(named)
    return asked


def _accounts(asked: pd.DataFrame, of: pd.DataFrame, draws: Draws, settings: Settings) -> np.ndarray:
    uid = of["uid"].to_numpy()
    first = asked.groupby("uid")["filed_on"].transform("min").to_numpy("datetime64[D]")
    old = draws.chance("old account", settings.economy.account_before_2020, uid) & ~np.isin(
        of["kind"], UNUSUAL
    )
    eve = first - draws.below("account eve", 12, uid) * _DAY
    usurped = first - draws.below("account eve", 2, uid) * _DAY
    created = of["created_on"].to_numpy("datetime64[D]") + 30 * _DAY
    long_ago = np.minimum(first - draws.between("account age", 200, 1800, uid) * _DAY, first)
    drawn = np.where(np.isin(of["kind"], UNUSUAL), usurped, np.where(old, np.maximum(long_ago, created), eve))
    return np.asarray(np.minimum(drawn, first))


def requests_table(asked: pd.DataFrame) -> pd.DataFrame:
    """Return the canonical `requests`."""
    table = asked.rename(columns={"covered": "covered_headcount"})
    table["hourly_rate"] = table["rate"] / 100
    table["amount"] = (table["rate"] * table["hours"]).round() / 100
    table["sector_scheme"] = _SCHEMES[table["regime"]]
    table["date_basis"] = "filed"
    known = table["amends_request_id"].isin(table["request_id"])
    table["amends_request_id"] = table["amends_request_id"].where(known)
    table["status_on"] = table["decided_on"].fillna(table["filed_on"])
    columns = (
        "request_id", "siret", "scheme", "motive", "scope", "prior_use", "council_opinion", "filed_on",
        "status_on", "date_basis", "starts_on", "ends_on", "company_headcount", "headcount",
        "covered_headcount", "hours", "amount", "hours_authorised", "headcount_authorised", "hourly_rate",
        "hours_used", "headcount_used", "amount_used", "sector_scheme", "filer_id", "account_created_on",
        "bank_key", "email_key", "commitments", "amends_request_id", "agreement_id",
        "overtime_agreement_on", "working_time_over_6_months", "status", "decided_on",
    )  # fmt: skip
    return table[list(columns)]


def events_table(asked: pd.DataFrame) -> pd.DataFrame:
    """Return the canonical `request_events`: the filing, then the decision."""
    amount = (asked["rate"] * asked["hours"]).round() / 100
    state = {
        "request_id": asked["request_id"],
        "covered_headcount": asked["covered"],
        "hours": asked["hours"],
        "amount": amount,
    }
    filed = pd.DataFrame({**state, "known_on": asked["filed_on"], "status": "pending"})
    decided = pd.DataFrame({**state, "known_on": asked["decided_on"], "status": asked["status"]})
    decided = decided[asked["decided_on"].notna() & (asked["decided_on"] > asked["filed_on"])]
    return pd.concat([filed, decided], ignore_index=True)


def identify_claims(
    claims: pd.DataFrame, asked: pd.DataFrame, country_wave: Wave, draws: Draws, settings: Settings
) -> pd.DataFrame:
    """Add to claims their identifiers, SIRET, month and the account they are paid to."""
    of = asked.iloc[claims["request"]].reset_index(drop=True)
    month = country_wave.months[claims["window"]]
    claims["request_id"], claims["siret"], claims["department"] = (
        of["request_id"],
        of["siret"],
        of["department"],
    )
    suffix = np.where(claims["again"] > 0, "-2", "")
    claims["claim_id"] = of["request_id"] + "-" + np.datetime_as_string(month) + suffix
    claims["on_month"] = month.astype("datetime64[D]")
    uid = claims["uid"].to_numpy()
    changes = draws.chance("bank changed", settings.economy.bank_changed, uid)
    since = draws.below("bank changed in", len(country_wave.months), uid)
    other = hex_keys(draws.bits("next bank", uid))
    claims["bank_key"] = np.where(changes & (claims["window"] >= since), other, of["bank_key"])
    return claims


def claims_table(claims: pd.DataFrame) -> pd.DataFrame:
    """Return the canonical `claims`."""
    return pd.DataFrame(
        {
            "claim_id": claims["claim_id"],
            "request_id": claims["request_id"],
            "siret": claims["siret"],
            "month": claims["on_month"],
            "filed_on": claims["filed_on"],
            "employees": claims["employees"],
            "idle_hours": claims["idle_hours"],
            "amount": claims["paid_cents"] / 100,
            "regime": np.array(REGIMES, dtype=object)[claims["claimed_regime"]],
            "bank_key": claims["bank_key"],
            "paid_on": claims["paid_on"],
            "date_basis": "filed",
        }
    )


def successions_table(places: pd.DataFrame, wave: Wave, until: np.datetime64, draws: Draws) -> pd.DataFrame:
    """Return the canonical `successions` of establishments that moved in the window."""
    moved = places[places["moved"] < len(wave.months)]
    day = (wave.months[0] + moved["moved"].to_numpy()).astype("datetime64[D]")
    known = day + draws.between("succession known", 10, 80, moved["uid"]) * _DAY
    table = pd.DataFrame({"predecessor": moved["siret"], "successor": moved["next_siret"], "known_on": known})
    return table[(table["known_on"] <= until).to_numpy()]

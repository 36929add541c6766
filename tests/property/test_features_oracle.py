"""Core features against a reference in plain Python: loops that a clerk could follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from random_country import TODAY, country

from apanalytics.features import features

Row = dict[str, Any]


class Clerk:
    """Reads the rows one by one, and looks at nothing that came after the day."""

    def __init__(self, tables: dict[str, pd.DataFrame], day: date) -> None:
        self.day = day
        self.rows = {
            name: frame.astype(object).where(frame.notna(), None).to_dict("records")
            for name, frame in tables.items()
        }

    def known(self, table: str, when: str) -> list[Row]:
        return [row for row in self.rows[table] if row[when] is not None and row[when] <= self.day]

    def dsn(self, siret: str) -> dict[int, Row]:
        """The latest version known of each payroll month of an establishment, by month number."""
        latest: dict[int, Row] = {}
        for row in sorted(self.known("payroll_months", "received_on"), key=lambda row: row["received_on"]):
            if row["siret"] == siret:
                latest[number(row["month"])] = row
        return latest

    def state(self, request: Row) -> str:
        """Status of a request as known on the day."""
        events = [
            e for e in self.known("request_events", "known_on") if e["request_id"] == request["request_id"]
        ]
        if events:
            return str(max(events, key=lambda event: event["known_on"])["status"])
        decided = request["decided_on"]
        return str(request["status"]) if decided is not None and decided <= self.day else "pending"


def number(month: date) -> int:
    return month.year * 12 + month.month


def employees_over_dsn_gap(clerk: Clerk, claim: Row) -> int | None:
    month = clerk.dsn(claim["siret"]).get(number(claim["month"]))
    return None if month is None else claim["employees"] - month["headcount"]


def time_over_contract_hours(clerk: Clerk, claim: Row) -> float | None:
    month = clerk.dsn(claim["siret"]).get(number(claim["month"]))
    if month is None:
        return None
    used = month["worked_hours"] + month["leave_hours"] + month["suspended_hours"]
    return float(claim["idle_hours"] + used - month["contract_hours"])


def headcount_over_dsn_gap(clerk: Clerk, request: Row) -> int | None:
    start = number(request["starts_on"])
    last_month = min(start, number(clerk.day) - 1)
    months = clerk.dsn(request["siret"])
    within = [m for m in months if m <= start and (last_month - 12 <= m <= last_month or start - 6 <= m)]
    return request["headcount"] - months[max(within)]["headcount"] if within else None


def hours_claimed_so_far(clerk: Clerk, claim: Row) -> float | None:
    if claim["request_id"] is None:
        return None
    latest: dict[int, Row] = {}
    for other in sorted(
        clerk.known("claims", "filed_on"), key=lambda row: (row["filed_on"], row["idle_hours"])
    ):
        if other["request_id"] == claim["request_id"] and number(other["month"]) <= number(claim["month"]):
            latest[number(other["month"])] = other
    latest[number(claim["month"])] = claim
    return float(sum(row["idle_hours"] for row in latest.values()))


def bank_other_sirens(clerk: Clerk, case: Row) -> int | None:
    if case["bank_key"] is None:
        return None
    uses = [*clerk.known("requests", "filed_on"), *clerk.known("claims", "filed_on")]
    return len(
        {row["siret"][:9] for row in uses if row["bank_key"] == case["bank_key"]} - {case["siret"][:9]}
    )


def overlapping_requests(clerk: Clerk, request: Row) -> int:
    return sum(
        other["siret"] == request["siret"]
        and other["request_id"] != request["request_id"]
        and other["amends_request_id"] != request["request_id"]
        and request["amends_request_id"] != other["request_id"]
        and other["starts_on"] <= request["ends_on"]
        and other["ends_on"] >= request["starts_on"]
        and clerk.state(other) not in ("refused", "withdrawn")
        for other in clerk.known("requests", "filed_on")
    )


def rolling_months(clerk: Clerk, request: Row) -> float | None:
    if max(request["filed_on"], request["starts_on"]) < date(2021, 7, 1):
        return None
    if request["scheme"] != "APDC" or request["motive"] == 3:
        return None
    own = (request["ends_on"] - request["starts_on"]).days + 1
    end = pd.Timestamp(request["ends_on"]) + pd.Timedelta(days=1)
    first = max((end - pd.DateOffset(months=12)).date(), date(2021, 7, 1))
    days: set[date] = set()
    for other in clerk.known("requests", "filed_on"):
        alone = {**other, "starts_on": request["starts_on"], "ends_on": request["ends_on"]}
        if overlapping_requests(_with(clerk, alone), request) == 0:
            continue
        day = max(other["starts_on"], first)
        while day <= min(other["ends_on"], request["starts_on"] - timedelta(days=1)):
            days.add(day)
            day += timedelta(days=1)
    return (own + len(days)) / 30.436875


def _with(clerk: Clerk, request: Row) -> Clerk:
    """The same clerk with one request only on his desk."""
    alone = Clerk.__new__(Clerk)
    alone.day, alone.rows = clerk.day, {**clerk.rows, "requests": [request]}
    return alone


def earlier_findings(clerk: Clerk, case: Row) -> int:
    sirens = {("authorisation", r["request_id"]): r["siret"][:9] for r in clerk.known("requests", "filed_on")}
    sirens |= {("payment", c["claim_id"]): c["siret"][:9] for c in clerk.known("claims", "filed_on")}
    own = ("payment", case["claim_id"]) if "claim_id" in case else ("authorisation", case["request_id"])
    return sum(
        control["outcome"] in ("error", "deliberate_suspected")
        and (control["stage"], control["case_id"]) != own
        and sirens.get((control["stage"], control["case_id"])) == case["siret"][:9]
        for control in clerk.known("controls", "closed_on")
    )


BOTH: dict[str, Callable[[Clerk, Row], object]] = {
    "bank_other_sirens": bank_other_sirens,
    "earlier_findings": earlier_findings,
}
AUTHORISATION = {
    **BOTH,
    "headcount_over_dsn_gap": headcount_over_dsn_gap,
    "overlapping_requests": overlapping_requests,
    "rolling_months": rolling_months,
}
PAYMENT = {
    "earlier_findings": earlier_findings,
    "employees_over_dsn_gap": employees_over_dsn_gap,
    "time_over_contract_hours": time_over_contract_hours,
    "hours_claimed_so_far": hours_claimed_so_far,
}


def disagreements(
    seed: int, stage: str, references: dict[str, Callable[[Clerk, Row], object]]
) -> list[object]:
    tables = country(seed)
    frame, clerk = features(tables, stage, as_of=TODAY), Clerk(tables, TODAY)
    table, key = ("requests", "request_id") if stage == "authorisation" else ("claims", "claim_id")
    found = []
    for case in clerk.known(table, "filed_on"):
        for name, reference in references.items():
            sql, plain = frame.loc[case[key], name], reference(clerk, case)
            both_unknown = pd.isna(sql) and plain is None
            if not both_unknown and (pd.isna(sql) or plain is None or abs(sql - plain) > 1e-6):
                found.append((case[key], name, sql, plain))
    return found


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_features_of_requests_agree_with_the_clerk(seed: int) -> None:
    assert disagreements(seed, "authorisation", AUTHORISATION) == []


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_features_of_claims_agree_with_the_clerk(seed: int) -> None:
    assert disagreements(seed, "payment", PAYMENT) == []

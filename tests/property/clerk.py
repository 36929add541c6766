"""A clerk who computes core features by hand: loops over rows, and nothing that came after the day."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd

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

    def request_of(self, claim: Row) -> Row | None:
        """The request of a claim, where it was known on the day."""
        known = self.known("requests", "filed_on")
        return next((row for row in known if row["request_id"] == claim["request_id"]), None)

    def place(self, siret: str, day: date) -> Row | None:
        """The version of an establishment that was known on a day."""
        start = date(1900, 1, 1)
        rows = [row for row in self.rows["establishments"] if row["siret"] == siret]
        rows = [row for row in rows if (row["known_on"] or start) <= day]
        return max(rows, key=lambda row: row["known_on"] or start, default=None)

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
    return _gap_at_request(clerk, request, min(start, number(clerk.day) - 1))


def headcount_over_dsn_gap_of_claim(clerk: Clerk, claim: Row) -> int | None:
    request = clerk.request_of(claim)
    return _gap_at_request(clerk, request, number(claim["month"])) if request else None


def _gap_at_request(clerk: Clerk, request: Row, last_month: int) -> int | None:
    start = number(request["starts_on"])
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


def bank_other_sirens_of_claim(clerk: Clerk, claim: Row) -> int | None:
    request = clerk.request_of(claim) or {"bank_key": None}
    return bank_other_sirens(clerk, {**claim, "bank_key": claim["bank_key"] or request["bank_key"]})


def overlapping_requests_of_claim(clerk: Clerk, claim: Row) -> int:
    request = clerk.request_of(claim)
    return overlapping_requests(clerk, request) if request else 0


def hours_per_employee(clerk: Clerk, claim: Row) -> float | None:
    return float(claim["idle_hours"] / claim["employees"]) if claim["employees"] else None


def claim_delay_days(clerk: Clerk, claim: Row) -> int:
    last_day = (claim["month"] + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return int((claim["filed_on"] - last_day).days)


def closed_before_period(clerk: Clerk, claim: Row) -> bool | None:
    place = clerk.place(claim["siret"], clerk.day)
    if place is None:
        return None
    closed = place["closed_on"]
    if place["known_on"] is None and closed is not None and closed > clerk.day:
        closed = None
    return closed is not None and closed < claim["month"]


def identical_claims(clerk: Clerk, claim: Row) -> int:
    same = ("siret", "month", "request_id", "employees", "idle_hours")
    others = clerk.known("claims", "filed_on")
    return sum(all(other[name] == claim[name] for name in same) for other in others) - 1


def persons_not_in_dsn(clerk: Clerk, claim: Row) -> int | None:
    payroll = [row for row in clerk.known("payroll", "received_on") if row["month"] == claim["month"]]
    listed = [row["person_key"] for row in clerk.rows["claim_lines"] if row["claim_id"] == claim["claim_id"]]
    if not listed or not any(row["siret"] == claim["siret"] for row in payroll):
        return None
    employed = {row["person_key"] for row in payroll if row["siret"][:9] == claim["siret"][:9]}
    return sum(person not in employed for person in listed)


def peer_hours_z(clerk: Clerk, claim: Row) -> float | None:
    own = _thousandths(claim)
    if own is None:
        return None
    for group in _groups(clerk, claim):
        peers = [
            _thousandths(other)
            for other in clerk.known("claims", "filed_on")
            if other["month"] == claim["month"] and other is not claim and group in _groups(clerk, other)
        ]
        logs = [log for log in peers if log is not None]
        if len(logs) >= 30:
            mean = sum(logs) / len(logs)
            spread = math.sqrt(max(0.0, sum(log * log for log in logs) / len(logs) - mean * mean))
            return (own - mean) / max(50.0, spread)
    return None


def _thousandths(claim: Row) -> int | None:
    if not claim["idle_hours"] > 0 or not claim["employees"] > 0:
        return None
    return math.floor(1000 * math.log(claim["idle_hours"] / claim["employees"]) + 0.5)


def _groups(clerk: Clerk, claim: Row) -> list[tuple[str, ...]]:
    """The groups of peers of a claim, the finest first, as its establishment was known on its filing day."""
    place = clerk.place(claim["siret"], claim["filed_on"]) or {"naf": "", "size_class": "NN"}
    naf, size = place["naf"], place["size_class"]
    return [("class", naf, size), ("division", naf[:2], size), ("division", naf[:2]), ("month",)]


def six(value: float) -> float:
    """Six decimals, halves away from zero: what a feature is delivered with."""
    return math.copysign(math.floor(abs(value) * 1e6 + 0.5) / 1e6, value)


Reference = Callable[[Clerk, Row], float | None]
AUTHORISATION: dict[str, Reference] = {
    "bank_other_sirens": bank_other_sirens,
    "earlier_findings": earlier_findings,
    "headcount_over_dsn_gap": headcount_over_dsn_gap,
    "overlapping_requests": overlapping_requests,
    "rolling_months": rolling_months,
}
PAYMENT: dict[str, Reference] = {
    "hours_per_employee": hours_per_employee,
    "closed_before_period": closed_before_period,
    "claim_delay_days": claim_delay_days,
    "headcount_over_dsn_gap": headcount_over_dsn_gap_of_claim,
    "overlapping_requests": overlapping_requests_of_claim,
    "bank_other_sirens": bank_other_sirens_of_claim,
    "earlier_findings": earlier_findings,
    "peer_hours_z": peer_hours_z,
    "hours_claimed_so_far": hours_claimed_so_far,
    "employees_over_dsn_gap": employees_over_dsn_gap,
    "time_over_contract_hours": time_over_contract_hours,
    "identical_claims": identical_claims,
    "persons_not_in_dsn": persons_not_in_dsn,
}
"""A feature of each of the twelve core steps."""


def disagreements(
    tables: dict[str, pd.DataFrame], frame: pd.DataFrame, stage: str, day: date
) -> list[tuple[str, str, object, object]]:
    """Case, feature, what a frame of features says, and what the clerk says, where they are not the same."""
    clerk = Clerk(tables, day)
    table, key = ("requests", "request_id") if stage == "authorisation" else ("claims", "claim_id")
    found = []
    for case in clerk.known(table, "filed_on"):
        for name, reference in (AUTHORISATION if stage == "authorisation" else PAYMENT).items():
            sql, plain = frame.loc[case[key], name], reference(clerk, case)
            both_unknown = pd.isna(sql) and plain is None
            if not both_unknown and (pd.isna(sql) or plain is None or abs(float(sql) - six(plain)) > 1e-9):
                found.append((case[key], name, sql, plain))
    return found

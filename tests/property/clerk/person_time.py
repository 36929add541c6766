"""The hours of a claim's employees: with all employers in the month, and with the firm in the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apanalytics import law

from .desk import Case, Clerk, Row, number
from .legal_time import calendar_hours
from .lists import lines
from .persons import claimed
from .registry import claim_only, total


@dataclass(frozen=True)
class Time:
    """Hours of a person with a firm in a month."""

    person: str
    siren: str
    month: int
    idle: float
    in_all: float


def time(row: Row, siret: str, month: date) -> Time:
    used = row["idle_hours"] + row["worked_hours"]
    return Time(row["person_key"], siret[:9], number(month), row["idle_hours"], used)


def claims_in_order(clerk: Clerk) -> list[Row]:
    return sorted(clerk.known("claims"), key=lambda row: (row["asked_on"], row["claim_id"]))


def _listed(clerk: Clerk) -> list[Time]:
    """Times of the nominative lists, the last claim that has one of each firm, request and month."""
    latest = {}
    for claim in claims_in_order(clerk):
        found = [row for row in clerk.tables["claim_lines"] if row["claim_id"] == claim["claim_id"]]
        if found:
            latest[claim["siret"][:9], claim["request_id"], claim["month"]] = claim, found
    return [time(row, claim["siret"], claim["month"]) for claim, found in latest.values() for row in found]


def _paid(clerk: Clerk) -> list[Time]:
    """Times of the payroll."""
    rows = clerk.last_versions("payroll", "siret", "month", "person_key", "contract_id")
    return [time(row, row["siret"], row["month"]) for row in rows]


def times(clerk: Clerk, case: Case) -> list[list[Time]]:
    """The times of each employee paid for, of the lists, or of the payroll where the claim has none."""
    every = _listed(clerk) if lines(clerk, case) else _paid(clerk)
    return [[time for time in every if time.person == person] for person in claimed(clerk, case)]


def beyond_full_time(persons: list[list[Time]], case: Case) -> list[float] | None:
    """Hours beyond the legal month of each employee whom other firms claim or pay too."""
    found, legal = [], calendar_hours(case.first, case.last)
    if not persons or legal is None:
        return None
    for person in persons:
        month = [time for time in person if time.month == case.month]
        if any(time.siren != case.siren and time.in_all > 0 for time in month):
            found.append(max(0.0, sum(time.in_all for time in month) - legal))
    return found


def over_contingent(persons: list[list[Time]], case: Case) -> list[float]:
    """Idle hours of the year with the firm less the contingent, by employee."""
    contingent = float(law.parameter("procedure.annual_contingent").on(case.first))
    year = case.first.year
    return [
        sum(time.idle for time in person if time.siren == case.siren and (time.month - 1) // 12 == year)
        - contingent
        for person in persons
    ]


@claim_only
def persons_over_full_time(clerk: Clerk, case: Case) -> int | None:
    beyond = beyond_full_time(times(clerk, case), case)
    return None if beyond is None else sum(hours > 0 for hours in beyond)


@claim_only
def time_over_full_time_hours(clerk: Clerk, case: Case) -> float | None:
    beyond = beyond_full_time(times(clerk, case), case)
    return None if beyond is None else total(beyond)


@claim_only
def persons_over_contingent(clerk: Clerk, case: Case) -> int | None:
    excess = over_contingent(times(clerk, case), case)
    return sum(hours > 0 for hours in excess) if excess else None


@claim_only
def most_over_contingent_hours(clerk: Clerk, case: Case) -> float | None:
    return max(over_contingent(times(clerk, case), case), default=None)

"""The hours of a claim's employees: with all employers in the month, and with the firm in the year."""

from __future__ import annotations

from dataclasses import dataclass

from apanalytics import law

from .desk import Case, Clerk
from .legal_time import calendar_hours
from .lists import lines
from .persons import claimed
from .registry import claim_only


@dataclass(frozen=True)
class Time:
    """Hours of a person with a firm in a month."""

    person: str
    siren: str
    month: int
    idle: float
    in_all: float


def _listed(clerk: Clerk) -> list[Time]:
    """Times of the nominative lists, the last claim known of each request and month."""
    latest = {}
    for claim in sorted(clerk.known("claims"), key=lambda row: (row["asked_on"], row["claim_id"])):
        latest[claim["siret"][:9], claim["request_id"], claim["month"]] = claim
    by_id = {claim["claim_id"]: claim for claim in latest.values()}
    return [
        Time(
            *(line["person_key"], claim["siret"][:9], claim["month"].year * 12 + claim["month"].month),
            *(line["idle_hours"], line["idle_hours"] + line["worked_hours"]),
        )
        for line in clerk.tables["claim_lines"]
        if (claim := by_id.get(line["claim_id"])) is not None
    ]


def _paid(clerk: Clerk) -> list[Time]:
    """Times of the payroll."""
    return [
        Time(
            *(row["person_key"], row["siret"][:9], row["month"].year * 12 + row["month"].month),
            *(row["idle_hours"], row["idle_hours"] + row["worked_hours"]),
        )
        for row in clerk.last_versions("payroll", "siret", "month", "person_key", "contract_id")
    ]


def _times(clerk: Clerk, case: Case) -> list[list[Time]]:
    """The times of each employee paid for, of the lists, or of the payroll where the claim has none."""
    times = _listed(clerk) if lines(clerk, case) else _paid(clerk)
    return [[time for time in times if time.person == person] for person in claimed(clerk, case)]


def _beyond(clerk: Clerk, case: Case) -> list[float] | None:
    """Hours beyond the legal month of each employee whom other firms claim or pay too."""
    found, legal = [], calendar_hours(case.first, case.last)
    if legal is None:
        return None
    for times in _times(clerk, case):
        month = [time for time in times if time.month == case.month]
        if any(time.siren != case.siren and time.in_all > 0 for time in month):
            found.append(max(0.0, sum(time.in_all for time in month) - legal))
    return found if claimed(clerk, case) else None


@claim_only
def persons_over_full_time(clerk: Clerk, case: Case) -> int | None:
    beyond = _beyond(clerk, case)
    return None if beyond is None else sum(hours > 0 for hours in beyond)


@claim_only
def time_over_full_time_hours(clerk: Clerk, case: Case) -> float | None:
    beyond = _beyond(clerk, case)
    return None if beyond is None else float(sum(beyond))


def _over_contingent(clerk: Clerk, case: Case) -> list[float]:
    """Idle hours of the year with the firm less the contingent, by employee."""
    contingent = float(law.parameter("procedure.annual_contingent").on(case.first, clerk.day))
    year = case.first.year
    return [
        sum(t.idle for t in times if t.siren == case.siren and (t.month - 1) // 12 == year) - contingent
        for times in _times(clerk, case)
    ]


@claim_only
def persons_over_contingent(clerk: Clerk, case: Case) -> int | None:
    excess = _over_contingent(clerk, case)
    return sum(hours > 0 for hours in excess) if excess else None


@claim_only
def most_over_contingent_hours(clerk: Clerk, case: Case) -> float | None:
    return max(_over_contingent(clerk, case), default=None)

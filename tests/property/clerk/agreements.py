"""The idle hours of a long-term scheme against the whole of its agreement."""

from __future__ import annotations

from datetime import date

from apanalytics import law

from .desk import Case, Clerk, Row, number
from .registry import claim_only, over

LONG_TERM = ("APLD", "APLD_R")
NEUTRAL = date(2020, 11, 1), date(2021, 6, 30)
"""Left out of the agreements by the arrêté of 9 April 2021."""


def _agreement(clerk: Clerk, case: Case) -> Row | None:
    """The agreement of the establishment that covers the month, the one of the request if it names one."""
    if case.asked("scheme") not in LONG_TERM:
        return None
    named = case.asked("agreement_id")
    found = [
        row
        for row in clerk.known("agreements")
        if row["siret"] == case.siret
        and (named is None or row["agreement_id"] == named)
        and row["starts_on"] <= case.last
        and row["ends_on"] >= case.first
    ]
    return max(found, key=lambda row: row["starts_on"], default=None)


@claim_only
def agreement_max_reduction(clerk: Clerk, case: Case) -> float | None:
    agreement = _agreement(clerk, case)
    return None if agreement is None else agreement["max_reduction"]


def _claimed_so_far(clerk: Clerk, case: Case, agreement: Row) -> list[Row]:
    """The last claim known of each month and long-term request of the establishment, up to the case's month;
    of several of one day, the larger figures."""
    of_day: dict[tuple[str, int], list[Row]] = {}
    for claim in sorted(clerk.known("claims"), key=lambda row: row["asked_on"]):
        request, what = clerk.requests.get(claim["request_id"]), (claim["request_id"], number(claim["month"]))
        if request is None or request["siret"] != case.siret or request["scheme"] not in LONG_TERM:
            continue
        if number(NEUTRAL[0]) <= what[1] <= number(NEUTRAL[1]):
            continue
        if number(agreement["starts_on"]) <= what[1] <= case.month:
            same_day = [row for row in of_day.get(what, []) if row["asked_on"] == claim["asked_on"]]
            of_day[what] = [*same_day, claim]
    largest = ("idle_hours", "employees")
    return [{name: max(row[name] for row in rows) for name in largest} for rows in of_day.values()]


def _hours_that_count(first: date, last: date) -> float:
    """Legal hours of an agreement's days without those of the neutralised months."""
    whole = float(law.legal_hours(first, last))
    begin, end = max(first, NEUTRAL[0]), min(last, NEUTRAL[1])
    return whole - float(law.legal_hours(begin, end)) if begin <= end else whole


@claim_only
def agreement_reduction_share(clerk: Clerk, case: Case) -> float | None:
    agreement = _agreement(clerk, case)
    if agreement is None:
        return None
    claims = _claimed_so_far(clerk, case, agreement)
    legal = _hours_that_count(agreement["starts_on"], agreement["ends_on"])
    employees = max((claim["employees"] for claim in claims), default=0)
    return over(sum(claim["idle_hours"] for claim in claims), employees * legal)


@claim_only
def agreement_reduction_over_max_ratio(clerk: Clerk, case: Case) -> float | None:
    agreement = _agreement(clerk, case)
    if agreement is None:
        return None
    largest = agreement["max_reduction"] or float(
        law.parameter("apld.max_reduction").on(agreement["starts_on"])
    )
    return over(agreement_reduction_share(clerk, case), largest)

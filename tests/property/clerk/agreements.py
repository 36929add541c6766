"""The idle hours of a long-term scheme against the whole of its agreement."""

from __future__ import annotations

from apanalytics import law

from .desk import Case, Clerk, Row, number
from .legal_time import calendar_hours
from .registry import claim_only, over


def _agreement(clerk: Clerk, case: Case) -> Row | None:
    """The agreement of the establishment that covers the month, the one of the request if it names one."""
    if case.asked("scheme") not in ("APLD", "APLD_R"):
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
    """The last claim known of each month and long-term request of the establishment, up to the case's."""
    latest: dict[tuple[str, int], Row] = {}
    for claim in sorted(clerk.known("claims"), key=lambda row: (row["asked_on"], row["idle_hours"])):
        request = clerk.requests.get(claim["request_id"])
        within = number(agreement["starts_on"]) <= number(claim["month"]) <= case.month
        if request and request["scheme"] in ("APLD", "APLD_R") and claim["siret"] == case.siret and within:
            latest[claim["request_id"], number(claim["month"])] = claim
    latest[case.row["request_id"], case.month] = case.row
    return list(latest.values())


@claim_only
def agreement_reduction_share(clerk: Clerk, case: Case) -> float | None:
    agreement = _agreement(clerk, case)
    if agreement is None:
        return None
    claims = _claimed_so_far(clerk, case, agreement)
    legal = calendar_hours(agreement["starts_on"], agreement["ends_on"])
    employees = max(claim["employees"] for claim in claims)
    return over(sum(claim["idle_hours"] for claim in claims), None if legal is None else employees * legal)


@claim_only
def agreement_reduction_over_max_ratio(clerk: Clerk, case: Case) -> float | None:
    agreement = _agreement(clerk, case)
    if agreement is None:
        return None
    largest = agreement["max_reduction"] or float(
        law.parameter("apld.max_reduction").on(agreement["starts_on"])
    )
    return over(agreement_reduction_share(clerk, case), largest)

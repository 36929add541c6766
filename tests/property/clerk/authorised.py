"""What is claimed so far under a request, against what was authorised."""

from __future__ import annotations

from .desk import Case, Clerk, Row, number
from .registry import claim_only, less, over, say


def requests_of(clerk: Clerk, case: Case) -> list[Row]:
    """The request of a claim, and its amendments that were neither refused nor withdrawn."""
    if case.request is None:
        return []
    amending = [r for r in clerk.requests.values() if r["amends_request_id"] == case.request["request_id"]]
    return [case.request, *(row for row in amending if row["status"] not in ("refused", "withdrawn"))]


def largest(requests: list[Row], authorised: str, asked: str) -> float | None:
    """The most that requests were authorised, or asked while the decision is not known."""
    values = [row[asked] if row[authorised] is None else row[authorised] for row in requests]
    return max(values, default=None)


@claim_only
def hours_authorised(clerk: Clerk, case: Case) -> float | None:
    return largest(requests_of(clerk, case), "hours_authorised", "hours")


@claim_only
def headcount_authorised(clerk: Clerk, case: Case) -> float | None:
    return largest(requests_of(clerk, case), "headcount_authorised", "covered_headcount")


@claim_only
def employees_over_authorised_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(case.employees, say(clerk, case, "headcount_authorised"))


@claim_only
def employees_over_authorised_gap(clerk: Clerk, case: Case) -> float | None:
    return less(case.employees, say(clerk, case, "headcount_authorised"))


def _months(clerk: Clerk, case: Case) -> dict[int, Row]:
    """The last claim known of each month under the request, up to the case's, which says its own."""
    latest: dict[int, Row] = {}
    for claim in sorted(clerk.known("claims"), key=lambda row: (row["asked_on"], row["idle_hours"])):
        if claim["request_id"] == case.row["request_id"] and number(claim["month"]) < case.month:
            latest[number(claim["month"])] = claim
    return {**latest, case.month: case.row}


@claim_only
def hours_claimed_so_far(clerk: Clerk, case: Case) -> float | None:
    if case.row["request_id"] is None:
        return None
    return float(sum(claim["idle_hours"] for claim in _months(clerk, case).values()))


@claim_only
def hours_claimed_over_authorised_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(hours_claimed_so_far(clerk, case), say(clerk, case, "hours_authorised"))


@claim_only
def hours_claimed_over_authorised_hours(clerk: Clerk, case: Case) -> float | None:
    return less(hours_claimed_so_far(clerk, case), say(clerk, case, "hours_authorised"))


@claim_only
def months_claimed(clerk: Clerk, case: Case) -> int:
    return 1 if case.row["request_id"] is None else len(_months(clerk, case))


@claim_only
def use_rate(clerk: Clerk, case: Case) -> float | None:
    hours, elapsed = say(clerk, case, "hours_authorised"), elapsed_share(case)
    if hours is None or elapsed is None:
        return None
    return over(hours_claimed_so_far(clerk, case), hours * max(0.0, elapsed))


def elapsed_share(case: Case) -> float | None:
    """Which share of the period of the request has elapsed by the end of the month; negative before it."""
    if case.request is None:
        return None
    first, last = case.request["starts_on"], case.request["ends_on"]
    return ((min(last, case.last) - first).days + 1) / ((last - first).days + 1)


@claim_only
def month_outside_authorisation(clerk: Clerk, case: Case) -> bool | None:
    if case.request is None:
        return None
    return bool(case.request["starts_on"] > case.last or case.request["ends_on"] < case.first)

"""The dates and pieces of a case against the procedure of its time."""

from __future__ import annotations

from datetime import date, timedelta

from apanalytics import law

from .desk import Case, Clerk, Row
from .registry import claim_only, request_only

MAY_FOLLOW = (3, 5)
"""Motives under which the works council's opinion may follow the request: accidents, exceptional cases."""

GIVEN = (1, 2)
"""Favourable or not; «not applicable» is no opinion in a firm that is large enough."""


def days(since: date | None, until: date | None) -> int | None:
    """Days between two days, where both are known."""
    return None if since is None or until is None else (until - since).days


def _deadlines(request: Row, scheme: str = "APDC") -> law.Deadlines:
    return law.deadlines(
        *(request["asked_on"], request["starts_on"], request["ends_on"], request["motive"], scheme),
        long_arrangement=bool(request["working_time_over_6_months"]),
    )


@request_only
def filing_delay_days(clerk: Clerk, case: Case) -> int | None:
    return days(case.row["starts_on"], case.row["filed_on"])


@request_only
def filing_over_deadline_days(clerk: Clerk, case: Case) -> int | None:
    return days(_deadlines(case.row).file_by, case.row["filed_on"])


@request_only
def longest_authorisation_months(clerk: Clerk, case: Case) -> float:
    return _deadlines(case.row).max_months


@request_only
def period_over_longest_days(clerk: Clerk, case: Case) -> int | None:
    day = max(case.row["asked_on"], case.row["starts_on"])
    long_term_exists = law.parameter("apld.max_reduction").in_force(day)
    if case.row["scheme"] != "APDC" and (case.row["scheme"] is not None or long_term_exists):
        return None
    months = _deadlines(case.row).max_months
    longest = law.add_months(case.row["starts_on"], months) - timedelta(days=1)
    return int((case.row["ends_on"] - longest).days)


@request_only
def council_opinion_missing(clerk: Clerk, case: Case) -> bool | None:
    filed, opinion = case.row["asked_on"], case.row["council_opinion"]
    threshold = law.parameter("procedure.works_council_threshold").get(filed)
    months = law.parameter("procedure.works_council_opinion_months").get(filed) or 0
    may_follow = case.row["motive"] in MAY_FOLLOW and clerk.day <= law.add_months(filed, int(months))
    small = threshold is not None and case.row["company_headcount"] < threshold
    if small or may_follow or opinion in GIVEN:
        return False
    return None if threshold is None or opinion is None else True


@request_only
def account_age_days(clerk: Clerk, case: Case) -> int | None:
    created = case.row["account_created_on"]
    return None if created is None or created > clerk.day else days(created, case.row["filed_on"])


@request_only
def commitments_given(clerk: Clerk, case: Case) -> bool | None:
    given: bool | None = case.row["commitments"]
    return given


@request_only
def is_amendment(clerk: Clerk, case: Case) -> bool:
    return case.row["amends_request_id"] is not None


@claim_only
def claim_delay_days(clerk: Clerk, case: Case) -> int | None:
    return days(case.last, case.row["filed_on"])


@claim_only
def claim_over_deadline_days(clerk: Clerk, case: Case) -> int | None:
    claim_by = None if case.request is None else _deadlines(case.request).claim_by
    return days(claim_by, case.row["filed_on"])

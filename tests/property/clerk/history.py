"""The other requests of the establishment, as known on the day."""

from __future__ import annotations

from datetime import date, timedelta

from apanalytics import law

from .desk import Case, Clerk, Row
from .registry import both, less, over

MEAN_MONTH = 30.436875
"""Days of a month, on average."""


def neighbours(clerk: Clerk, case: Case) -> list[Row]:
    """Other requests of the establishment, neither refused, withdrawn nor joined by amendment."""
    own = case.request
    assert own is not None
    return [
        other
        for other in clerk.requests.values()
        if other["siret"] == case.siret
        and other["request_id"] != own["request_id"]
        and other["amends_request_id"] != own["request_id"]
        and own["amends_request_id"] != other["request_id"]
        and other["status"] not in ("refused", "withdrawn")
    ]


def _shared_days(case: Case, other: Row) -> int:
    own = case.request
    assert own is not None
    return (min(own["ends_on"], other["ends_on"]) - max(own["starts_on"], other["starts_on"])).days + 1


def _overlapping(clerk: Clerk, case: Case) -> list[Row]:
    return [other for other in neighbours(clerk, case) if _shared_days(case, other) > 0]


@both
def overlapping_requests(clerk: Clerk, case: Case) -> int | None:
    return len(_overlapping(clerk, case)) if case.request else None


@both
def overlap_days(clerk: Clerk, case: Case) -> int | None:
    if case.request is None:
        return None
    return max((_shared_days(case, other) for other in _overlapping(clerk, case)), default=0)


@both
def overlapping_employees_share(clerk: Clerk, case: Case) -> float | None:
    if case.request is None:
        return None
    covered = sum(request["covered_headcount"] for request in [case.request, *_overlapping(clerk, case)])
    return over(covered, case.request["headcount"])


def _limit_day(case: Case) -> date | None:
    """The day whose rolling limit binds the request; none where it is not limited."""
    request = case.request
    if request is None or request["scheme"] != "APDC" or request["motive"] == 3:
        return None
    day: date = max(request["asked_on"], request["starts_on"])
    return day if law.parameter("procedure.rolling_max_months").in_force(day) else None


def _first_counted(request: Row, limited_on: date) -> date:
    """The first day of the rolling window that ends with the request, and that the law counts."""
    ignored = law.parameter("procedure.rolling_ignored_before")
    starts = request["starts_on"]
    before = ignored.value_on(starts if ignored.in_force(starts) else limited_on)
    assert isinstance(before, date)
    window = int(law.parameter("procedure.rolling_window_months").on(limited_on))
    after = request["ends_on"] + timedelta(days=1)
    return max(law.add_months(after, -window), before + timedelta(days=1))


@both
def rolling_months(clerk: Clerk, case: Case) -> float | None:
    own, limited_on = case.request, _limit_day(case)
    if own is None or limited_on is None:
        return None
    days: set[date] = set()
    for other in neighbours(clerk, case):
        day = max(other["starts_on"], _first_counted(own, limited_on))
        while day <= min(other["ends_on"], own["starts_on"] - timedelta(days=1)):
            days.add(day)
            day += timedelta(days=1)
    return ((own["ends_on"] - own["starts_on"]).days + 1 + len(days)) / MEAN_MONTH


@both
def rolling_months_over_limit(clerk: Clerk, case: Case) -> float | None:
    day = _limit_day(case)
    limit = None if day is None else law.parameter("procedure.rolling_max_months").on(day)
    return less(rolling_months(clerk, case), None if limit is None else float(limit))


@both
def earlier_requests_in_commitment_window(clerk: Clerk, case: Case) -> int | None:
    own = case.request
    if own is None:
        return None
    rule = law.parameter("procedure.commitments_months")
    if not rule.in_force(own["asked_on"]):  # before the tables of the law none is asked for
        return 0
    months = int(rule.on(own["asked_on"]))
    since = law.add_months(own["asked_on"], -months)
    return sum(
        other["starts_on"] < own["starts_on"] and other["ends_on"] >= since
        for other in neighbours(clerk, case)
    )

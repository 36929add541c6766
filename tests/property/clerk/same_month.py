"""The other claims of the establishment for the same month, and the working days of that month."""

from __future__ import annotations

from apanalytics import law

from .declared import hours_per_employee
from .desk import Case, Clerk, Row
from .legal_time import day_hours
from .payroll_claimed import idle_over_dsn_hours
from .registry import claim_only, over


def _of_month(clerk: Clerk, case: Case) -> list[Row]:
    claims = clerk.known("claims")
    return [row for row in claims if row["siret"] == case.siret and row["month"] == case.row["month"]]


def _of_other_requests(clerk: Clerk, case: Case) -> list[Row]:
    return [row for row in _of_month(clerk, case) if row["request_id"] != case.row["request_id"]]


@claim_only
def other_request_claims(clerk: Clerk, case: Case) -> int:
    return len(_of_other_requests(clerk, case))


@claim_only
def identical_claims(clerk: Clerk, case: Case) -> int:
    same = ("request_id", "employees", "idle_hours")
    return sum(all(row[name] == case.row[name] for name in same) for row in _of_month(clerk, case)) - 1


@claim_only
def month_employees_share(clerk: Clerk, case: Case) -> float | None:
    claimed = case.employees + sum(row["employees"] for row in _of_other_requests(clerk, case))
    return over(claimed, case.asked("headcount"))


@claim_only
def working_hours(clerk: Clerk, case: Case) -> float:
    return law.working_days(case.first, case.last).working * day_hours(case.first)


@claim_only
def public_holidays(clerk: Clerk, case: Case) -> int:
    return len(law.working_days(case.first, case.last).holidays)


@claim_only
def hours_over_working_days_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(hours_per_employee(clerk, case), working_hours(clerk, case))


@claim_only
def idle_over_dsn_per_holiday_ratio(clerk: Clerk, case: Case) -> float | None:
    holidays = public_holidays(clerk, case)
    return over(idle_over_dsn_hours(clerk, case), holidays * day_hours(case.first) * case.employees)

"""A case against the payroll (DSN) of its establishment, month by month."""

from __future__ import annotations

from .desk import Case, Clerk, Row, first_day, last_day, number
from .registry import both, less, over


def dsn(clerk: Clerk, siret: str) -> dict[int, Row]:
    """The last version known of each payroll month of an establishment, by month."""
    rows = clerk.last_versions("payroll_months", "siret", "month")
    return {number(row["month"]): row for row in rows if row["siret"] == siret}


def own_month(clerk: Clerk, case: Case) -> int:
    """The month claimed; of a request the month of its start, once that can be known."""
    return case.month if case.stage == "payment" else min(case.month, number(clerk.day) - 1)


@both
def dsn_headcount_at_request(clerk: Clerk, case: Case) -> int | None:
    if case.request is None:
        return None
    start, own = number(case.request["starts_on"]), own_month(clerk, case)
    months = dsn(clerk, case.siret)
    before = [month for month in months if month <= start]
    near = [month for month in before if start - 6 <= month or own - 12 <= month <= own]
    return months[max(near)]["headcount"] if near else None


@both
def headcount_over_dsn_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(case.asked("headcount"), dsn_headcount_at_request(clerk, case))


@both
def headcount_over_dsn_gap(clerk: Clerk, case: Case) -> float | None:
    return less(case.asked("headcount"), dsn_headcount_at_request(clerk, case))


@both
def months_since_last_dsn(clerk: Clerk, case: Case) -> int | None:
    own = own_month(clerk, case)
    known = [month for month in dsn(clerk, case.siret) if own - 12 <= month <= own]
    return max(0, min(own, number(clerk.day) - 1) - max(known)) if known else None


def _mean_before(clerk: Clerk, case: Case) -> float | None:
    """Mean headcount of the fourth to sixth months before the request."""
    if case.request is None:
        return None
    start, months = number(case.request["starts_on"]), dsn(clerk, case.siret)
    counts = [months[month]["headcount"] for month in range(start - 6, start - 3) if month in months]
    return sum(counts) / len(counts) if counts else None


@both
def headcount_jump_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(dsn_headcount_at_request(clerk, case), _mean_before(clerk, case))


@both
def headcount_jump_gap(clerk: Clerk, case: Case) -> float | None:
    return less(dsn_headcount_at_request(clerk, case), _mean_before(clerk, case))


@both
def dsn_months_with_staff(clerk: Clerk, case: Case) -> int:
    own = own_month(clerk, case)
    months = dsn(clerk, case.siret).items()
    return sum(row["headcount"] > 0 for month, row in months if own - 12 <= month < own)


@both
def worked_share(clerk: Clerk, case: Case) -> float | None:
    month = dsn(clerk, case.siret).get(own_month(clerk, case))
    return over(month["worked_hours"], month["contract_hours"]) if month else None


def usual_months(clerk: Clerk, case: Case) -> list[Row]:
    """The months of the year before without idle hours, but for a hundredth of those of the contracts."""
    own = own_month(clerk, case)
    year = [row for month, row in dsn(clerk, case.siret).items() if own - 12 <= month < own]
    return [row for row in year if row["idle_hours"] <= row["contract_hours"] / 100 and row["contract_hours"]]


@both
def usual_worked_share(clerk: Clerk, case: Case) -> float | None:
    usual = usual_months(clerk, case)
    worked, contract = (sum(row[name] for row in usual) for name in ("worked_hours", "contract_hours"))
    return over(worked, contract)


@both
def worked_vs_usual_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(worked_share(clerk, case), usual_worked_share(clerk, case))


@both
def dsn_overtime_hours(clerk: Clerk, case: Case) -> float | None:
    month = dsn(clerk, case.siret).get(own_month(clerk, case))
    return None if month is None else month["overtime_hours"]


def _closed_share(clerk: Clerk, case: Case) -> float | None:
    """Which share of the days of the case's month the full closure covers."""
    if case.asked("scope") != 3 or case.request is None:
        return None
    month = own_month(clerk, case)
    first, last = first_day(month), last_day(month)
    shared = (min(case.request["ends_on"], last) - max(case.request["starts_on"], first)).days + 1
    return shared / ((last - first).days + 1) if shared > 0 else None


@both
def closure_worked_hours(clerk: Clerk, case: Case) -> float | None:
    month, closed = dsn(clerk, case.siret).get(own_month(clerk, case)), _closed_share(clerk, case)
    if month is None or closed is None:
        return None
    return max(0.0, month["worked_hours"] - month["contract_hours"] * (1 - closed))


@both
def closure_worked_share(clerk: Clerk, case: Case) -> float | None:
    month, closed = dsn(clerk, case.siret).get(own_month(clerk, case)), _closed_share(clerk, case)
    if month is None or closed is None:
        return None
    return over(closure_worked_hours(clerk, case), month["contract_hours"] * closed)

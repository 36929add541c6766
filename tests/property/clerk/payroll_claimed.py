"""A claim against the payroll (DSN) of its establishment for the same month."""

from __future__ import annotations

from .desk import Case, Clerk
from .payroll_months import dsn
from .registry import claim_only, less, over


def _said(clerk: Clerk, case: Case, *columns: str) -> float | None:
    """The sum of some figures of the payroll of the month, where it is known."""
    month = dsn(clerk, case.siret).get(case.month)
    return None if month is None else sum(month[column] for column in columns)


@claim_only
def dsn_headcount(clerk: Clerk, case: Case) -> float | None:
    return _said(clerk, case, "headcount")


@claim_only
def employees_over_dsn_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(case.employees, dsn_headcount(clerk, case))


@claim_only
def employees_over_dsn_gap(clerk: Clerk, case: Case) -> float | None:
    return less(case.employees, dsn_headcount(clerk, case))


@claim_only
def dsn_contract_hours(clerk: Clerk, case: Case) -> float | None:
    return _said(clerk, case, "contract_hours")


@claim_only
def dsn_worked_hours(clerk: Clerk, case: Case) -> float | None:
    return _said(clerk, case, "worked_hours")


@claim_only
def dsn_leave_hours(clerk: Clerk, case: Case) -> float | None:
    return _said(clerk, case, "leave_hours")


@claim_only
def dsn_suspended_hours(clerk: Clerk, case: Case) -> float | None:
    return _said(clerk, case, "suspended_hours")


@claim_only
def dsn_idle_hours(clerk: Clerk, case: Case) -> float | None:
    return _said(clerk, case, "idle_hours")


def _used(clerk: Clerk, case: Case, *columns: str) -> float | None:
    """Idle hours claimed and other uses of the time."""
    said = _said(clerk, case, *columns)
    return None if said is None else case.hours + said


@claim_only
def time_used_ratio(clerk: Clerk, case: Case) -> float | None:
    used = _used(clerk, case, "worked_hours", "leave_hours")
    return over(used, dsn_contract_hours(clerk, case))


@claim_only
def time_used_with_suspended_ratio(clerk: Clerk, case: Case) -> float | None:
    used = _used(clerk, case, "worked_hours", "leave_hours", "suspended_hours")
    return over(used, dsn_contract_hours(clerk, case))


@claim_only
def time_over_contract_hours(clerk: Clerk, case: Case) -> float | None:
    used = _used(clerk, case, "worked_hours", "leave_hours", "suspended_hours")
    return less(used, dsn_contract_hours(clerk, case))


@claim_only
def idle_over_dsn_hours(clerk: Clerk, case: Case) -> float | None:
    return less(case.hours, dsn_idle_hours(clerk, case))


@claim_only
def idle_over_dsn_share(clerk: Clerk, case: Case) -> float | None:
    return over(idle_over_dsn_hours(clerk, case), case.hours)


@claim_only
def idle_of_contract_share(clerk: Clerk, case: Case) -> float | None:
    return over(case.hours, dsn_contract_hours(clerk, case))

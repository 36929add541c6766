"""A case against the mean headcounts of URSSAF, and whether any source knows an employee."""

from __future__ import annotations

from .desk import Case, Clerk, Row, number
from .payroll_months import dsn, own_month
from .registry import both, less, over


def _means(clerk: Clerk, siret: str) -> dict[int, Row]:
    rows = clerk.last_versions("headcounts", "siret", "month")
    return {number(row["month"]): row for row in rows if row["siret"] == siret}


@both
def urssaf_headcount(clerk: Clerk, case: Case) -> float | None:
    if case.request is None:
        return None
    start, months = number(case.request["starts_on"]), _means(clerk, case.siret)
    near = [month for month in months if start - 6 <= month <= start]
    return months[max(near)]["headcount"] if near else None


@both
def headcount_over_urssaf_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(case.asked("headcount"), urssaf_headcount(clerk, case))


@both
def headcount_over_urssaf_gap(clerk: Clerk, case: Case) -> float | None:
    return less(case.asked("headcount"), urssaf_headcount(clerk, case))


@both
def no_known_employee(clerk: Clerk, case: Case) -> bool:
    months = [*_means(clerk, case.siret).items(), *dsn(clerk, case.siret).items()]
    return not staff_within_a_year(clerk, case, months) and not _staff_in_sirene(clerk, case)


def staff_within_a_year(clerk: Clerk, case: Case, months: list[tuple[int, Row]]) -> bool:
    own = own_month(clerk, case)
    return any(own - 12 <= month <= own and row["headcount"] > 0 for month, row in months)


def _staff_in_sirene(clerk: Clerk, case: Case) -> bool:
    """Whether SIRENE says that the establishment employs, or gives it a size."""
    place = clerk.place(case.siret)
    return place is not None and (place["is_employer"] or place["size_class"] not in ("NN", "00"))

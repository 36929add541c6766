"""What a case says by itself, and against the legal hours of its period."""

from __future__ import annotations

from datetime import date

from apanalytics import law

from .desk import Case, Clerk
from .legal_time import calendar_hours
from .registry import both, less, over, say

CERTAINLY_OUTSIDE = {"35": "energy", "64": "finance", "65": "insurance", "66": "both", "84": "administration"}
"""NAF divisions that are on no list of protected activities."""

OVERTIME_AGREED_BEFORE = law.parameter("hours.structural_overtime_cutoff").value_on("2020-04-24")
"""The law has one such day, whatever the period."""


@both
def employees(clerk: Clerk, case: Case) -> int:
    return case.employees


@both
def headcount_declared(clerk: Clerk, case: Case) -> int | None:
    headcount: int | None = case.asked("headcount")
    return headcount


@both
def company_headcount(clerk: Clerk, case: Case) -> int | None:
    headcount: int | None = case.asked("company_headcount")
    return headcount


@both
def covered_share(clerk: Clerk, case: Case) -> float | None:
    return over(case.employees, case.asked("headcount"))


@both
def hours(clerk: Clerk, case: Case) -> float:
    return case.hours


@both
def amount_eur(clerk: Clerk, case: Case) -> float:
    return case.amount


@both
def hours_per_employee(clerk: Clerk, case: Case) -> float | None:
    return over(case.hours, case.employees)


@both
def hourly_amount_eur(clerk: Clerk, case: Case) -> float | None:
    return over(case.amount, case.hours)


@both
def period_days(clerk: Clerk, case: Case) -> int:
    return (case.last - case.first).days + 1


@both
def legal_hours(clerk: Clerk, case: Case) -> float | None:
    return calendar_hours(case.first, case.last)


@both
def hours_over_legal_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(hours_per_employee(clerk, case), say(clerk, case, "legal_hours"))


@both
def hours_over_legal_hours(clerk: Clerk, case: Case) -> float | None:
    legal = say(clerk, case, "legal_hours")
    return less(case.hours, None if legal is None else case.employees * legal)


@both
def full_closure(clerk: Clerk, case: Case) -> bool | None:
    scope = case.asked("scope")
    return None if scope is None else scope == 3


@both
def third_party_filer(clerk: Clerk, case: Case) -> bool | None:
    return None if case.request is None else case.request["filer_id"] is not None


@both
def exceptional_motive(clerk: Clerk, case: Case) -> bool | None:
    return None if case.request is None else case.request["motive"] in (3, 5)


@both
def long_term_scheme(clerk: Clerk, case: Case) -> bool | None:
    scheme = case.asked("scheme")
    return None if scheme is None else scheme in ("APLD", "APLD_R")


@both
def first_wave(clerk: Clerk, case: Case) -> bool | None:
    filed = case.asked("asked_on")
    return None if filed is None else date(2020, 3, 1) <= filed <= date(2020, 5, 31)


@both
def prior_use_declared(clerk: Clerk, case: Case) -> bool | None:
    prior = case.asked("prior_use")
    return None if prior is None else prior == 2


@both
def structural_overtime_agreed(clerk: Clerk, case: Case) -> bool | None:
    agreed = case.asked("overtime_agreement_on")
    if agreed is None:
        return None
    return bool(agreed < OVERTIME_AGREED_BEFORE)


@both
def protected_outside_lists(clerk: Clerk, case: Case) -> bool | None:
    sector, place = case.asked("sector_scheme"), clerk.place(case.siret)
    if sector is None:
        return None
    if sector != "protected":
        return False
    return True if place is not None and place["naf"][:2] in CERTAINLY_OUTSIDE else None

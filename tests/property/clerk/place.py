"""What SIRENE said of the establishment on the day."""

from __future__ import annotations

from datetime import date

from .desk import Case, Clerk
from .registry import both


@both
def pseudo_siret(clerk: Clerk, case: Case) -> bool:
    return siret_unknown(clerk, case) and case.siret[9] in "5679"


@both
def siret_unknown(clerk: Clerk, case: Case) -> bool:
    return clerk.place(case.siret) is None


def _closure(clerk: Clerk, case: Case) -> date | None:
    """The day of the closure, where it is known: where nobody says since when, since the closure itself."""
    place = clerk.place(case.siret)
    closed: date | None = place["closed_on"] if place else None
    if place and place["known_on"] is None and closed is not None and closed > clerk.day:
        return None
    return closed


@both
def closed_before_period(clerk: Clerk, case: Case) -> bool | None:
    if siret_unknown(clerk, case):
        return None
    closed = _closure(clerk, case)
    return closed is not None and closed < case.first


@both
def days_closed_before_period(clerk: Clerk, case: Case) -> int | None:
    closed = _closure(clerk, case)
    return None if closed is None else (case.first - closed).days


@both
def has_successor(clerk: Clerk, case: Case) -> bool:
    return any(row["predecessor"] == case.siret for row in clerk.known("successions"))


@both
def establishment_age_days(clerk: Clerk, case: Case) -> int | None:
    place = clerk.place(case.siret)
    start = case.asked("starts_on") or case.first
    return None if place is None else (start - place["created_on"]).days


@both
def sirene_employer(clerk: Clerk, case: Case) -> bool | None:
    place = clerk.place(case.siret)
    return None if place is None else bool(place["is_employer"])

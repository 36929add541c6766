"""Features whose steps do not follow their own description, as the steps compute them today.

The references say what the descriptions say. A step that is mended disagrees with what stands here: then the
function is deleted.
"""

from __future__ import annotations

from datetime import date

from . import accounts, authorised, firm, history, person_time, persons, staff
from .desk import Case, Clerk, Row, first_day, last_day, number
from .legal_time import day_hours, monthly, weekdays
from .registry import disputed_of_claims, disputed_of_requests, over, say, total


@disputed_of_requests
def legal_hours(clerk: Clerk, case: Case) -> float:
    """The days of a month not taken whole count by the calendar: a closed Monday is 5 hours, not 7."""
    by_month = by_calendar = 0.0
    for month in range(number(case.first), number(case.last) + 1):
        first, last = first_day(month), last_day(month)
        taken = (min(case.last, last) - max(case.first, first)).days + 1
        share = taken / ((last - first).days + 1)
        by_month += share * monthly(first)
        by_calendar += share * weekdays(first, last) * day_hours(first)
    return max(by_month, by_calendar)


@disputed_of_requests
def twin_requests(clerk: Clerk, case: Case) -> int | None:
    """The case counts with its changed figures, the others with those that they filed."""
    return accounts.twins(clerk, case, clerk.requests[case.case_id])


@disputed_of_claims
def earlier_refusals(clerk: Clerk, case: Case) -> int:
    """The claim's own request is counted among the others."""
    own = [case.request] if case.request and case.request["siret"][:9] == case.siren else []
    rows = [row for row in clerk.known("requests") for mine in own if row["request_id"] == mine["request_id"]]
    return firm.earlier_refusals(clerk, case) + sum(firm.refused(clerk, row) for row in rows)


@disputed_of_claims
def third_party_filer(clerk: Clerk, case: Case) -> bool:
    """False where the request is not known."""
    return case.asked("filer_id") is not None


@disputed_of_claims
def overlapping_requests(clerk: Clerk, case: Case) -> int:
    """Nought where the request is not known, here and in the two that follow."""
    return history.overlapping_requests(clerk, case) or 0


@disputed_of_claims
def overlap_days(clerk: Clerk, case: Case) -> int:
    return history.overlap_days(clerk, case) or 0


@disputed_of_claims
def earlier_requests_in_commitment_window(clerk: Clerk, case: Case) -> int:
    return history.earlier_requests_in_commitment_window(clerk, case) or 0


@disputed_of_claims
def bank_other_sirens(clerk: Clerk, case: Case) -> int | None:
    """One firm is taken off for the case's own, which may not be among them: its request may be another's."""
    users = accounts.users_of_account(clerk, case)
    return None if users is None else len(users) - 1


@disputed_of_claims
def email_other_sirens(clerk: Clerk, case: Case) -> int | None:
    users = accounts.users_of_email(clerk, case)
    return None if users is None else max(0, len(users) - 1)


@disputed_of_claims
def bank_changed(clerk: Clerk, case: Case) -> bool | None:
    """A claim that names no account has not changed it."""
    unknown = case.row["bank_key"] is None and case.asked("bank_key") is not None
    return False if unknown else accounts.bank_changed(clerk, case)


def _as_filed(clerk: Clerk, case: Case) -> list[Row]:
    """The request, if known, and amendments as filed and decided: what events changed since is not seen."""
    amendments = []
    for row in clerk.known("requests"):
        decided = row["decided_on"] is not None and row["decided_on"] <= clerk.day
        refused = decided and row["status"] in ("refused", "withdrawn")
        if row["amends_request_id"] != (case.row["request_id"] or "") or refused:
            continue
        undecided = {"hours_authorised": None, "headcount_authorised": None}
        amendments.append(row if decided else {**row, **undecided})
    return [*([case.request] if case.request else []), *amendments]


@disputed_of_claims
def hours_authorised(clerk: Clerk, case: Case) -> float | None:
    return authorised.largest(_as_filed(clerk, case), "hours_authorised", "hours")


@disputed_of_claims
def headcount_authorised(clerk: Clerk, case: Case) -> float | None:
    return authorised.largest(_as_filed(clerk, case), "headcount_authorised", "covered_headcount")


@disputed_of_claims
def use_rate(clerk: Clerk, case: Case) -> float | None:
    """Negative before the request's period; of all the hours where an amendment alone is known."""
    hours, elapsed = say(clerk, case, "hours_authorised"), authorised.elapsed_share(case)
    if hours is None:
        return None
    return over(authorised.hours_claimed_so_far(clerk, case), hours * (1 if elapsed is None else elapsed))


def _listed_person_by_person(clerk: Clerk) -> list[person_time.Time]:
    """A correction that leaves somebody out does not take him away."""
    latest = {}
    for claim in person_time.claims_in_order(clerk):
        for row in clerk.tables["claim_lines"]:
            if row["claim_id"] == claim["claim_id"]:
                key = claim["siret"][:9], claim["request_id"], claim["month"], row["person_key"]
                latest[key] = person_time.time(row, claim["siret"], claim["month"])
    return list(latest.values())


def _times(clerk: Clerk, case: Case) -> list[list[person_time.Time]]:
    return person_time.times(clerk, case, _listed_person_by_person(clerk))


@disputed_of_claims
def persons_over_full_time(clerk: Clerk, case: Case) -> int | None:
    beyond = person_time.beyond_full_time(_times(clerk, case), case)
    return None if beyond is None else sum(hours > 0 for hours in beyond)


@disputed_of_claims
def time_over_full_time_hours(clerk: Clerk, case: Case) -> float | None:
    beyond = person_time.beyond_full_time(_times(clerk, case), case)
    return None if beyond is None else total(beyond)


@disputed_of_claims
def persons_over_contingent(clerk: Clerk, case: Case) -> int | None:
    excess = person_time.over_contingent(_times(clerk, case), case)
    return sum(hours > 0 for hours in excess) if excess else None


@disputed_of_claims
def most_over_contingent_hours(clerk: Clerk, case: Case) -> float | None:
    return max(person_time.over_contingent(_times(clerk, case), case), default=None)


@disputed_of_claims
def persons_just_hired(clerk: Clerk, case: Case) -> int | None:
    """Nobody, where the request is not known."""
    if persons.persons(clerk, case) is None:
        return None
    return 0 if case.request is None else persons.persons_just_hired(clerk, case)


@disputed_of_claims
def idle_outside_contract_hours(clerk: Clerk, case: Case) -> float | None:
    """A contract that ended before the month and one that begins after it are taken for one across it."""
    found = persons.persons(clerk, case)
    if found is None:
        return None
    hours = 0.0
    for person in found:
        if person.contracts:
            ends = max(row["ends_on"] or date.max for row in person.contracts)
            hours += person.idle_hours if person.starts_on > case.last or ends < case.first else 0.0
    return hours


@disputed_of_claims
def person_time_over_contract_hours(clerk: Clerk, case: Case) -> float | None:
    """All idle hours of whoever has no contract with the establishment, be it with another of the firm."""
    found = persons.persons(clerk, case)
    if found is None:
        return None
    return total(p.beyond() if p.with_establishment else p.idle_hours for p in found)


@disputed_of_claims
def temporary_contracts_rise(clerk: Clerk, case: Case) -> float | None:
    """A month whose payroll is not known counts as one without temporary contracts."""
    now = staff.temporary_contracts(clerk, case)
    before = [staff.temporary(clerk, case, month) or 0 for month in range(case.month - 3, case.month)]
    return None if now is None else now - sum(before) / 3

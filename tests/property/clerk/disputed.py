"""Features whose steps do not follow their own description, as the steps compute them today.

The references say what the descriptions say. A step that is mended disagrees with what stands here: then the
function is deleted.
"""

from __future__ import annotations

from . import person_time, staff
from .desk import Case, Clerk
from .registry import disputed_of_claims, total


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
def temporary_contracts_rise(clerk: Clerk, case: Case) -> float | None:
    """A month whose payroll is not known counts as one without temporary contracts."""
    now = staff.temporary_contracts(clerk, case)
    before = [staff.temporary(clerk, case, month) or 0 for month in range(case.month - 3, case.month)]
    return None if now is None else now - sum(before) / 3

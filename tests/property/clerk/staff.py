"""Hiring and temporary contracts in the month of a claim."""

from __future__ import annotations

from .desk import Case, Clerk, first_day, last_day
from .persons import payroll, payroll_known
from .registry import claim_only


@claim_only
def hires_in_month(clerk: Clerk, case: Case) -> int | None:
    if not payroll_known(clerk, case):
        return None
    hired = {
        row["person_key"]
        for row in payroll(clerk, case, case.month)
        if row["siret"] == case.siret
        and row["contract_kind"] in ("permanent", "fixed_term")
        and first_day(case.month) <= row["starts_on"] <= last_day(case.month)
    }
    return len(hired)


def temporary(clerk: Clerk, case: Case, month: int) -> int | None:
    """Temporary contracts of the establishment in a month, where its payroll is known."""
    rows = [row for row in payroll(clerk, case, month) if row["siret"] == case.siret]
    return sum(row["contract_kind"] == "temporary" for row in rows) if rows else None


@claim_only
def temporary_contracts(clerk: Clerk, case: Case) -> int | None:
    return temporary(clerk, case, case.month)


@claim_only
def temporary_contracts_rise(clerk: Clerk, case: Case) -> float | None:
    now = temporary_contracts(clerk, case)
    before = [temporary(clerk, case, month) for month in range(case.month - 3, case.month)]
    known = [count for count in before if count is not None]
    return now - sum(known) / len(known) if now is not None and known else None

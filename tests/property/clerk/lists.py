"""What the nominative list of a claim says by itself."""

from __future__ import annotations

from .declared import structural_overtime_agreed
from .desk import Case, Clerk, Row
from .legal_time import calendar_hours, day_hours, monthly, weekdays
from .registry import claim_only, total

MAY_EXCEED = ("equivalence", "day_package", "executive")
"""Arrangements that allow more than the legal month, beside hours over 35 that were agreed in time."""


def lines(clerk: Clerk, case: Case) -> list[Row]:
    return [row for row in clerk.tables["claim_lines"] if row["claim_id"] == case.case_id]


@claim_only
def persons_listed(clerk: Clerk, case: Case) -> int | None:
    return len(lines(clerk, case)) or None


@claim_only
def hours_not_listed(clerk: Clerk, case: Case) -> float | None:
    listed = lines(clerk, case)
    return case.hours - sum(line["idle_hours"] for line in listed) if listed else None


@claim_only
def same_round_hours(clerk: Clerk, case: Case) -> bool | None:
    hours = [line["idle_hours"] for line in lines(clerk, case)]
    return None if len(hours) < 3 else len(set(hours)) == 1 and hours[0] > 0 and hours[0] % 5 == 0


@claim_only
def hours_over_arrangement(clerk: Clerk, case: Case) -> float | None:
    listed = lines(clerk, case)
    if not listed:
        return None
    allowed = (*MAY_EXCEED, "over35") if structural_overtime_agreed(clerk, case) else MAY_EXCEED
    return total(_over_legal_month(line, case) for line in listed if line["arrangement"] not in allowed)


def _over_legal_month(line: Row, case: Case) -> float:
    """Idle hours beyond the legal month, with those worked scaled from the contract to the legal week."""
    legal = calendar_hours(case.first, case.last) or 0.0
    scale = min(1.0, monthly(case.first) / line["contract_hours"]) if line["contract_hours"] else 1.0
    used = line["idle_hours"] + line["worked_hours"] * scale
    return float(max(0.0, min(line["idle_hours"], used - legal)))


@claim_only
def listed_hours_over_contract(clerk: Clerk, case: Case) -> float | None:
    listed = lines(clerk, case)
    calendar = weekdays(case.first, case.last) * day_hours(case.first)
    excess = (
        line["idle_hours"] + line["worked_hours"] - max(line["contract_hours"], calendar) for line in listed
    )
    return total(max(0.0, hours) for hours in excess) if listed else None

"""A case against its peers: same activity, size and month."""

from __future__ import annotations

import math
from collections.abc import Callable

from .desk import Case, Clerk, number
from .registry import both, over

Quantity = Callable[[Case], float | None]
LEAST_PEERS, LEAST_SPREAD = 30, 50.0


def _hours(case: Case) -> float | None:
    """Hours per employee as filed, and week for requests."""
    if case.stage == "payment":
        return over(case.hours, case.employees)
    weeks = ((case.last - case.first).days + 1) / 7
    return over(over(case.row["hours"], case.row["covered_headcount"]), weeks)


def _hourly_amount(case: Case) -> float | None:
    hours = "idle_hours" if case.stage == "payment" else "hours"
    return over(case.row["amount"], case.row[hours])


def _thousandths(value: float | None) -> int | None:
    return math.floor(1000 * math.log(value) + 0.5) if value is not None and value > 0 else None


def _groups(clerk: Clerk, case: Case) -> list[tuple[object, ...]]:
    """The groups of peers of a case, the finest first, as its establishment was known on its filing day."""
    place = clerk.place(case.siret, case.row["asked_on"]) or {"naf": "", "size_class": "NN"}
    month = number(case.row["asked_on"]) if case.stage == "authorisation" else case.month
    naf, size = place["naf"], place["size_class"]
    return [
        (month, "class", naf, size),
        (month, "division", naf[:2], size),
        (month, "division", naf[:2]),
        (month,),
    ]


def _peers(clerk: Clerk, case: Case, quantity: Quantity) -> list[int]:
    """What is compared, of the finest group that has thirty peers."""
    others = [other for other in clerk.cases(case.stage) if other.case_id != case.case_id]
    for group in _groups(clerk, case):
        alike = [quantity(other) for other in others if group in _groups(clerk, other)]
        logs = [log for log in map(_thousandths, alike) if log is not None]
        if len(logs) >= LEAST_PEERS:
            return logs
    return []


def _z(clerk: Clerk, case: Case, quantity: Quantity) -> float | None:
    own, logs = _thousandths(quantity(case)), _peers(clerk, case, quantity)
    if own is None or not logs:
        return None
    mean = sum(logs) / len(logs)
    spread = math.sqrt(max(0.0, sum(log * log for log in logs) / len(logs) - mean * mean))
    return (own - mean) / max(LEAST_SPREAD, spread)


def _usual(clerk: Clerk, case: Case, quantity: Quantity) -> float | None:
    logs = _peers(clerk, case, quantity)
    return math.exp(sum(logs) / len(logs) / 1000) if logs and quantity(case) else None


@both
def peer_hours_z(clerk: Clerk, case: Case) -> float | None:
    return _z(clerk, case, _hours)


@both
def peer_hourly_amount_z(clerk: Clerk, case: Case) -> float | None:
    return _z(clerk, case, _hourly_amount)


@both
def peer_usual_hours(clerk: Clerk, case: Case) -> float | None:
    return _usual(clerk, case, _hours)


@both
def peer_usual_hourly_amount_eur(clerk: Clerk, case: Case) -> float | None:
    return _usual(clerk, case, _hourly_amount)


@both
def peer_count(clerk: Clerk, case: Case) -> int | None:
    counts = [len(_peers(clerk, case, q)) for q in (_hours, _hourly_amount) if q(case)]
    return max(counts, default=0) or None

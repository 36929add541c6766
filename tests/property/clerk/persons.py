"""The employees that a claim is paid for, against the payroll (DSN) of the month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .desk import Case, Clerk, Row, first_day, last_day
from .lists import lines
from .registry import claim_only, over, say, total

_CONTRACT = ("siret", "month", "person_key", "contract_id")


@dataclass(frozen=True)
class Person:
    """An employee that a claim is paid for: his idle hours, and his contracts with the firm in the month."""

    idle_hours: float
    contracts: list[Row]
    with_establishment: list[Row]

    def sum(self, *columns: str) -> float:
        """Hours of his contracts with the establishment."""
        return float(sum(row[column] for row in self.with_establishment for column in columns))

    @property
    def starts_on(self) -> date:
        """The day his first contract began."""
        return min(row["starts_on"] for row in self.contracts)

    def beyond(self) -> float:
        """Idle hours that do not fit in the contract beside every other use of its time."""
        if not self.with_establishment:
            return 0.0
        used = self.idle_hours + self.sum("worked_hours", "leave_hours", "suspended_hours")
        return max(0.0, min(self.idle_hours, used - self.sum("contract_hours")))


def payroll(clerk: Clerk, case: Case, month: int) -> list[Row]:
    """The last version known of each contract of the firm in a month."""
    rows = clerk.last_versions("payroll", *_CONTRACT)
    return [row for row in rows if row["siret"][:9] == case.siren and row["month"] == first_day(month)]


def payroll_known(clerk: Clerk, case: Case) -> bool:
    """Whether the establishment's payroll of the month had come."""
    return any(row["siret"] == case.siret for row in payroll(clerk, case, case.month))


def claimed(clerk: Clerk, case: Case) -> dict[str, float]:
    """Idle hours by employee: of the list, or else of the payroll of the establishment."""
    listed = lines(clerk, case)
    if listed:
        return {line["person_key"]: line["idle_hours"] for line in listed}
    idle: dict[str, float] = {}
    for row in payroll(clerk, case, case.month):
        if row["siret"] == case.siret and row["idle_hours"] > 0:
            idle[row["person_key"]] = idle.get(row["person_key"], 0.0) + row["idle_hours"]
    return idle


def persons(clerk: Clerk, case: Case) -> list[Person] | None:
    """The employees paid for; none where the payroll had not come, or nobody is known to be paid for."""
    rows = payroll(clerk, case, case.month)
    found = []
    for person, hours in claimed(clerk, case).items():
        own = [row for row in rows if row["person_key"] == person]
        found.append(Person(hours, own, [row for row in own if row["siret"] == case.siret]))
    return found if found and payroll_known(clerk, case) else None


@claim_only
def persons_not_in_dsn(clerk: Clerk, case: Case) -> int | None:
    found = persons(clerk, case)
    if found is None or not lines(clerk, case):
        return None
    return sum(not person.contracts for person in found)


@claim_only
def persons_not_in_dsn_share(clerk: Clerk, case: Case) -> float | None:
    return over(persons_not_in_dsn(clerk, case), len(lines(clerk, case)))


@claim_only
def persons_just_hired(clerk: Clerk, case: Case) -> int | None:
    found = persons(clerk, case)
    if found is None or case.request is None:
        return None
    since = case.request["starts_on"] - timedelta(days=30)
    return sum(bool(person.contracts) and since <= person.starts_on <= case.last for person in found)


@claim_only
def persons_just_hired_share(clerk: Clerk, case: Case) -> float | None:
    found = persons(clerk, case)
    return None if found is None else over(say(clerk, case, "persons_just_hired"), len(found))


@claim_only
def persons_gone_in_trial(clerk: Clerk, case: Case) -> int | None:
    found = persons(clerk, case)
    if found is None:
        return None
    return sum(any(row["end_reason"] == "trial" for row in person.contracts) for person in found)


@claim_only
def officers_or_interns_claimed(clerk: Clerk, case: Case) -> int | None:
    found = persons(clerk, case)
    if found is None:
        return None
    kinds = [{row["contract_kind"] for row in person.contracts} for person in found]
    return sum(bool(kind) and kind <= {"officer", "intern"} for kind in kinds)


@claim_only
def idle_during_suspension_hours(clerk: Clerk, case: Case) -> float | None:
    found = persons(clerk, case)
    return None if found is None else total(min(p.sum("suspended_hours"), p.beyond()) for p in found)


@claim_only
def idle_during_leave_hours(clerk: Clerk, case: Case) -> float | None:
    found = persons(clerk, case)
    return None if found is None else total(min(p.sum("leave_hours"), p.beyond()) for p in found)


def _in_month(row: Row, month: int) -> bool:
    """Whether a contract touches a month."""
    ended = row["ends_on"] is not None and row["ends_on"] < first_day(month)
    return row["starts_on"] <= last_day(month) and not ended


@claim_only
def idle_outside_contract_hours(clerk: Clerk, case: Case) -> float | None:
    found = persons(clerk, case)
    if found is None:
        return None
    return total(
        person.idle_hours
        for person in found
        if person.contracts and not any(_in_month(row, case.month) for row in person.contracts)
    )


@claim_only
def person_time_over_contract_hours(clerk: Clerk, case: Case) -> float | None:
    found = persons(clerk, case)
    return None if found is None else total(person.beyond() for person in found)

"""Hours that can be paid, by arrangement of working time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apanalytics.errors import InvalidArgument
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import Source, as_day
from apanalytics.law.legal_hours import days_per_week, monthly_hours
from apanalytics.law.rounding import as_decimal

Number = Decimal | float | int | str

ARRANGEMENTS = ("35h", "over35", "part_time", "day_package", "equivalence", "annualised", "executive")
"""Arrangements of working time, as in the column `arrangement` of claim lines."""

_IN_DAYS = ("day_package", "executive")


@dataclass(frozen=True)
class PayableHours:
    """Hours of one employee over a period: payable, not worked but not payable, and the legal duration."""

    payable_hours: Decimal
    idle_unpaid_hours: Decimal
    legal_hours: Decimal
    method: str
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def payable_hours(
    on: date | str,
    arrangement: str,
    *,
    weekly_contract: Number | None = None,
    worked: Number | Sequence[Number] = 0,
    planned: Sequence[Number] | None = None,
    weeks: int | None = None,
    months: int | None = None,
    days_leave: Number = 0,
    holidays: Number = 0,
    days_idle: Number | None = None,
    structural_overtime: bool | date = False,
    closed: bool = True,
) -> PayableHours:
    """Return the hours that can be paid for one employee over some weeks (or months).

    Parameters
    ----------
    on : a day of the period; decides the rules.
    arrangement : one of `ARRANGEMENTS`.
    weekly_contract : hours a week; needed by `over35`, `part_time` and `equivalence`.
    worked : hours worked, one figure for every week (month) or one per week.
    planned : hours planned per week; `annualised` only, and needed there.
    weeks : number of weeks; by default as many as `planned` or `worked` lists, else one.
    months : number of months instead of weeks; `worked` is then per month.
    days_leave : days of paid leave or rest (RTT) in the period, which are not payable.
    holidays : public holidays usually not worked in the period, which are not payable.
    days_idle : idle days in steps of a half, instead of whole weeks; `day_package` and `executive` only.
    structural_overtime : hours above the legal week are stipulated by an individual package or a collective
        agreement made in time; a date is the day of that agreement.
    closed : the establishment, or the employee's part of it, is closed (otherwise hours are reduced).

    Raises
    ------
    InvalidArgument : an argument is missing, out of range, or does not go with the arrangement.
    NotInForce : the arrangement was not covered on that day.

    Source: R5122-19, L5122-3, D5122-15, ord. 2020-346.

    Examples
    --------
    >>> payable_hours("2020-02-03", "over35", weekly_contract=39, worked=20).payable_hours
    Decimal('15.0000')
    >>> payable_hours("2020-05-04", "day_package", weeks=3, days_leave=2, holidays=1).payable_hours
    Decimal('84.0000')
    """
    if arrangement not in ARRANGEMENTS:
        raise InvalidArgument(
            "Unknown arrangement", where="arrangement", value=arrangement, todo=str(ARRANGEMENTS)
        )
    reading = _Reading(as_day(on, "on"))
    off = as_decimal(days_leave, "days_leave") + as_decimal(holidays, "holidays")
    if months is not None and weeks is not None:
        raise InvalidArgument("Count in weeks or in months, not both", where="months", value=months)
    if arrangement in _IN_DAYS:
        if months is not None or planned is not None or (weeks is not None and days_idle is not None):
            raise InvalidArgument(
                "Count this arrangement in weeks or in idle days", where="arrangement", value=arrangement
            )
        total = sum(_each(worked, weeks, "worked"), Decimal())
        return reading.in_days(arrangement, total, weeks or 1, off, days_idle, closed)
    if days_idle is not None:
        raise InvalidArgument(
            "Idle days go with day packages and executives only", where="days_idle", value=days_idle
        )
    if (planned is None) == (arrangement == "annualised"):
        raise InvalidArgument(
            "Planned hours go with annualised time, and are needed there", where="planned", value=planned
        )
    if planned is not None:
        if months is not None:
            raise InvalidArgument("Planned hours are counted in weeks", where="months", value=months)
        return reading.annualised(_each(planned, weeks, "planned"), worked, off)
    done = _each(worked, months or weeks, "worked")
    contract = reading.contract(arrangement, weekly_contract)
    return reading.hourly(
        contract, reading.base(arrangement, contract, structural_overtime), done, off, bool(months)
    )


def _each(values: Number | Sequence[Number], count: int | None, what: str) -> list[Decimal]:
    """Return one decimal per week: a single figure serves every week."""
    several = list(values) if isinstance(values, Sequence) and not isinstance(values, str) else [values]
    if count is not None and count < 1:
        raise InvalidArgument("One period at least is needed", where=what, value=count)
    if len(several) == 1:
        several *= count or 1
    if not several or (count is not None and len(several) != count):
        raise InvalidArgument("Give one figure, or one per week", where=what, value=str(values))
    return [as_decimal(value, what) for value in several]


class _Reading:
    """Applies the rules of one day and remembers what it used."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.sources: list[Source] = []
        self.notes: list[str] = []
        self.week = self.read("hours.legal_weekly")

    def read(self, name: str) -> Decimal:
        value = parameter(name).on(self.on)
        self.cite(name)
        return value

    def cite(self, name: str) -> None:
        self.sources.append(parameter(name).source(self.on))

    def contract(self, arrangement: str, weekly: Number | None) -> Decimal:
        if weekly is None:
            if arrangement == "35h":
                return self.week
            raise InvalidArgument("The weekly contract is needed", where="weekly_contract", value=arrangement)
        hours = as_decimal(weekly, "weekly_contract")
        beyond = {
            "35h": hours != self.week,
            "over35": hours <= self.week,
            "part_time": hours >= self.week,
            "equivalence": hours < self.week,
        }
        if beyond.get(arrangement, False):
            raise InvalidArgument(
                "The weekly contract does not go with the arrangement",
                where=arrangement,
                value=str(weekly),
                why=f"The legal week is {self.week} hours.",
            )
        return hours

    def base(self, arrangement: str, contract: Decimal, overtime: bool | date) -> Decimal:
        """Return the hours of a week within which idle hours are payable."""
        self.cite("rule.payable_hours")
        if arrangement == "equivalence" and parameter("rule.equivalence").in_force(self.on):
            self.cite("rule.equivalence")
            return contract
        if arrangement == "over35" and overtime and self._agreed_in_time(overtime):
            self.cite("rule.structural_overtime")
            return contract
        return min(contract, self.week)

    def _agreed_in_time(self, overtime: bool | date) -> bool:
        if not parameter("rule.structural_overtime").in_force(self.on):
            self.notes.append(
                "Before the rule on structural overtime: hours above the legal week are not payable."
            )
            return False
        if isinstance(overtime, bool):
            return True
        cutoff = parameter("hours.structural_overtime_cutoff").governing(self.on)[1]
        if not isinstance(cutoff.value, date):
            self.notes.append(f"{cutoff.note}: the agreement of {overtime} is taken as good.")
            return True
        if overtime >= cutoff.value:
            self.notes.append(
                f"Agreed on {overtime}, not before {cutoff.value}: hours above the legal week not payable."
            )
        return overtime < cutoff.value

    def hourly(
        self, contract: Decimal, base: Decimal, worked: list[Decimal], off: Decimal, monthly: bool
    ) -> PayableHours:
        day = Decimal(days_per_week())
        whole, payable_whole = (monthly_hours(h, self.on) if monthly else h for h in (contract, base))
        payable = sum((max(Decimal(), payable_whole - hours) for hours in worked), Decimal())
        idle = sum((max(Decimal(), whole - hours) for hours in worked), Decimal())
        legal = monthly_hours(max(base, self.week), self.on) if monthly else max(base, self.week)
        return self._result(
            payable - off * base / day,
            idle - off * contract / day,
            legal * len(worked),
            "hours of the contract that can be paid, less hours worked",
        )

    def annualised(
        self, planned: list[Decimal], worked: Number | Sequence[Number], off: Decimal
    ) -> PayableHours:
        self.cite("rule.annualised_choice")
        done = _each(worked, len(planned), "worked")
        mean = min(self.week, sum(planned, Decimal()) / len(planned))
        by_week = sum(
            (max(Decimal(), min(self.week, p) - w) for p, w in zip(planned, done, strict=True)), Decimal()
        )
        by_mean = sum((max(Decimal(), mean - w) for w in done), Decimal())
        idle = sum((max(Decimal(), p - w) for p, w in zip(planned, done, strict=True)), Decimal())
        taken = off * mean / days_per_week()
        method = "weekly mean, capped at the legal week" if by_mean > by_week else "week by week"
        return self._result(max(by_week, by_mean) - taken, idle - taken, self.week * len(planned), method)

    def in_days(
        self, arrangement: str, worked: Decimal, weeks: int, off: Decimal, days: Number | None, closed: bool
    ) -> PayableHours:
        if self._closure_only(arrangement) and not closed:
            self.notes.append("Payable in a closure only.")
            idle = self.week * (weeks if days is None else _halves(days) / 2 / days_per_week())
            return self._result(Decimal(), idle - worked, self.week * weeks, "closure only")
        self.cite("rule.day_package_deductions")
        day = self.read("hours.day_package_day")
        if days is None:
            gross, legal = weeks * self.read("hours.day_package_week"), weeks * self.week
        else:
            halves = _halves(days)
            gross = (halves // 2) * day + (halves % 2) * self.read("hours.day_package_half_day")
            legal = self.read("hours.legal_monthly")
            self.cite("rule.day_package_cap")
        idle = gross - off * day - worked
        return self._result(
            min(idle, legal - worked), idle, legal, "days converted, leave and holidays deducted"
        )

    def _closure_only(self, arrangement: str) -> bool:
        rule = f"rule.{arrangement}_closure_only"
        if arrangement == "executive" or parameter(rule).in_force(self.on):
            self.cite(rule)
            return True
        return False

    def _result(self, payable: Decimal, idle: Decimal, legal: Decimal, method: str) -> PayableHours:
        self.cite("rule.exclusions")
        paid = as_decimal(max(Decimal(), payable), "payable_hours")
        return PayableHours(
            payable_hours=paid,
            idle_unpaid_hours=as_decimal(max(Decimal(), idle - paid), "idle_unpaid_hours"),
            legal_hours=legal,
            method=method,
            sources=tuple(self.sources),
            notes=tuple(self.notes),
        )


def _halves(days: Number) -> Decimal:
    halves = as_decimal(days, "days_idle") * 2
    if halves % 1:
        raise InvalidArgument("Idle days go by halves", where="days_idle", value=str(days))
    return halves

"""What is due for hours not worked: indemnity to the employee, allocation to the employer, and the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apanalytics.errors import InvalidArgument
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import Source
from apanalytics.law.regime_rates import Rates, rates
from apanalytics.law.rounding import as_decimal, cents

CATEGORIES = ("ordinary", "part_time", "temporary", "apprentice")
"""Employees whom the floors treat differently; `apprentice` covers professional training contracts."""


@dataclass(frozen=True)
class Pay:
    """What is due for hours not worked, euros to the cent.

    `employer_cost` is what the employer keeps to pay (indemnity less allocation), before social contributions
    and complementary health insurance; `state` and `unedic` share the allocation.
    """

    rates: Rates
    hours: Decimal
    indemnity_hourly: Decimal
    indemnity: Decimal
    allocation_hourly: Decimal
    allocation: Decimal
    employer_cost: Decimal
    state: Decimal
    unedic: Decimal
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def pay(
    on: date | str,
    regime: str,
    hourly_wage: Decimal | float | str,
    hours: Decimal | float | str,
    *,
    headcount: int | None = None,
    known_on: date | str | None = None,
    category: str = "ordinary",
    territory: str | None = None,
    assumed_floor: Decimal | float | str | None = None,
) -> Pay:
    """Return what is due to the employee and to the employer for hours not worked.

    Parameters
    ----------
    on, regime, known_on, territory, assumed_floor : as `rates`.
    hourly_wage : gross euros per hour, zero or more, read to the ten-thousandth.
    hours : payable hours (see `payable_hours`), zero or more.
    headcount : headcount on 1 January; needed before March 2020 only.
    category : one of `CATEGORIES`.

    Returns
    -------
    The hourly amounts are rounded to the cent, half up, then multiplied by the hours.

    Raises
    ------
    NotInForce : as `rates`.
    InvalidArgument : a negative wage or number of hours, an unknown category, no headcount before March 2020.

    Source: D5122-13, R5122-18.

    Examples
    --------
    >>> due = pay("2021-12-15", "general", "11", 70)
    >>> due.indemnity_hourly, due.allocation_hourly, due.employer_cost
    (Decimal('8.30'), Decimal('7.47'), Decimal('58.10'))
    """
    wage, time = as_decimal(hourly_wage, "hourly_wage"), as_decimal(hours, "hours")
    law = rates(on, regime, known_on, territory=territory, assumed_floor=assumed_floor)
    indemnity_hourly, more = _indemnity_hourly(law, wage, category)
    allocation_hourly = _allocation_hourly(law, wage, headcount, category)
    indemnity, allocation = cents(indemnity_hourly * time), cents(allocation_hourly * time)
    share = parameter("financing.unedic_share").source(law.on, law.known_on)
    unedic = cents(allocation * Decimal(share.value))
    return Pay(
        rates=law,
        hours=time,
        indemnity_hourly=indemnity_hourly,
        indemnity=indemnity,
        allocation_hourly=allocation_hourly,
        allocation=allocation,
        employer_cost=indemnity - allocation,
        state=allocation - unedic,
        unedic=unedic,
        sources=(*law.sources, *more, share),
        notes=law.notes,
    )


def allocation_hourly(
    on: date | str,
    regime: str,
    hourly_wage: Decimal | float | str,
    *,
    headcount: int | None = None,
    known_on: date | str | None = None,
    category: str = "ordinary",
    territory: str | None = None,
    assumed_floor: Decimal | float | str | None = None,
) -> Decimal:
    """Return the allocation due to the employer per hour, euros to the cent.

    Parameters, errors and source: as `pay`.

    Examples
    --------
    >>> allocation_hourly("2021-08-15", "protected", 20)
    Decimal('10.40')
    """
    law = rates(on, regime, known_on, territory=territory, assumed_floor=assumed_floor)
    return _allocation_hourly(law, as_decimal(hourly_wage, "hourly_wage"), headcount, category)


def _allocation_hourly(law: Rates, wage: Decimal, headcount: int | None, category: str) -> Decimal:
    if law.flat is not None:
        return law.flat.of(headcount)
    assert law.allocation_rate is not None
    assert law.allocation_cap is not None
    assert law.allocation_floor is not None
    amount = min(cents(law.allocation_rate * wage), law.allocation_cap)
    return amount if _own_pay(law, wage, category) else max(amount, law.allocation_floor)


def _indemnity_hourly(law: Rates, wage: Decimal, category: str) -> tuple[Decimal, tuple[Source, ...]]:
    if _own_pay(law, wage, category):
        return cents(wage), ()
    floor = law.indemnity_floor
    sources: tuple[Source, ...] = ()
    part_time = parameter("employee.part_time_indemnity_floor")
    if category in ("part_time", "temporary") and part_time.in_force(law.on, law.known_on):
        floor = min(cents(wage), part_time.on(law.on, law.known_on))
        sources = (part_time.source(law.on, law.known_on),)
    amount = cents(law.indemnity_rate * wage)
    if law.indemnity_cap is not None:
        amount = min(amount, law.indemnity_cap)
    return (amount if floor is None else max(amount, floor)), sources


def _own_pay(law: Rates, wage: Decimal, category: str) -> bool:
    """Tell whether the employee is of those paid below the SMIC to whom no floor applies."""
    if category not in CATEGORIES:
        raise InvalidArgument(
            "Unknown category", where="category", value=category, todo=f"One of {CATEGORIES}."
        )
    return (
        category == "apprentice"
        and wage < law.smic
        and parameter("rule.allocation_floor_exclusions").in_force(law.on, law.known_on)
    )

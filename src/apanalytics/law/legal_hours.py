"""The legal duration of any period, and hourly pay from monthly pay."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from apanalytics.errors import InvalidArgument
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import as_day
from apanalytics.law.public_holidays import working_days
from apanalytics.law.rounding import CENT, as_decimal


def days_per_week() -> int:
    """Return the weekdays of a week, Monday to Friday.

    Examples
    --------
    >>> days_per_week()
    5
    """
    return working_days(date(2024, 1, 1), date(2024, 1, 7)).weekdays


def legal_hours(start: date | str, end: date | str, territory: str | None = None) -> Decimal:
    """Return the legal working time of one full-time employee over a period, both ends included.

    A whole calendar month counts for its legal monthly duration; the days of a month not taken whole count
    for a fifth of the legal week each, Monday to Friday, at most the monthly duration.

    Parameters
    ----------
    start, end : first and last day.
    territory : department code, or `metropole`; where given, its public holidays on weekdays are taken out,
        as they are where they are usually not worked. None takes nothing out.

    Raises
    ------
    InvalidArgument : the period ends before it starts, or an unknown territory.

    Source: L3121-27 (35 h a week), 151.67 h a month: parameters `hours.legal_weekly`, `hours.legal_monthly`.

    Examples
    --------
    >>> legal_hours("2021-05-01", "2021-05-31"), legal_hours("2021-05-10", "2021-05-16")
    (Decimal('151.67'), Decimal('35'))
    >>> legal_hours("2021-05-10", "2021-05-16", "metropole")
    Decimal('28')
    """
    first, last = as_day(start, "start"), as_day(end, "end")
    where = None if territory in (None, "metropole") else territory
    total = Decimal()
    while first <= last:
        month_end = _month_end(first)
        until = min(last, month_end)
        days = working_days(first, until, where)
        day = parameter("hours.legal_weekly").on(first) / days_per_week()
        month = parameter("hours.legal_monthly").on(first)
        whole = first.day == 1 and until == month_end
        total += month if whole else min(month, days.weekdays * day)
        total -= len(days.holidays) * day if territory else 0
        first = until + timedelta(days=1)
    if not total:
        working_days(as_day(start, "start"), last, where)  # refuses a period that ends before it starts
    return total


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def monthly_hours(weekly: Decimal | float | str, on: date | str) -> Decimal:
    """Return the monthly hours of a weekly duration, to the hundredth (39 h a week are 169 h a month).

    Examples
    --------
    >>> monthly_hours(39, "2021-03-01"), monthly_hours(35, "2021-03-01")
    (Decimal('169.00'), Decimal('151.67'))
    """
    day = as_day(on, "on")
    share = as_decimal(weekly, "weekly") / parameter("hours.legal_weekly").on(day)
    return (share * parameter("hours.legal_monthly").on(day)).quantize(CENT)


def hourly_wage(
    monthly_pay: Decimal | float | str, on: date | str, weekly_contract: Decimal | float | str | None = None
) -> Decimal:
    """Return the gross hourly wage of a monthly pay: the pay over the monthly hours that it remunerates.

    Parameters
    ----------
    monthly_pay : gross euros of a month as if worked, structural overtime included.
    on : a day of the month.
    weekly_contract : hours a week that the pay remunerates; None for the legal week.

    Raises
    ------
    InvalidArgument : a contract of no hours, a negative pay.

    Examples
    --------
    >>> hourly_wage(2700, "2020-03-01")
    Decimal('17.8018')
    """
    day = as_day(on, "on")
    weekly = parameter("hours.legal_weekly").on(day) if weekly_contract is None else weekly_contract
    paid = monthly_hours(weekly, day)
    if not paid:
        raise InvalidArgument("A contract has hours", where="weekly_contract", value=str(weekly))
    return as_decimal(as_decimal(monthly_pay, "monthly_pay") / paid, "hourly_wage")


def executive_hourly_wage(mean_monthly_pay: Decimal | float | str, on: date | str) -> Decimal:
    """Return the hourly wage of an executive (cadre dirigeant) from the mean gross pay of twelve months.

    Raises
    ------
    NotInForce : before 2020-03-12.

    Source: décret 2020-522.

    Examples
    --------
    >>> executive_hourly_wage(8400, "2020-05-01")
    Decimal('40.0000')
    """
    day = as_day(on, "on")
    per_day = as_decimal(mean_monthly_pay, "mean_monthly_pay") / parameter(
        "hours.executive_days_per_month"
    ).on(day)
    return as_decimal(per_day / parameter("hours.executive_hours_per_day").on(day), "hourly_wage")

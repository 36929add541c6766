"""The legal hours of a period or month."""

from __future__ import annotations

from datetime import date, timedelta

from apanalytics import law

FIRST, LAST = date(2013, 7, 1), date(2027, 12, 31)
"""The years that the tables of the law cover."""


def day_hours(day: date) -> float:
    """Legal hours of a weekday."""
    return float(law.parameter("hours.legal_weekly").on(day)) / 5


def monthly(day: date) -> float:
    """Legal hours of a month."""
    return float(law.parameter("hours.legal_monthly").on(day))


def weekdays(first: date, last: date) -> int:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(day.weekday() < 5 for day in days)


def calendar_hours(first: date, last: date) -> float | None:
    """The larger of the monthly duration and of the working calendar, over a period."""
    if first < FIRST or last > LAST:
        return None
    return max(float(law.legal_hours(first, last)), weekdays(first, last) * day_hours(first))

"""Public holidays by territory, from the kept library `holidays`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from apanalytics.errors import InvalidArgument
from apanalytics.law.dated import as_day

_SUBDIVISIONS = {
    "57": "57", "67": "6AE", "68": "6AE",
    "971": "971", "972": "972", "973": "973", "974": "974", "975": "PM", "976": "976",
    "977": "BL", "978": "MF", "984": "TF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_TERRITORY = re.compile(r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97\d|98\d")
_WORKING_WEEK = range(5)


def public_holidays(year: int, territory: str | None = None) -> tuple[date, ...]:
    """Return the public holidays of a year, in order.

    Parameters
    ----------
    year : calendar year.
    territory : department code (`59`, `2A`, `974`); None for metropolitan France outside Alsace-Moselle.
        `57`, `67` and `68` add Good Friday and 26 December (Good Friday is off in communes with a Protestant
        church only); overseas departments add the abolition of slavery.

    Raises
    ------
    InvalidArgument : not a department code.

    Source: L3133-1, L3134-13, L3422-2, as kept by the library `holidays`.

    Examples
    --------
    >>> len(public_holidays(2021)), len(public_holidays(2021, "67"))
    (11, 13)
    """
    return _holidays(year, _SUBDIVISIONS.get(as_territory(territory) or ""))


def as_territory(territory: str | None) -> str | None:
    """Return a department code, or None for none.

    Raises
    ------
    InvalidArgument : not a department code.

    Examples
    --------
    >>> as_territory("2A")
    '2A'
    """
    if territory is None or _TERRITORY.fullmatch(territory):
        return territory
    raise InvalidArgument(
        "Not a department code",
        where="territory",
        value=territory,
        todo="Use codes such as '59', '2A', '974'.",
    )


@cache
def _holidays(year: int, subdivision: str | None) -> tuple[date, ...]:
    return tuple(sorted(holidays.country_holidays("FR", subdiv=subdivision, years=year)))


@dataclass(frozen=True)
class WorkingDays:
    """Days of a period: `weekdays` are Monday to Friday, `holidays` those that are public holidays."""

    weekdays: int
    holidays: tuple[date, ...]

    @property
    def working(self) -> int:
        """Weekdays that are not public holidays."""
        return self.weekdays - len(self.holidays)


def working_days(start: date | str, end: date | str, territory: str | None = None) -> WorkingDays:
    """Count the weekdays and public holidays of a period, both ends included.

    Raises
    ------
    InvalidArgument : the period ends before it starts, or an unknown territory.

    Examples
    --------
    >>> may = working_days("2021-05-01", "2021-05-31")
    >>> may.weekdays, may.working
    (21, 19)
    """
    first, last = as_day(start, "start"), as_day(end, "end")
    if last < first:
        raise InvalidArgument("The period ends before it starts", where="end", value=f"{first}..{last}")
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    weekdays = [day for day in days if day.weekday() in _WORKING_WEEK]
    off = {day for year in range(first.year, last.year + 1) for day in public_holidays(year, territory)}
    return WorkingDays(len(weekdays), tuple(day for day in weekdays if day in off))

"""How long an authorisation may be, and the six months within twelve."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apanalytics.errors import InvalidArgument

Period = tuple[date, date]
"""First and last day, both included."""

_ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month.

    Examples
    --------
    >>> add_months(date(2021, 8, 31), 6)
    datetime.date(2022, 2, 28)
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def end_after(start: date, months: int) -> date:
    """Return the last day of a period of whole months.

    Examples
    --------
    >>> end_after(date(2021, 7, 1), 3)
    datetime.date(2021, 9, 30)
    """
    return add_months(start, months) - _ONE_DAY


def months_between(first: date, last: date) -> Decimal:
    """Return the months from first to last day, both included; days left over are parts of a month.

    Examples
    --------
    >>> months_between(date(2021, 7, 1), date(2021, 9, 30))
    Decimal('3')
    >>> months_between(date(2021, 7, 1), date(2021, 7, 15)).quantize(Decimal("0.01"))
    Decimal('0.48')
    """
    if last < first:
        return Decimal()
    whole = 0
    while end_after(first, whole + 1) <= last:
        whole += 1
    start = add_months(first, whole)
    left = (last - start).days + 1
    length = (add_months(first, whole + 1) - start).days
    return Decimal(whole) + Decimal(left) / Decimal(length)


def months_used(periods: Sequence[Period], window_from: date, window_to: date) -> Decimal:
    """Return the months of these periods that fall within a window; days covered twice count once.

    Examples
    --------
    >>> months_used([(date(2021, 7, 1), date(2021, 9, 30))], date(2021, 9, 1), date(2022, 8, 31))
    Decimal('1')
    """
    inside = [(max(a, window_from), min(b, window_to)) for a, b in merged(periods)]
    return sum((months_between(a, b) for a, b in inside), Decimal())


def merged(periods: Sequence[Period]) -> list[Period]:
    """Return the periods in order, joined where they overlap or touch.

    Raises
    ------
    InvalidArgument : a period ends before it starts.

    Examples
    --------
    >>> merged([(date(2021, 9, 1), date(2021, 9, 30)), (date(2021, 7, 1), date(2021, 8, 31))])
    [(datetime.date(2021, 7, 1), datetime.date(2021, 9, 30))]
    """
    found: list[Period] = []
    for first, last in sorted(periods):
        if last < first:
            raise InvalidArgument(
                "The period ends before it starts", where="periods", value=f"{first}:{last}"
            )
        if found and first <= found[-1][1] + _ONE_DAY:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


@dataclass(frozen=True)
class RollingLimit:
    """At most `max_months` authorised in any `window_months` months in a row, from `counted_from` on."""

    max_months: int
    window_months: int
    counted_from: date

    def used(self, request: Period, previous: Sequence[Period]) -> Decimal:
        """Return the most months, the request included, in any window that holds a day of the request.

        Examples
        --------
        >>> rule = RollingLimit(6, 12, date(2021, 7, 1))
        >>> rule.used((date(2021, 10, 1), date(2021, 12, 31)), [(date(2021, 6, 1), date(2021, 9, 30))])
        Decimal('6')
        """
        first, last = request
        counted = [
            (max(a, self.counted_from), b) for a, b in merged([*previous, request]) if b >= self.counted_from
        ]
        ends = (
            first,
            *(b for _, b in counted),
        )  # the fullest window ends with a period, or just touches this one
        starts = {last, *(add_months(end + _ONE_DAY, -self.window_months) for end in ends)}
        windows = [(start, end_after(start, self.window_months)) for start in sorted(starts)]
        held = [months_used(counted, a, b) for a, b in windows if a <= last and b >= first]
        return max(held, default=Decimal())

    def latest_end(self, start: date, longest: date, previous: Sequence[Period]) -> date | None:
        """Return the last day, up to `longest`, that keeps within the limit; None when not even one day does.

        Examples
        --------
        >>> rule = RollingLimit(6, 12, date(2021, 7, 1))
        >>> half_a_year = [(date(2021, 7, 1), date(2021, 12, 31))]
        >>> rule.latest_end(date(2022, 1, 1), date(2022, 3, 31), half_a_year) is None
        True
        >>> rule.latest_end(date(2022, 9, 1), date(2022, 11, 30), half_a_year)
        datetime.date(2022, 11, 30)
        """
        end = longest
        while end >= start:
            if self.used((start, end), previous) <= self.max_months:
                return end
            end -= _ONE_DAY
        return None

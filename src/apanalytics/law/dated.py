"""A dated legal parameter: what it is worth on a day, as known on a day, and by which text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from apanalytics.errors import InvalidArgument, NotInForce

FAR = date.max
"""The open end of time."""

_ISO_DAY = re.compile(r"[12]\d{3}-\d\d-\d\d")


def as_day(value: date | str, what: str = "date") -> date:
    """Return a date from a date, a moment of it, or ISO text (`YYYY-MM-DD`).

    Raises
    ------
    InvalidArgument : neither a date nor such text, or a year out of 1000..2999.

    Examples
    --------
    >>> as_day("2021-03-01")
    datetime.date(2021, 3, 1)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        if not _ISO_DAY.fullmatch(value):
            raise ValueError
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidArgument("Not a date", where=what, value=value, todo="Write it YYYY-MM-DD.") from None


@dataclass(frozen=True)
class Entry:
    """One dated value of a parameter and the text that set it.

    `valid_from` is the first day (of hours worked, unless the parameter says otherwise) to which it applies;
    `known_from` the day it was published, equal to `valid_from` where `known_from_stated` is false. Exactly
    one of `value`, `same_as` (the name of the parameter to which the law refers) and `missing` is set;
    `missing` is `none` (the law sets no such limit), `repealed`, or `not_found`.
    """

    valid_from: date
    known_from: date
    known_from_stated: bool
    value: Decimal | date | str | None
    same_as: str | None
    missing: str | None
    reference: str
    url: str | None
    confidence: str
    note: str | None


@dataclass(frozen=True)
class Source:
    """A value used in a computation, with where it comes from; what is printed beside each figure."""

    parameter: str
    value: str
    unit: str
    valid_from: date
    known_from: date
    known_from_stated: bool
    reference: str
    url: str | None
    confidence: str
    note: str | None

    def line(self) -> str:
        """Return the source as one line of text.

        Examples
        --------
        >>> from apanalytics import law
        >>> print(law.parameter("hours.legal_weekly").source("2021-03-01").line())  # doctest: +ELLIPSIS
        hours.legal_weekly = 35 hours per week, from 2002-01-01: ...
        """
        published = f", known from {self.known_from}" if self.known_from_stated else ""
        weak = "" if self.confidence == "high" else f" [confidence: {self.confidence}]"
        note = f" ({self.note})" if self.note else ""
        link = f" <{self.url}>" if self.url else ""
        value = self.value if self.unit in ("rule", "date") else f"{self.value} {self.unit}"
        dates = f"from {self.valid_from}{published}"
        return f"{self.parameter} = {value}, {dates}: {self.reference}{note}{weak}{link}"


@dataclass(frozen=True)
class Parameter:
    """A legal parameter and all its dated values, in the order of `valid_from`, then of `known_from`.

    `kind` is `number` (exact decimals), `date` or `rule` (text).
    """

    name: str
    description: str
    unit: str
    kind: str
    entries: tuple[Entry, ...]

    def entry(self, day: date | str, known_on: date | str | None = None) -> Entry:
        """Return the entry that governs `day`, as known on `known_on` (None: everything known today).

        Raises
        ------
        NotInForce : `day` is before the first entry known.

        Examples
        --------
        >>> from apanalytics import law
        >>> law.parameter("general.allocation_floor").entry("2021-06-15").reference[:15]
        'décret 2021-674'
        """
        asked, known = as_day(day), FAR if known_on is None else as_day(known_on)
        for entry in reversed(self.entries):
            if entry.valid_from <= asked and entry.known_from <= known:
                return entry
        first = self.entries[0]
        raise NotInForce(
            f"{self.name} has no value on {asked}" + (f" as known on {known}" if known_on else ""),
            why=f"First in force on {first.valid_from}, known from {first.known_from} ({first.reference}).",
            todo="Check the date; if an earlier text applies, add it to the parameter's YAML file.",
        )

    def governing(self, day: date | str, known_on: date | str | None = None) -> tuple[Parameter, Entry]:
        """Return the parameter and entry that finally give the value, following references of the law.

        Raises
        ------
        NotInForce : nothing governs the day.

        Examples
        --------
        >>> from apanalytics import law
        >>> law.parameter("closed.allocation_floor").governing("2023-01-01")[0].name
        'general.allocation_floor'
        """
        entry = self.entry(day, known_on)
        if entry.same_as is None:
            return self, entry
        from apanalytics.law.catalogue import parameter

        return parameter(entry.same_as).governing(day, known_on)

    def value_on(self, day: date | str, known_on: date | str | None = None) -> Decimal | date | str:
        """Return the value on a day, whatever its kind.

        Raises
        ------
        NotInForce : repealed, never set, or not found; the message names the gap and the last known value.

        Examples
        --------
        >>> from apanalytics import law
        >>> law.parameter("procedure.claim_before").value_on("2020-08-31")
        datetime.date(2021, 7, 1)
        """
        holder, entry = self.governing(day, known_on)
        if entry.value is None:
            raise holder._absent(entry, as_day(day))
        return entry.value

    def on(self, day: date | str, known_on: date | str | None = None) -> Decimal:
        """Return the number in force on a day, as known on `known_on`.

        Raises
        ------
        NotInForce : repealed, never set, or not found; the message names the gap and the last known value.
        InvalidArgument : the parameter is a date or a rule.

        Examples
        --------
        >>> from apanalytics import law
        >>> floor = law.parameter("general.allocation_floor")
        >>> floor.on("2026-01-15"), floor.on("2026-01-15", known_on="2026-01-10")
        (Decimal('8.57'), Decimal('8.46'))
        """
        value = self.value_on(day, known_on)
        if not isinstance(value, Decimal):
            raise InvalidArgument(f"{self.name} is a {self.kind}, not a number", todo="Use value_on().")
        return value

    def get(self, day: date | str, known_on: date | str | None = None) -> Decimal | None:
        """Return the number in force, or None where the law sets none on that day.

        Raises
        ------
        NotInForce : the law sets a value that was not found.

        Examples
        --------
        >>> from apanalytics import law
        >>> law.parameter("cap.indemnity_smic").get("2020-12-31") is None
        True
        """
        return self.on(day, known_on) if self.in_force(day, known_on) else None

    def in_force(self, day: date | str, known_on: date | str | None = None) -> bool:
        """Tell whether the law sets a value on that day, found or not.

        Examples
        --------
        >>> from apanalytics import law
        >>> law.parameter("apld.better_common_rate").in_force("2022-04-01")
        False
        """
        try:
            _, entry = self.governing(day, known_on)
        except NotInForce:
            return False
        return entry.value is not None or entry.missing == "not_found"

    def source(self, day: date | str, known_on: date | str | None = None) -> Source:
        """Return the value on a day with its text, link, dates and confidence.

        Raises
        ------
        NotInForce : as `on`.

        Examples
        --------
        >>> from apanalytics import law
        >>> law.parameter("smic.hourly").source("2020-05-01").value
        '10.15'
        """
        own = self.entry(day, known_on)
        holder, entry = self.governing(day, known_on)
        if entry.value is None:
            raise holder._absent(entry, as_day(day))
        own_reference = f"{own.reference}: same as {holder.name}; " if holder is not self else ""
        return Source(
            parameter=self.name,
            value=str(entry.value),
            unit=self.unit,
            valid_from=entry.valid_from,
            known_from=entry.known_from,
            known_from_stated=entry.known_from_stated,
            reference=own_reference + entry.reference,
            url=entry.url or own.url,
            confidence=own.confidence if holder is not self else entry.confidence,
            note=own.note if holder is not self else entry.note,
        )

    def known(self, known_on: date | str | None = None) -> Iterator[Entry]:
        """Yield the entries published by a day.

        Examples
        --------
        >>> from apanalytics import law
        >>> len(list(law.parameter("smic.hourly").known("2014-06-30")))
        2
        """
        limit = FAR if known_on is None else as_day(known_on)
        return (entry for entry in self.entries if entry.known_from <= limit)

    def _absent(self, entry: Entry, day: date) -> NotInForce:
        last = [e for e in self.entries if e.value is not None and e.valid_from <= day]
        known = f"Last known value: {last[-1].value} {self.unit}, from {last[-1].valid_from}" if last else ""
        what = {
            "not_found": f"{self.name} was not found for {day}: the gap begins on {entry.valid_from}",
            "repealed": f"{self.name} is no longer in force on {day}: repealed from {entry.valid_from}",
            "none": f"{self.name} has no value on {day}: the law sets none from {entry.valid_from}",
        }[entry.missing or "none"]
        why = f"{entry.reference}." + (f" {entry.note}." if entry.note else "")
        return NotInForce(
            what,
            why=why,
            todo=(known + f" ({last[-1].reference})." if last else "No earlier value is known.")
            + (
                " Add the text to the parameter's YAML file once it is found."
                if entry.missing == "not_found"
                else ""
            ),
        )

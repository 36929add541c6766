"""What a regime pays on a day: rates, floors and caps, each with its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from apanalytics.errors import InvalidArgument, NotInForce
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import Source, as_day
from apanalytics.law.public_holidays import as_territory
from apanalytics.law.regimes import MAYOTTE, split_regime
from apanalytics.law.rounding import as_decimal, cents


@dataclass(frozen=True)
class FlatAllocation:
    """The flat hourly allocations of before March 2020, euros, by headcount on 1 January."""

    small: Decimal
    large: Decimal
    headcount_max: int

    def of(self, headcount: int | None) -> Decimal:
        """Return the flat allocation of an establishment; `headcount_max` is the last at the higher one.

        Raises
        ------
        InvalidArgument : the headcount is not given, or negative.

        Examples
        --------
        >>> from apanalytics import law
        >>> law.rates("2019-05-02").flat.of(251)
        Decimal('7.23')
        """
        if headcount is None or headcount < 0:
            raise InvalidArgument(
                "The headcount is needed",
                where="headcount",
                value=headcount,
                why=f"Before March 2020 the allocation is flat, up to {self.headcount_max} staff and above.",
                todo="Give the headcount on 1 January.",
            )
        return self.small if headcount <= self.headcount_max else self.large


@dataclass(frozen=True)
class Rates:
    """What one regime pays per hour on one day, as known on one day.

    Rates are fractions of the gross hourly pay, the rest euros per hour. `allocation_rate`,
    `allocation_floor` and `allocation_cap` are None while the allocation is `flat`;
    `indemnity_cap` is None while the law sets none; `indemnity_floor` where none is known (`notes` says why).
    """

    on: date
    regime: str
    known_on: date | None
    indemnity_rate: Decimal
    allocation_rate: Decimal | None
    indemnity_floor: Decimal | None
    allocation_floor: Decimal | None
    indemnity_cap: Decimal | None
    allocation_cap: Decimal | None
    smic: Decimal
    flat: FlatAllocation | None
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def rates(
    on: date | str,
    regime: str = "general",
    known_on: date | str | None = None,
    *,
    territory: str | None = None,
    assumed_floor: Decimal | float | str | None = None,
) -> Rates:
    """Return rates, floors and caps of a regime for hours not worked on a day.

    Parameters
    ----------
    on : day of the hours, from 2013-07-01.
    regime : a code of `REGIMES`, or a combination such as `apld+closed` (the better rate applies).
    known_on : value the hours with the texts published by then; None, with everything known today.
    territory : department code; `976` (Mayotte) has floors of its own, the others the national ones.
    assumed_floor : hourly floor of the allocation, euros, to use where the law's was not found (APLD-R, and
        hours from June 2026); ignored elsewhere, and said in `notes`.

    Raises
    ------
    NotInForce : the regime does not exist on that day, or its floor was not found (the last value is named).
    InvalidArgument : unknown regime, combination or department.

    Examples
    --------
    >>> rates("2021-08-15", "protected").allocation_rate
    Decimal('0.52')
    >>> rates("2021-03-15", "apld+closed").allocation_floor
    Decimal('8.11')
    """
    return _Reading(as_day(on, "on"), None if known_on is None else as_day(known_on, "known_on")).rates(
        regime,
        as_territory(territory),
        None if assumed_floor is None else cents(as_decimal(assumed_floor, "assumed_floor")),
    )


class _Reading:
    """Reads parameters on one day as known on another, and remembers the sources of what it read."""

    def __init__(self, on: date, known_on: date | None) -> None:
        self.on, self.known_on = on, known_on
        self.sources: list[Source] = []
        self.notes: list[str] = []

    def rates(self, regime: str, territory: str | None, assumed_floor: Decimal | None) -> Rates:
        base, beside = split_regime(regime)
        indemnity = self._read(f"{base}.indemnity_rate")
        if base == "general" and not self._in_force("general.allocation_rate"):
            return self._flat(regime, indemnity)
        allocation, holder = self._allocation_rate(base, beside)
        if holder != base:
            indemnity = max(indemnity, self._read(f"{holder}.indemnity_rate"))
        floor = self._floor(holder, territory, assumed_floor)
        smic = self._read("smic.hourly")
        allocation_base = smic * self._read("cap.allocation_smic")
        indemnity_smic = self._cap(
            "apld.indemnity_cap_smic" if base in ("apld", "apld_r") else "cap.indemnity_smic"
        )
        return Rates(
            on=self.on,
            regime=regime,
            known_on=self.known_on,
            indemnity_rate=indemnity,
            allocation_rate=allocation,
            indemnity_floor=self._indemnity_floor(),
            allocation_floor=floor,
            indemnity_cap=None if indemnity_smic is None else cents(indemnity * smic * indemnity_smic),
            allocation_cap=cents(allocation * allocation_base),
            smic=smic,
            flat=None,
            sources=tuple(self.sources),
            notes=tuple(self.notes),
        )

    def _flat(self, regime: str, indemnity: Decimal) -> Rates:
        small, large = (
            self._read("general.flat_allocation_small"),
            self._read("general.flat_allocation_large"),
        )
        size = self._read("general.flat_headcount_max")
        smic = self._read("smic.hourly")
        self.notes.append(
            "Flat allocation by headcount; no hourly floor of the indemnity was collected before 2020."
        )
        return Rates(
            on=self.on,
            regime=regime,
            known_on=self.known_on,
            indemnity_rate=indemnity,
            allocation_rate=None,
            indemnity_floor=None,
            allocation_floor=None,
            indemnity_cap=None,
            allocation_cap=None,
            smic=smic,
            flat=FlatAllocation(small, large, int(size)),
            sources=tuple(self.sources),
            notes=tuple(self.notes),
        )

    def _allocation_rate(self, base: str, beside: str | None) -> tuple[Decimal, str]:
        """Return the rate and the regime that lends it: the one beside only where strictly better."""
        own = self._read(f"{base}.allocation_rate")
        if beside is None or not self._in_force(f"{beside}.allocation_rate"):
            return own, base
        if base == "apld" and not self._in_force("apld.better_common_rate"):
            return own, base
        other = self._read(f"{beside}.allocation_rate")
        if other <= own:
            self.sources.pop()
            return own, base
        if base == "apld":
            self.sources.append(parameter("apld.better_common_rate").source(self.on, self.known_on))
        return other, beside

    def _floor(self, regime: str, territory: str | None, assumed: Decimal | None) -> Decimal:
        name = f"{regime}.allocation_floor"
        try:
            if territory == MAYOTTE:
                name = "mayotte.apld_floor" if regime == "apld" else self._mayotte(name)
            return self._read(name)
        except NotInForce:
            if assumed is None:
                raise
        self.notes.append(f"{name} was not found: {assumed} was assumed by the caller.")
        return assumed

    def _mayotte(self, name: str) -> str:
        """Return Mayotte's floor where the regime follows the ordinary one; no other was ever found."""
        self.notes.append("The cap uses the national SMIC: Mayotte's own was not found.")
        holder, _ = parameter(name).governing(self.on, self.known_on)
        if holder.name == "general.allocation_floor":
            return "mayotte.general_floor"
        raise NotInForce(
            "No floor for Mayotte was found",
            where=name,
            value=str(self.on),
            todo="Leave the territory out to read the national floor.",
        )

    def _indemnity_floor(self) -> Decimal | None:
        try:
            return self._read("employee.indemnity_floor")
        except NotInForce as gap:
            self.notes.append(str(gap.what) + ".")
            return None

    def _cap(self, name: str) -> Decimal | None:
        if self._in_force(name):
            return self._read(name)
        self.notes.append("The indemnity has no cap for these hours.")
        return None

    def _in_force(self, name: str) -> bool:
        return _is_in_force(name, self.on, self.known_on)

    def _read(self, name: str) -> Decimal:
        value, source = _value(name, self.on, self.known_on)
        self.sources.append(source)
        return value


@lru_cache(maxsize=2**16)
def _is_in_force(name: str, on: date, known_on: date | None) -> bool:
    return parameter(name).in_force(on, known_on)


@lru_cache(maxsize=2**16)
def _value(name: str, on: date, known_on: date | None) -> tuple[Decimal, Source]:
    """Return a value and its source: regimes share most of their parameters, on the same days."""
    found = parameter(name)
    return found.on(on, known_on), found.source(on, known_on)

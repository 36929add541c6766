"""Deadlines of a request and of its claims, and the longest authorisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from apanalytics.errors import InvalidArgument, NotInForce
from apanalytics.law.authorisation import Period, RollingLimit, add_months, end_after
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import Source, as_day
from apanalytics.law.reduction import ReductionCap, reduction_cap

SCHEMES = {"APDC": "general", "APLD": "apld", "APLD_R": "apld_r"}
"""Codes of the column `scheme` of requests, with the prefix of their parameters."""

MOTIVES = range(1, 8)
_WEATHER, _EXCEPTIONAL = 3, 5


@dataclass(frozen=True)
class Deadlines:
    """Days that bind a request. Each is the last one allowed; None where no source gives it (`notes`).

    * `decide_by` : silence after that day is acceptance.
    * `file_by` : last day to file (APLD: the agreement); `filed_in_time` compares.
    * `longest_end` : last day that the authorisation may cover, rolling limit included; None where none is.
    * `rolling_months` : most authorised months within any rolling window, this request included.
    * `claim_by` : last day to claim payment.
    * `works_council_threshold` : headcount of the firm from which its opinion is needed.
    * `reduction` : cap on idle hours under APLD and APLD-R.
    """

    decide_by: date | None
    file_by: date
    filed_in_time: bool
    max_months: int
    longest_end: date | None
    within_longest: bool
    rolling_months: Decimal | None
    rolling_max_months: int | None
    claim_by: date | None
    works_council_threshold: int | None
    reduction: ReductionCap | None
    sources: tuple[Source, ...]
    notes: tuple[str, ...]


def deadlines(
    filed_on: date | str,
    starts_on: date | str,
    ends_on: date | str,
    motive: int = 1,
    scheme: str = "APDC",
    *,
    apld_basis: str = "agreement",
    previous: Sequence[tuple[date | str, date | str]] = (),
    long_arrangement: bool = False,
) -> Deadlines:
    """Return the deadlines of a request, and how long it may be.

    Parameters
    ----------
    filed_on, starts_on, ends_on : day of filing, first and last day asked.
    motive : 1..7, as the column `motive` of requests (3 accident or bad weather, 5 exceptional
        circumstances).
    scheme : `APDC` (ordinary law), `APLD` or `APLD_R`.
    apld_basis : `agreement` or `unilateral`, for the APLD schemes.
    previous : earlier authorised periods of the establishment, first and last day.
    long_arrangement : working time is arranged over more than six months (a longer deadline to claim).

    Returns
    -------
    Decision and filing follow the law of the day of filing; the longest authorisation that of the later of
    filing and start; the claim that of the end of the authorisation.

    Raises
    ------
    InvalidArgument : unknown motive, scheme or basis; a period that ends before it starts.
    NotInForce : the scheme does not exist then.

    Source: R5122-2, R5122-3, R5122-4, R5122-9, L5122-1.

    Examples
    --------
    >>> found = deadlines("2021-06-28", "2021-07-01", "2021-09-30")
    >>> found.decide_by, found.longest_end, found.claim_by
    (datetime.date(2021, 7, 13), datetime.date(2021, 9, 30), datetime.date(2022, 3, 30))
    """
    if motive not in MOTIVES or scheme not in SCHEMES or apld_basis not in ("agreement", "unilateral"):
        raise InvalidArgument(
            "Unknown motive, scheme or basis",
            where="deadlines",
            value=(motive, scheme, apld_basis),
            todo=f"Motive 1..7, scheme of {tuple(SCHEMES)}, basis agreement or unilateral.",
        )
    filed, first, last = (
        as_day(filed_on, "filed_on"),
        as_day(starts_on, "starts_on"),
        as_day(ends_on, "ends_on"),
    )
    if last < first:
        raise InvalidArgument("The period ends before it starts", where="ends_on", value=f"{first}..{last}")
    earlier = [(as_day(a, "previous"), as_day(b, "previous")) for a, b in previous]
    return _Procedure(filed, (first, last), motive, SCHEMES[scheme]).deadlines(
        apld_basis, earlier, long_arrangement
    )


class _Procedure:
    """The rules that bind one request; remembers its sources."""

    def __init__(self, filed: date, period: Period, motive: int, scheme: str) -> None:
        self.filed, (self.first, self.last) = filed, period
        self.motive, self.scheme = motive, scheme
        self.sources: list[Source] = []
        self.notes: list[str] = []

    def deadlines(self, basis: str, previous: list[Period], long_arrangement: bool) -> Deadlines:
        file_by = self._file_by()
        months = self._max_months()
        rolling = self._rolling()
        within = None if rolling is None else rolling.used((self.first, self.last), previous)
        longest = self._longest_end(months, rolling, previous)
        return Deadlines(
            decide_by=self._decide_by(basis),
            file_by=file_by,
            filed_in_time=self.filed <= file_by,
            max_months=months,
            longest_end=longest,
            within_longest=longest is not None and self.last <= longest,
            rolling_months=within,
            rolling_max_months=None if rolling is None else rolling.max_months,
            claim_by=self._claim_by(long_arrangement),
            works_council_threshold=self._read_or_none("procedure.works_council_threshold", self.filed),
            reduction=None if self.scheme == "general" else self._reduction(),
            sources=tuple(self.sources),
            notes=tuple(self.notes),
        )

    def _decide_by(self, basis: str) -> date | None:
        name = (
            "procedure.decision_days" if self.scheme == "general" else f"{self.scheme}.decision_days_{basis}"
        )
        days = self._read_or_none(name, self.filed)
        return None if days is None else self.filed + timedelta(days=days)

    def _file_by(self) -> date:
        """Return the day of the start, later where the motive allows it; an agreement's under APLD."""
        if self.scheme != "general":
            last = {"apld": "apld.last_filing_day", "apld_r": "apld_r.filing_to"}[self.scheme]
            return self._day(last, self.first)
        names = {
            _WEATHER: "procedure.filing_days_after_start_weather",
            _EXCEPTIONAL: "procedure.filing_days_after_start_exceptional",
        }
        name = names.get(self.motive)
        if name is None or not parameter(name).in_force(self.filed):
            self.sources.append(parameter("rule.filing_before_placement").source(self.filed))
            return self.first
        return self.first + timedelta(days=self._read(name, self.filed))

    def _max_months(self) -> int:
        if self.scheme != "general":
            return self._read(f"{self.scheme}.authorisation_months", max(self.filed, self.first))
        on = max(self.filed, self.first)
        weather = "procedure.max_authorisation_months_weather"
        if self.motive == _WEATHER and parameter(weather).in_force(on):
            return self._read(weather, on)
        return self._read("procedure.max_authorisation_months", on)

    def _longest_end(self, months: int, rolling: RollingLimit | None, previous: list[Period]) -> date | None:
        """Return the last day that the length, the end of the scheme and the rolling limit allow."""
        end = end_after(self.first, months)
        if rolling is not None:
            return rolling.latest_end(self.first, end, previous)
        if self.scheme != "general":
            use = parameter(f"{self.scheme}.allocation_rate").entry(end)
            if use.missing == "repealed":
                self.notes.append(f"{use.note}.")
                end = use.valid_from - timedelta(days=1)
        return end if end >= self.first else None

    def _rolling(self) -> RollingLimit | None:
        on = max(self.filed, self.first)
        name = "procedure.rolling_max_months"
        if self.scheme != "general" or self.motive == _WEATHER or not parameter(name).in_force(on):
            return None
        ignored = "procedure.rolling_ignored_before"
        before = self._day(ignored, self.first if parameter(ignored).in_force(self.first) else on)
        window = self._read("procedure.rolling_window_months", on)
        return RollingLimit(self._read(name, on), window, before + timedelta(days=1))

    def _claim_by(self, long_arrangement: bool) -> date | None:
        before = parameter("procedure.claim_before")
        if before.in_force(self.last):
            return self._day("procedure.claim_before", self.last) - timedelta(days=1)
        if any(self._read_or_none("procedure.claim_months", day) is None for day in (self.filed, self.last)):
            return None
        months = self._read("procedure.claim_months", self.last)
        if long_arrangement:
            months += self._read_or_none("procedure.claim_extra_months_long_arrangement", self.last) or 0
        return add_months(self.last, months)

    def _reduction(self) -> ReductionCap:
        cap = reduction_cap(self.first, self.last, self.scheme)
        self.sources.extend(cap.sources)
        return cap

    def _read(self, name: str, on: date) -> int:
        value = parameter(name).on(on)
        self.sources.append(parameter(name).source(on))
        return int(value)

    def _day(self, name: str, on: date) -> date:
        value = parameter(name).value_on(on)
        assert isinstance(value, date)
        self.sources.append(parameter(name).source(on))
        return value

    def _read_or_none(self, name: str, on: date) -> int | None:
        try:
            return self._read(name, on)
        except NotInForce as gap:
            self.notes.append(f"{gap.what}.")
            return None

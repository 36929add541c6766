"""How far working time may be reduced under APLD and APLD-R, over the whole agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from apanalytics.errors import InvalidArgument
from apanalytics.law.authorisation import months_between
from apanalytics.law.catalogue import parameter
from apanalytics.law.dated import Source, as_day
from apanalytics.law.rounding import CENT


@dataclass(frozen=True)
class ReductionCap:
    """Most idle hours of one full-time employee over an agreement, ordinary activité partielle included.

    `share` of the legal duration, over `months` (neutralised ones left out): `full_stop_months` months of
    complete stop, `hours` hours.
    """

    share: Decimal
    months: Decimal
    full_stop_months: Decimal
    hours: Decimal
    sources: tuple[Source, ...]


def reduction_cap(
    starts_on: date | str, ends_on: date | str, scheme: str = "apld", *, exceptional: bool = False
) -> ReductionCap:
    """Return the cap on the reduction of working time over an agreement.

    Parameters
    ----------
    starts_on, ends_on : first and last day of the agreement.
    scheme : `apld` or `apld_r`.
    exceptional : the administration allowed the higher share.

    Raises
    ------
    InvalidArgument : unknown scheme, or a period that ends before it starts.
    NotInForce : the scheme does not exist then.

    Source: décret 2020-926; décret 2025-338; arrêté of 09/04/2021 for the months that do not count.

    Examples
    --------
    >>> reduction_cap("2021-07-01", "2023-06-30").full_stop_months
    Decimal('9.60')
    """
    first, last = as_day(starts_on, "starts_on"), as_day(ends_on, "ends_on")
    if scheme not in ("apld", "apld_r") or last < first:
        raise InvalidArgument(
            "Not an agreement of APLD or APLD-R", where="scheme", value=f"{scheme} {first}..{last}"
        )
    share = parameter(f"{scheme}.max_reduction" + ("_exceptional" if exceptional else ""))
    monthly = parameter("hours.legal_monthly")
    sources = [share.source(first), monthly.source(first)]
    months = months_between(first, last)
    if scheme == "apld":
        neutral = [parameter(f"apld.neutralised_{end}") for end in ("from", "to")]
        begin, until = (bound.entries[-1].value for bound in neutral)
        assert isinstance(begin, date)
        assert isinstance(until, date)
        skipped = months_between(max(first, begin), min(last, until))
        if skipped:
            sources += [bound.source(until) for bound in neutral]
        months -= skipped
    stop = share.on(first) * months
    return ReductionCap(
        share=share.on(first),
        months=months.quantize(CENT),
        full_stop_months=stop.quantize(CENT),
        hours=(stop * monthly.on(first)).quantize(CENT),
        sources=tuple(sources),
    )

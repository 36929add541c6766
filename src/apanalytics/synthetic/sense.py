"""What the type of a setting cannot say: months, names that exist, shares that add up, lengths of lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.economy import HEAD_OFFICE
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.seats import CONTRACT_KINDS
from apanalytics.synthetic.truth import STAGES
from apanalytics.tables.activities import NACE17
from apanalytics.tables.geography import REGIONS

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_SEATS = CONTRACT_KINDS[:5]
_PLANS = ("first_requests", "second_requests", "first_claims", "second_claims")
_CLASSES, _CALENDAR = 5, 12
_NEARLY = 1e-6


def refuse_nonsense(settings: Settings, where: str) -> None:
    """Refuse what would be passed over in silence, or would stop a draw halfway.

    Parameters
    ----------
    settings : settings of the right types and ranges.
    where : the file that they are from.

    Raises
    ------
    InvalidArgument : a month is not `YYYY-MM`; a kind, stage, activity or region does not exist; shares that
        divide a whole do not add up to 1; a list has too few or too many entries.

    Examples
    --------
    >>> from apanalytics.synthetic.scenario_files import settings
    >>> refuse_nonsense(settings("base"), "settings/base.yaml")
    """
    for name, months in _months(settings):
        for month in months:
            if not _MONTH.fullmatch(month):
                raise InvalidArgument(
                    "Not a month", where=f"{where}: {name}", value=month, todo='Write it as "2020-03".'
                )
    for name, given, known in _names(settings):
        for one in given:
            if one not in known:
                raise InvalidArgument(
                    "Unknown name", where=f"{where}: {name}", value=one, todo=meant(one, known)
                )
    for name, shares in _wholes(settings):
        if abs(sum(shares) - 1) > _NEARLY:
            raise InvalidArgument(
                "Shares of a whole do not add up to 1", where=f"{where}: {name}", value=round(sum(shares), 6)
            )
    for name, count, least, most in _lengths(settings):
        if not least <= count <= most:
            why = f"Expected {least} entries." if least == most else f"Expected {least} to {most} entries."
            place = f"{where}: {name}"
            raise InvalidArgument("A list has the wrong length", where=place, value=count, why=why)
    if settings.window.end < settings.window.start:
        raise InvalidArgument(
            "The window is empty",
            where=f"{where}: window",
            value=settings.window.end,
            why=f"It starts in {settings.window.start}.",
        )


def meant(name: str, known: Iterable[str]) -> str:
    """Say which of the known names may have been meant, or list them.

    Examples
    --------
    >>> meant("hidden_wrk", ["hidden_work", "typing"])
    'Did you mean hidden_work?'
    """
    names = sorted(known)
    close = get_close_matches(name, names, n=3)
    return f"Did you mean {' or '.join(close)}?" if close else f"Use some of: {', '.join(names)}."


def _months(settings: Settings) -> list[tuple[str, Iterable[str]]]:
    """Settings that are months, or have months for names."""
    window, crisis, conduct, inspection = (
        settings.window,
        settings.crisis,
        settings.conduct,
        settings.inspection,
    )
    return [
        ("window", (window.start, window.end)),
        ("crisis: duration_months", crisis.duration_months),
        ("crisis: apld_share", crisis.apld_share),
        ("crisis: closed_months", crisis.closed_months),
        ("conduct: begins", conduct.begins.values()),
        ("conduct: drift_from", (conduct.drift_from,)),
        ("inspection: first_control", (inspection.first_control,)),
        ("inspection: second_plan", (inspection.second_plan,)),
    ]


def _names(settings: Settings) -> list[tuple[str, Iterable[str], Collection[str]]]:
    """Settings that name things of a list, and the list."""
    crisis, payroll, conduct = settings.crisis, settings.payroll, settings.conduct
    kinds = [kind.code for kind in KINDS]
    of_all = (*NACE17, "other")
    return [
        ("conduct: kinds", conduct.kinds, kinds),
        ("conduct: yields", conduct.yields, kinds),
        ("conduct: begins", conduct.begins, kinds),
        ("conduct: case_rate", conduct.case_rate, STAGES),
        ("conduct: regions", conduct.regions, REGIONS),
        ("crisis: closing_trades", crisis.closing_trades, NACE17),
        ("crisis: protected_share", crisis.protected_share, NACE17),
        ("crisis: closed_share", crisis.closed_share, NACE17),
        ("crisis: full_time_equivalents", crisis.full_time_equivalents, of_all),
        ("crisis: holidays_worked", crisis.holidays_worked, of_all),
        ("payroll: seasonal_share", payroll.seasonal_share, NACE17),
        ("payroll: part_time_share", payroll.part_time_share, of_all),
        ("payroll: over35_share", payroll.over35_share, of_all),
        ("payroll: day_package_share", payroll.day_package_share, of_all),
        ("payroll: wage_over_minimum", payroll.wage_over_minimum, of_all),
        ("payroll: temps_in_other_trades", payroll.temps_in_other_trades, of_all),
        ("payroll: seat_kinds", payroll.seat_kinds, _SEATS),
        ("inspection: mean_weight", settings.inspection.mean_weight, _PLANS),
    ]


def _wholes(settings: Settings) -> list[tuple[str, Iterable[float]]]:
    """Shares of which one holds for each thing."""
    economy, crisis = settings.economy, settings.crisis
    return [
        ("economy: filing_establishments", economy.filing_establishments),
        *((f"economy: company_classes: {at}", row) for at, row in enumerate(economy.company_classes)),
        *((f"crisis: duration_months: {month}", row) for month, row in crisis.duration_months.items()),
        ("crisis: agreement_months", crisis.agreement_months.values()),
        ("payroll: seat_kinds", settings.payroll.seat_kinds.values()),
    ]


def _lengths(settings: Settings) -> list[tuple[str, int, int, int]]:
    """Lists, how long each is, and how short and long it may be."""
    economy, crisis, conduct = settings.economy, settings.crisis, settings.conduct
    return [
        ("economy: filing_establishments", len(economy.filing_establishments), 1, HEAD_OFFICE),
        ("economy: company_classes", len(economy.company_classes), _CLASSES, _CLASSES),
        *(
            (f"economy: company_classes: {at}", len(row), _CLASSES, _CLASSES)
            for at, row in enumerate(economy.company_classes)
        ),
        ("economy: company_claims", len(economy.company_claims), _CLASSES, _CLASSES),
        ("crisis: closed_months", len(crisis.closed_months), 2, 2),
        ("payroll: leave_share", len(settings.payroll.leave_share), _CALENDAR, _CALENDAR),
        *((f"conduct: yields: {code}", len(pair), 2, 2) for code, pair in conduct.yields.items()),
    ]

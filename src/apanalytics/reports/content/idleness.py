"""Hours and euros by month of idleness, with what later claims may still add."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note, text
from apanalytics.reports.content.regional import PAYMENT, Regional
from apanalytics.reports.figure import BLUE, figure, french_axis, label_some, room
from apanalytics.reports.table import Column, table

MONTHS_SHOWN = 13
ENOUGH_HOURS = 1_000.0
"""Hours of earlier months below which a share filed by a given delay says nothing."""
FOLLOWED = 6
"""Months after which a month of idleness counts as complete when delays are measured."""
COMPLETE = 0.98
"""Share from which a month is no longer shown as incomplete."""

CAPTION = "Heures chômées déclarées, par mois d’inactivité."
BARS = (
    "Barre pleine : mois tenu pour complet ; barre hachurée : mois que des demandes encore à venir peuvent "
    "augmenter."
)


def idleness(regional: Regional) -> Block:
    """Idle hours claimed for each month of idleness, the still incomplete months drawn apart.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "<figure>" in idleness(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    series = by_month_of_idleness(regional)
    now = series.iloc[-1]
    chart = figure(
        partial(_draw, series),
        alt=_alt(series),
        caption=CAPTION if _whole(series).all() else f"{CAPTION} {BARS}",
    )
    return finding("{}", _finding(regional, now)) + chart + _completeness(series) + _about(regional)


def by_month_of_idleness(regional: Regional) -> pd.DataFrame:
    """Per month of idleness up to the report's: `hours`, `amount_eur`, and `completeness`.

    `completeness` is the share of hours (0..1) that earlier months had received after the same delay; missing
    where filing dates are stand-ins, or too few hours are known.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> by_month_of_idleness(open_region("data/synthetic", "32", "2021-09")).columns.tolist()
    ['hours', 'amount_eur', 'completeness']
    """
    claims = regional.cases[PAYMENT]
    months = pd.date_range(end=regional.month, periods=MONTHS_SHOWN, freq="MS")
    sums = claims.groupby(pd.to_datetime(claims["month"]))[["hours", "amount_eur"]].sum().reindex(months)
    first = sums["hours"].first_valid_index() or months[-1]
    series = sums.loc[first:].fillna(0.0)
    last = claims["filed_month"].max()
    share = _share_filed_by_delay(claims, last)
    delays = [(last.year - m.year) * 12 + last.month - m.month for m in series.index]
    series["completeness"] = [1.0 if d >= FOLLOWED else share.get(d) for d in delays]
    if regional.proxy_dates:
        series["completeness"] = pd.NA
    series.index = pd.Index([m.date() for m in series.index], name="month")
    return series


def _share_filed_by_delay(claims: pd.DataFrame, last: pd.Timestamp) -> dict[int, float]:
    """Share of hours filed within so many months, over the months of idleness followed long enough."""
    idle = pd.to_datetime(claims["month"])
    delay = (
        (claims["filed_month"].dt.year - idle.dt.year) * 12 + claims["filed_month"].dt.month - idle.dt.month
    )
    followed = idle <= last - pd.DateOffset(months=FOLLOWED)
    hours = claims.loc[followed, "hours"].groupby(delay[followed]).sum()
    total = float(hours.sum())
    if total < ENOUGH_HOURS:
        return {}
    return {k: float(hours[hours.index <= k].sum()) / total for k in range(FOLLOWED)}


def _finding(regional: Regional, now: pd.Series[Any]) -> str:
    said = (
        f"Au titre {french.of_month(regional.month)}, {french.hours(now['hours'])} chômées sont "
        "déclarées à ce jour, "
        f"pour {french.euros(now['amount_eur'])} d’allocation"
    )
    if french.absent(now["completeness"]) or now["completeness"] >= COMPLETE:
        return f"{said}."
    known = french.percent(now["completeness"], 0)
    return f"{said} ; d’après les délais passés, ce mois est connu à {known} environ."


def _completeness(series: pd.DataFrame) -> Block:
    """Months that later claims may still add to, with the factor and what the month may come to."""
    late = series[series["completeness"].notna() & (series["completeness"] < COMPLETE)]
    late = late[late["completeness"] > 0]
    if late.empty:
        return text("")
    share = late["completeness"].astype(float)
    rows = pd.DataFrame(
        {
            "month": [french.month(month) for month in late.index],
            "hours": late["hours"],
            "amount_eur": late["amount_eur"],
            "share": share,
            "whole": late["hours"] / share,
            "whole_eur": late["amount_eur"] / share,
        }
    )
    columns = (
        Column("month", "Mois d’inactivité"),
        Column("hours", "Heures connues", french.number),
        Column("amount_eur", "Euros connus", french.euros),
        Column("share", "Facteur de complétude", french.percent),
        Column("whole", "Heures attendues", french.number),
        Column("whole_eur", "Euros attendus", french.euros),
    )
    return table(rows, "Mois encore incomplets, et ce qu’ils devraient atteindre", columns)


def _alt(series: pd.DataFrame) -> str:
    months: list[date] = series.index.tolist()
    highest, last = months[int(series["hours"].argmax())], months[-1]
    return (
        f"Le mois le plus chargé est {french.month(highest)}, avec {french.hours(series['hours'].max())} ; "
        f"{french.month(last)} en compte {french.hours(series['hours'].iloc[-1])}."
    )


def _whole(series: pd.DataFrame) -> pd.Series[bool]:
    """Which months are drawn as complete: a full bar; the others are hatched."""
    return series["completeness"].fillna(1.0) >= COMPLETE


def _draw(series: pd.DataFrame, axes: Axes) -> None:
    unit, name = (1e6, "Millions d’heures") if series["hours"].max() >= 2e6 else (1e3, "Milliers d’heures")
    for place, (hours, complete) in enumerate(zip(series["hours"] / unit, _whole(series), strict=True)):
        look: dict[str, Any] = {"facecolor": BLUE} if complete else {"facecolor": "white", "hatch": "///"}
        axes.bar(place, hours, width=0.72, edgecolor=BLUE, linewidth=1.2, **look)
    french_axis(axes, name)
    label_some(axes, [french.short_month(month) for month in series.index], room(axes, 13, 5))


def _about(regional: Regional) -> Block:
    if regional.proxy_dates:
        return note(
            "Les dates de dépôt étant approchées, la part des demandes encore à venir ne peut pas être "
            "estimée."
        )
    return note(
        "Une demande d’indemnisation peut être déposée plusieurs mois après l’inactivité : les derniers "
        "mois sont "
        "donc incomplets. La part connue est estimée sur les délais de dépôt observés dans la région."
    )

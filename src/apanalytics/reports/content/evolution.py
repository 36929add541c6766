"""How filings, hours and euros move from month to month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, text
from apanalytics.reports.content.regional import AUTHORISATION, CASES, PAYMENT, STAGES, Regional, month_before
from apanalytics.reports.figure import BLUE, ORANGE, figure, french_axis, label_ends, label_some, room
from apanalytics.reports.table import Column, table

MONTHS_SHOWN = 25
"""The month of the report and the two years before it."""


def evolution(regional: Regional) -> Block:
    """Requests and claims filed by month, and the month against the last one and the last year.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "<figure>" in evolution(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    series = monthly(regional)
    months: list[date] = series.index.tolist()
    highest = months[int(series[PAYMENT].argmax())]
    last = series.iloc[-1]
    alt = (
        f"De {french.month(months[0])} à {french.month(months[-1])}, le nombre mensuel de demandes "
        f"d’indemnisation culmine à {french.number(series[PAYMENT].max())} en {french.month(highest)} ; "
        f"le dernier mois en compte {french.number(last[PAYMENT])}, avec "
        f"{french.count(last[AUTHORISATION], 'demande')} d’autorisation."
    )
    chart = figure(
        partial(_draw, series),
        alt=alt,
        caption="Demandes d’autorisation et d’indemnisation déposées chaque mois dans la région.",
    )
    return finding("{}", _finding(series)) + chart + _comparison(regional)


def monthly(regional: Regional) -> pd.DataFrame:
    """Per month of filing (a date, the first day): cases of each stage, hours and euros of the claims.

    The last row is the month of the report; a month without a case is there, with zeros.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> monthly(open_region("data/synthetic", "32", "2021-09")).index[-1]
    datetime.date(2021, 9, 1)
    """
    counts = {stage: regional.cases[stage].groupby("filed_month").size() for stage in STAGES}
    sums = regional.cases[PAYMENT].groupby("filed_month")[["hours", "amount_eur"]].sum()
    series = pd.concat([pd.DataFrame(counts), sums], axis=1).sort_index()
    first = max(series.index.min().date(), month_before(regional.month, MONTHS_SHOWN - 1))
    months = pd.date_range(first, regional.month, freq="MS")
    series = series.reindex(months, fill_value=0).fillna(0)
    series.index = pd.Index([month.date() for month in series.index], name="month")
    return series


def _finding(series: pd.DataFrame) -> str:
    if len(series) < 2:
        return "Un seul mois est connu : aucune évolution ne peut être mesurée."
    moves = [_move(CASES[stage], *series[stage].iloc[[-1, -2]]) for stage in STAGES]
    return f"Par rapport au mois précédent, {' et '.join(moves)}."


def _move(name: str, now: float, before: float) -> str:
    if now == before:
        return f"les {name} restent au nombre de {french.number(now)}"
    if not before:
        return f"les {name} passent de 0 à {french.number(now)}"
    verb = "augmentent" if now > before else "reculent"
    return f"les {name} {verb} de {french.percent(abs(now / before - 1))}"


def _draw(series: pd.DataFrame, axes: Axes) -> None:
    places = range(len(series))
    styles = ((PAYMENT, BLUE, "-", "indemnisation"), (AUTHORISATION, ORANGE, "--", "autorisation"))
    for stage, colour, line, _ in styles:
        axes.plot(places, series[stage], line, color=colour, linewidth=2.2)
        axes.plot(places[-1], series[stage].iloc[-1], "o", color=colour, markersize=6)
    french_axis(axes, "Nombre de demandes déposées")
    ends = [(float(series[stage].iloc[-1]), name, colour) for stage, colour, _, name in styles]
    label_ends(axes, places[-1], ends)
    label_some(axes, [french.short_month(month) for month in series.index], room(axes, 9, 4))


def _comparison(regional: Regional) -> Block:
    months = [month_before(regional.month, back) for back in (0, 1, 12)]
    rows = pd.DataFrame([{"measure": m.label, **_cells(m, regional, months)} for m in MEASURES])
    columns = [Column("measure", "Mesure")]
    columns += [
        Column(str(place), french.month(month).capitalize(), _as_it_is) for place, month in enumerate(months)
    ]
    title = f"Le mois {french.of_month(regional.month)}, le mois précédent et le même mois de l’an passé"
    return table(rows, f"{title} ; entre parenthèses, l’évolution depuis.", columns)


@dataclass(frozen=True)
class Measure:
    """One line of the comparison: its label, how it is counted, written, and compared."""

    label: str
    value: Callable[[Regional, date], float | None]
    show: Callable[[float | None], str]
    compare: Callable[[float | None, float | None], str] = french.change


def _number_filed(regional: Regional, month: date, stage: str) -> float:
    return float(len(regional.filed(stage, month)))


def _claimed(regional: Regional, month: date, column: str) -> float:
    return float(regional.filed(PAYMENT, month)[column].sum())


def _share(regional: Regional, month: date, stage: str) -> float | None:
    return regional.flagged_share(stage, month)


MEASURES = (
    Measure("Demandes d’autorisation", partial(_number_filed, stage=AUTHORISATION), french.number),
    Measure("Demandes d’indemnisation", partial(_number_filed, stage=PAYMENT), french.number),
    Measure("Heures chômées déclarées", partial(_claimed, column="hours"), french.hours),
    Measure("Allocation demandée", partial(_claimed, column="amount_eur"), french.euros),
    Measure(
        "Demandes d’autorisation avec incohérence",
        partial(_share, stage=AUTHORISATION),
        french.percent,
        french.points,
    ),
    Measure(
        "Demandes d’indemnisation avec incohérence",
        partial(_share, stage=PAYMENT),
        french.percent,
        french.points,
    ),
)


def _cells(measure: Measure, regional: Regional, months: list[date]) -> dict[str, Block]:
    """The value of each month, and under the earlier ones the change since; «n. d.» before the data start."""
    first = min(regional.cases[stage]["filed_month"].min() for stage in STAGES)
    values = [measure.value(regional, m) if pd.Timestamp(m) >= first else None for m in months]
    cells = {"0": text("{}", measure.show(values[0]))}
    for place, earlier in enumerate(values[1:], start=1):
        since = measure.compare(values[0], earlier)
        small = text("<br><small>({})</small>", since) if since != french.MISSING else text("")
        cells[str(place)] = text("{}{}", measure.show(earlier), small)
    return cells


def _as_it_is(cell: Block) -> Block:
    return cell

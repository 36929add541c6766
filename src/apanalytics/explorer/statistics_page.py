"""The statistics of a view: cases, euros or hours by one or two dimensions, a chart and its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from apanalytics.explorer.chips import chips
from apanalytics.explorer.columns import GROUP_BY_NAME, GROUPS
from apanalytics.explorer.counting import counted
from apanalytics.explorer.selecting import Selection, select
from apanalytics.explorer.view import parse
from apanalytics.explorer.web import Visit, needs, page
from apanalytics.reports.french import euros, hours, number

router = APIRouter()
DIMENSIONS = {
    **{group.name: group.title for group in GROUPS},
    "period": "Mois",
    "fired": "Nombre d’incohérences",
}
"""French title of what a table may be broken down by."""


@dataclass(frozen=True)
class Measure:
    """What is counted: French title, and how a value is written."""

    title: str
    written: Callable[[Any], str]


MEASURES = {
    "cases": Measure("Dossiers", number),
    "establishments": Measure("Établissements", number),
    "amount": Measure("Montant", euros),
    "hours": Measure("Heures", hours),
    "inconsistent": Measure("Dossiers avec une incohérence", number),
}
"""What may be counted."""


@dataclass(frozen=True)
class Crossed:
    """A table by one or two dimensions.

    Parameters
    ----------
    rows : for each value of the first dimension its label, the values of the second, and its total.
    heads : labels of the second dimension; none where there is one dimension.
    foot : total of each column, then of all.
    bars : for each row the width of its bar, 0..100.
    """

    rows: list[tuple[str, list[str], str]]
    heads: list[str]
    foot: tuple[list[str], str]
    bars: list[float]


@router.get("/statistiques")
def statistics(request: Request, visit: Annotated[Visit, needs("list")]) -> HTMLResponse:
    """Show the statistics of a view."""
    view = parse(request.query_params.multi_items())
    asked = request.query_params
    first = asked.get("by") if asked.get("by") in DIMENSIONS else "department"
    second = asked.get("and") if asked.get("and") in DIMENSIONS and asked.get("and") != first else None
    name = asked.get("of") if asked.get("of") in MEASURES else "cases"
    selection = select(visit.scope, view, visit.store.last_day[view.stage])
    return page(
        visit.session,
        "statistics.html.j2",
        view=view,
        kept=[pair for pair in view.filters().pairs() if pair[0] != "stage"],
        chips=chips(view.filters()),
        first=first,
        second=second,
        measure=name,
        measures=MEASURES,
        dimensions=DIMENSIONS,
        table=crossed(selection, str(first), second, str(name)),
    )


def crossed(selection: Selection, first: str, second: str | None, measure: str) -> Crossed:
    """Break a measure of a view down by one or two dimensions."""
    told = MEASURES[measure].written
    table = counted(selection, first, second, measure)
    order_a, order_b = _ordered(first, table.values[0]), _ordered(second, table.values[1])
    totals = [float(table.by_row[a]) for a in order_a]
    most = max(map(abs, totals), default=0) or 1
    return Crossed(
        rows=[
            (
                _label(first, table.values[0][a]),
                [told(table.cells[a, b]) for b in order_b],
                told(table.by_row[a]),
            )
            for a in order_a
        ],
        heads=[_label(str(second), table.values[1][b]) for b in order_b],
        foot=([told(table.by_column[b]) for b in order_b], told(table.whole)),
        bars=[round(100 * abs(value) / most, 1) for value in totals],
    )


def _ordered(dimension: str | None, values: list[Any]) -> list[int]:
    """Give the places of values as their code list orders them, others by themselves, missing last."""
    if dimension is None:
        return []
    group = GROUP_BY_NAME.get(dimension)
    known = {value: place for place, value in enumerate(group.labels)} if group else {}
    present = [place for place, value in enumerate(values) if value is not None]
    present.sort(key=lambda place: (known.get(values[place], len(known)), values[place]))
    return present + [place for place, value in enumerate(values) if value is None]


def _label(dimension: str, value: Any) -> str:
    if value is None:
        return "non renseigné"
    if isinstance(value, date):
        return f"{value:%m/%Y}"
    return GROUP_BY_NAME[dimension].label(value) if dimension in GROUP_BY_NAME else str(value)

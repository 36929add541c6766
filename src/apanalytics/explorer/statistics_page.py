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
from apanalytics.explorer.listing import selection
from apanalytics.explorer.scope import Scope
from apanalytics.explorer.view import View, parse
from apanalytics.explorer.web import Visit, needs, page
from apanalytics.reports.french import euros, hours, number
from apanalytics.tables.connection import quoted

router = APIRouter()
DIMENSIONS = {
    **{group.name: group.title for group in GROUPS},
    "period": "Mois",
    "fired": "Nombre d’incohérences",
}
"""French title of what a table may be broken down by."""


@dataclass(frozen=True)
class Measure:
    """What is counted: French title, SQL, and how a value is written."""

    title: str
    sql: str
    written: Callable[[Any], str]


MEASURES = {
    "cases": Measure("Dossiers", "count(*)", number),
    "establishments": Measure("Établissements", "count(DISTINCT siret)", number),
    "amount": Measure("Montant", "coalesce(sum(amount_eur), 0)", euros),
    "hours": Measure("Heures", "coalesce(sum(hours), 0)", hours),
    "inconsistent": Measure("Dossiers avec une incohérence", "count(*) FILTER (fired > 0)", number),
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
        table=crossed(visit.scope, view, visit.store.last_day[view.stage], str(first), second, str(name)),
    )


def crossed(
    scope: Scope, view: View, last_day: date | None, first: str, second: str | None, measure: str
) -> Crossed:
    """Break a measure of a view down by one or two dimensions."""
    chosen, parameters = selection(view, last_day)
    counted = MEASURES[measure]
    other = quoted(second) if second else "NULL"
    rows = scope.rows(
        f"SELECT {quoted(first)} AS a, {other} AS b, grouping({quoted(first)}) AS all_a, "
        f"{f'grouping({other})' if second else '1'} AS all_b, {counted.sql} AS n {chosen} "
        f"GROUP BY CUBE ({quoted(first)}{f', {other}' if second else ''})",
        parameters,
    )
    cells = {(one["a"], one["b"]): one["n"] for one in rows if not one["all_a"] and not one["all_b"]}
    by_row = {one["a"]: one["n"] for one in rows if not one["all_a"] and one["all_b"]}
    by_column = {one["b"]: one["n"] for one in rows if one["all_a"] and not one["all_b"]}
    whole = next(one["n"] for one in rows if one["all_a"] and one["all_b"])
    order_a, order_b = _ordered(first, list(by_row)), _ordered(second, list(by_column))
    most = max((abs(value) for value in by_row.values()), default=0) or 1
    return Crossed(
        rows=[
            (
                _label(first, a),
                [counted.written(cells.get((a, b), 0)) for b in order_b],
                counted.written(by_row[a]),
            )
            for a in order_a
        ],
        heads=[_label(str(second), b) for b in order_b],
        foot=([counted.written(by_column[b]) for b in order_b], counted.written(whole)),
        bars=[round(100 * abs(by_row[a]) / most, 1) for a in order_a],
    )


def _ordered(dimension: str | None, values: list[Any]) -> list[Any]:
    """Order values as their code list does, others by themselves."""
    group = GROUP_BY_NAME.get(dimension or "")
    places = {value: place for place, value in enumerate(group.labels)} if group else {}
    present = sorted(
        (one for one in values if one is not None), key=lambda one: (places.get(one, len(places)), one)
    )
    return present + [None] * (None in values)


def _label(dimension: str, value: Any) -> str:
    if value is None:
        return "non renseigné"
    if isinstance(value, date):
        return f"{value:%m/%Y}"
    return GROUP_BY_NAME[dimension].label(value) if dimension in GROUP_BY_NAME else str(value)

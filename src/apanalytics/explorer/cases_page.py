"""The page of the list: tick boxes with their counts on the left, the cases on the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from apanalytics.explorer.chips import chips
from apanalytics.explorer.columns import BOUNDS, BY_NAME, COLUMNS, Bounds
from apanalytics.explorer.facets import criteria_boxes, group_boxes
from apanalytics.explorer.listing import page as rows_of
from apanalytics.explorer.listing import totals
from apanalytics.explorer.saved_views import saved
from apanalytics.explorer.sectors import counts_of, tree, without_box
from apanalytics.explorer.selecting import select
from apanalytics.explorer.view import PAGE_SIZES, View, parse, written
from apanalytics.explorer.web import Visit, needs, page

router = APIRouter()


@dataclass(frozen=True)
class Limit:
    """A pair of boxes for typed limits, as the address has them."""

    bounds: Bounds
    least: str
    most: str


@router.get("/")
def home(request: Request) -> Response:
    """Lead to the first page that the role may see."""
    may = request.state.session.user.may
    return RedirectResponse("/dossiers" if may("list") else "/journal", 303)


@router.get("/dossiers")
def cases(request: Request, visit: Annotated[Visit, needs("list")]) -> HTMLResponse:
    """Show the cases of a view."""
    view = parse(request.query_params.multi_items())
    last_day = visit.store.last_day[view.stage]
    selection = select(visit.scope, view, last_day)
    found = totals(selection)
    branches = tree(view, counts_of(selection))
    with_risk = visit.store.with_risk(view.stage)
    return page(
        visit.session,
        "cases.html.j2",
        view=view,
        totals=found,
        pages=found.pages(view.size),
        rows=rows_of(selection),
        groups=group_boxes(selection),
        sectors=branches,
        typed_naf=without_box(view, branches),
        families=criteria_boxes(selection),
        chips=chips(view),
        columns=[BY_NAME[name] for name in view.shown_columns(with_risk)],
        choices=[column for column in COLUMNS if column.name != "risk" or with_risk],
        limits=[_limit(view, bounds) for bounds in BOUNDS if bounds.name != "risk" or with_risk],
        months=selection.seen.present("period"),
        sizes=PAGE_SIZES,
        last_day=last_day,
        sorted_by=BY_NAME[view.sort].title,
        before=visit.session.trail.step(view.filters().address()),
        views=saved(visit.explorer.state, visit.user.name),
    )


def _limit(view: View, bounds: Bounds) -> Limit:
    ends = view.limits.get(bounds.name, (None, None))
    least, most = ("" if end is None else written(end / bounds.scale).replace(".", ",") for end in ends)
    return Limit(bounds, least, most)

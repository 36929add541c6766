"""The export of a view; each one is written in the journal before it is sent."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from apanalytics.explorer.columns import BY_NAME
from apanalytics.explorer.listing import totals
from apanalytics.explorer.selecting import select
from apanalytics.explorer.view import parse
from apanalytics.explorer.web import Visit, needs

router = APIRouter()
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ALWAYS = ("case_id", "siret", "name")
"""Columns that every file carries besides those chosen, first."""


@router.get("/export.{kind}")
def export(
    request: Request, kind: Literal["csv", "xlsx"], visit: Annotated[Visit, needs("export")]
) -> Response:
    """Send the whole of a view, all its pages, with the columns chosen."""
    from apanalytics.explorer.export import MOST_ROWS, as_csv, as_xlsx, rows_of

    view = parse(request.query_params.multi_items())
    selection = select(visit.scope, view, visit.store.last_day[view.stage])
    found = totals(selection).cases
    if found > MOST_ROWS:
        raise HTTPException(
            413,
            f"Cette vue compte {found} dossiers ; un fichier en porte {MOST_ROWS} au plus. Filtrez d’abord.",
        )
    chosen = view.shown_columns(visit.store.with_risk(view.stage))
    columns = [BY_NAME[name] for name in dict.fromkeys([*ALWAYS, *chosen])]
    visit.note("export", format=kind, rows=found, view=view.address())
    rows = rows_of(selection, columns)
    content = as_csv(rows, columns) if kind == "csv" else as_xlsx(rows, columns)
    headers = {"content-disposition": f'attachment; filename="dossiers.{kind}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)

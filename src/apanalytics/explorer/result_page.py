"""The form for the result of a control, and what happens when it is sent."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from apanalytics.criteria import catalogue
from apanalytics.explorer.case_page import find
from apanalytics.explorer.journal import digest_of
from apanalytics.explorer.web import Form, Visit, needs, page

router = APIRouter()
LONGEST = 200
_CAMPAIGNS = """
SELECT DISTINCT campaign_id, drawn_on FROM seen_selections
WHERE stage = $stage AND case_id = $case AND listed ORDER BY drawn_on DESC, campaign_id
"""


@router.get("/resultat")
def show(visit: Annotated[Visit, needs("result")], stage: str = "", id: str = "") -> HTMLResponse:
    """Show the form for a case; it says so where the case is on no list."""
    return _page(visit, find(visit, stage, id), {}, ())


@router.post("/resultat")
def receive(form: Form, visit: Annotated[Visit, needs("result")]) -> Response:
    """Take a result in; where it cannot be right the form comes back with what is wrong."""
    from apanalytics.explorer.results import FOLDER, enter

    row = find(visit, str(form.get("stage", "")), str(form.get("id", "")))
    campaign_id = str(form.get("campaign_id", ""))
    if campaign_id not in [one["campaign_id"] for one in _campaigns(visit, row)]:
        raise HTTPException(400, "Ce dossier n’est pas sur la liste de cette campagne.")
    values = _values(form)
    entered = enter(visit.explorer.shelf.data, visit.explorer.state, campaign_id, str(row["case_id"]), values)
    if entered.file is None:
        return _page(visit, row, values, entered.wrong, 400)
    kept = {"file": f"{FOLDER}/{entered.file.name}", "sha256": digest_of(entered.file)}
    visit.note("result", stage=row["stage"], case_id=row["case_id"], **kept)
    visit.explorer.shelf.reread("controls")
    return RedirectResponse("/dossier?" + urlencode({"stage": row["stage"], "id": row["case_id"]}), 303)


def _values(form: FormData) -> dict[str, str]:
    from apanalytics.explorer.results import FILLED

    found = {column.name: str(form.get(column.name, ""))[:LONGEST] for column in FILLED}
    codes = [str(code)[:20] for code in form.getlist("finding")]
    return {**found, "findings": ";".join(codes)}


def _campaigns(visit: Visit, row: dict[str, Any]) -> list[dict[str, Any]]:
    return visit.scope.rows(_CAMPAIGNS, {"stage": row["stage"], "case": row["case_id"]})


def _page(
    visit: Visit, row: dict[str, Any], given: dict[str, str], wrong: tuple[str, ...], status: int = 200
) -> HTMLResponse:
    from apanalytics.explorer.results import FILLED

    return page(
        visit.session,
        "result.html.j2",
        status,
        row=row,
        campaigns=_campaigns(visit, row),
        columns=[column for column in FILLED if column.name != "findings"],
        criteria=[(one, row[one.code]) for one in catalogue(row["stage"])],
        given=given,
        ticked=given.get("findings", "").split(";"),
        wrong=wrong,
    )

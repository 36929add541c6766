"""The pages of campaigns: ask for one from a view, find those drawn, and take their lists."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request
from starlette.datastructures import FormData
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from apanalytics.errors import ApanalyticsError, NothingToDo
from apanalytics.explorer.campaigns import FOLDER, Order, campaigns_of, draw
from apanalytics.explorer.chips import chips
from apanalytics.explorer.export_page import TYPES
from apanalytics.explorer.listing import totals
from apanalytics.explorer.selecting import select
from apanalytics.explorer.view import View, parse
from apanalytics.explorer.web import Form, Visit, needs, page

router = APIRouter()
MOST_CAPACITY = 100_000
USUAL = {"capacity": "100", "random_share": "10", "decide_by": ""}
"""What the form shows at first: places, percentage at random, no deadline."""
NONE_FR = (
    "Aucun dossier de cette vue ne peut être choisi ce jour-là : un dossier peut l’être de son dépôt à sa "
    "décision ou à son paiement, s’il n’a pas déjà été contrôlé."
)


@router.get("/campagnes")
def campaigns(request: Request, visit: Annotated[Visit, needs("campaign")]) -> HTMLResponse:
    """Show the form for the view of the address, and the campaigns drawn before."""
    return _page(visit, parse(request.query_params.multi_items()), {}, [])


@router.post("/campagnes")
def ask(form: Form, visit: Annotated[Visit, needs("campaign")]) -> Response:
    """Draw a campaign; where it cannot be, the form comes back with what is wrong."""
    view = parse(parse_qsl(str(form.get("view", ""))[:8_000]))
    order, wrong = _order(form)
    if order is not None:
        try:
            entry = draw(visit, view, order)
            told = ("campaign_id", "stage", "on", "listed", "view")
            visit.note("campaign", **{name: entry[name] for name in told})
            return RedirectResponse("/campagnes?" + view.address(), 303)
        except NothingToDo:
            wrong = [NONE_FR]
        except ApanalyticsError as error:
            wrong = [f"La campagne n’a pas pu être tirée. Message technique : {error}"]
    given = {name: str(form.get(name, ""))[:20] for name in (*USUAL, "on")}
    return _page(visit, view, given, wrong, 400)


@router.get("/campagnes/{campaign_id}/liste.{kind}")
def liste(
    campaign_id: str, kind: Literal["csv", "xlsx"], visit: Annotated[Visit, needs("campaign")]
) -> FileResponse:
    """Send the list of a campaign that this user drew."""
    state = visit.explorer.state
    known = {one["campaign_id"] for one in campaigns_of(state, visit.user.name)}
    if campaign_id not in known:
        raise HTTPException(404, "Cette campagne n’existe pas, ou n’est pas la vôtre.")
    visit.note("campaign_list", campaign_id=campaign_id, format=kind)
    path = state / FOLDER / campaign_id / f"targets.{kind}"
    return FileResponse(path, media_type=TYPES[kind], filename=f"{campaign_id}.{kind}")


def _page(
    visit: Visit, view: View, given: dict[str, str], wrong: list[str], status: int = 200
) -> HTMLResponse:
    last_day = visit.store.last_day[view.stage]
    usual = {**USUAL, "on": last_day.isoformat() if last_day else ""}
    return page(
        visit.session,
        "campaigns.html.j2",
        status,
        view=view,
        chips=chips(view.filters()),
        totals=totals(select(visit.scope, view, last_day)),
        given={**usual, **given},
        wrong=wrong,
        by_model=view.stage in visit.explorer.models,
        drawn=campaigns_of(visit.explorer.state, visit.user.name),
    )


def _order(form: FormData) -> tuple[Order | None, list[str]]:
    """Read what is asked for; None and French sentences where it cannot be."""
    wrong = []
    capacity = _whole(str(form.get("capacity", "")), MOST_CAPACITY)
    share = _whole(str(form.get("random_share", "")), 100)
    on, decide_by = _day(str(form.get("on", ""))), _day(str(form.get("decide_by", "")))
    if not capacity:
        wrong.append("Le nombre de places est un entier, 1 ou plus.")
    if not share:
        wrong.append("La part au hasard est un entier de 1 à 100 : sans elle, la précision ne se mesure pas.")
    if on is None:
        wrong.append("Donnez le jour de la campagne.")
    if form.get("decide_by") and decide_by is None:
        wrong.append("L’échéance n’est pas une date.")
    if wrong or capacity is None or share is None or on is None:
        return None, wrong
    return Order(on, capacity, share / 100, decide_by), []


def _whole(text: str, most: int) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) and int(text) <= most else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None

"""The explorer as an application: its pages behind the gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

from apanalytics.explorer import (
    campaign_page,
    case_page,
    cases_page,
    export_page,
    firm_page,
    journal_page,
    logout_page,
    result_page,
    saved_views,
    statistics_page,
)
from apanalytics.explorer.doors import Door
from apanalytics.explorer.gate import Gate
from apanalytics.explorer.web import STATIC, Explorer, page

ROUTERS = (
    cases_page.router,
    saved_views.router,
    export_page.router,
    case_page.router,
    firm_page.router,
    statistics_page.router,
    campaign_page.router,
    result_page.router,
    journal_page.router,
    logout_page.router,
)
"""The pages, in the order of the navigation."""
WORDS = {404: "Cette page n’existe pas.", 405: "Cette demande n’est pas comprise."}
"""What a page that is not there says, by HTTP status."""


def application(explorer: Explorer, door: Door, port: int) -> Gate:
    """Make the application: nothing but the style sheet and its script answers to who is not admitted.

    Parameters
    ----------
    explorer : what the server keeps.
    door : who decides whose request it is.
    port : on which it will listen, for the check of the Host header.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.explorer, app.state.sessions = explorer, door.sessions
    app.add_exception_handler(StarletteHTTPException, _failed)
    app.add_exception_handler(Exception, _broken)
    for router in ROUTERS:
        app.include_router(router)
    for name, (path, kind) in STATIC.items():
        app.add_api_route(f"/{name}", _static(path, kind), methods=["GET"])
    return Gate(app, door, port)


def _static(path: Path, kind: str) -> Callable[[], Response]:
    def send() -> Response:
        return FileResponse(path, media_type=kind)

    return send


def _broken(request: Request, error: Exception) -> HTMLResponse:
    """Say in French that a page could not be made; the server's own log says why."""
    why = "La page n’a pas pu être établie. Prévenez qui tient l’explorateur : la console dit pourquoi."
    return page(request.state.session, "failed.html.j2", 500, why=why)


def _failed(request: Request, error: Exception) -> HTMLResponse:
    """Say in French why there is no page."""
    assert isinstance(error, StarletteHTTPException)
    said = error.detail if isinstance(error, HTTPException) else WORDS.get(error.status_code, "")
    return page(request.state.session, "failed.html.j2", error.status_code, why=said)

"""Leaving: the session ends here, then at the provider."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import HTMLResponse

from apanalytics.explorer.oidc_door import LEAVE
from apanalytics.explorer.sessions import Session
from apanalytics.explorer.web import Explorer, Form, page

router = APIRouter()


@router.post(LEAVE)
def leave(form: Form, request: Request) -> HTMLResponse:
    """End the session, and lead to the provider by a page of ours: a form may not be sent to another site."""
    session: Session = request.state.session
    explorer: Explorer = request.app.state.explorer
    if session.farewell is None:
        raise HTTPException(404, "Fermez la fenêtre pour quitter l’explorateur.")
    request.app.state.sessions.close(session)
    explorer.journal.write(session.user.name, "logout", {})
    return page(session, "left.html.j2", to=session.farewell)

"""The journal as the auditor reads it: whether its chain holds, and the lines that do, newest first."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from apanalytics.errors import ApanalyticsError
from apanalytics.explorer.journal import Verified
from apanalytics.explorer.web import Visit, needs, page

router = APIRouter()
PAGE = 100
ACTIONS_FR = {
    "case": "consultation d’un dossier",
    "firm": "consultation d’une entreprise",
    "export": "export d’une vue",
    "campaign": "tirage d’une campagne",
    "campaign_list": "export de la liste d’une campagne",
    "result": "saisie d’un résultat",
    "journal": "consultation du journal",
    "login": "connexion",
    "login_refused": "connexion refusée : compte inconnu",
    "logout": "déconnexion",
}
"""French words of each action that is written."""
DETAILS_FR = {
    "stage": "étape",
    "case_id": "dossier",
    "siren": "SIREN",
    "format": "format",
    "rows": "lignes",
    "view": "vue",
    "campaign_id": "campagne",
    "on": "jour",
    "listed": "dossiers retenus",
    "file": "fichier",
    "sha256": "empreinte",
    "page": "page",
}
"""French words of each detail."""


@router.get("/journal")
def journal(visit: Annotated[Visit, needs("journal")], number: int = 1) -> HTMLResponse:
    """Show a page of the journal; this consultation is written too."""
    visit.note("journal", page=number)
    kept = visit.explorer.journal
    try:
        found = kept.verify()
        lines = list(islice(kept.entries(), found.entries))
    except ApanalyticsError:
        lines, found = [], Verified(0, "it cannot be read")
    pages = max(1, -(-len(lines) // PAGE))
    number = min(max(1, number), pages)
    last = len(lines) - (number - 1) * PAGE
    return page(
        visit.session,
        "journal.html.j2",
        found=found,
        lines=lines[max(0, last - PAGE) : last][::-1],
        actions=ACTIONS_FR,
        names=DETAILS_FR,
        number_of=number,
        pages=pages,
    )

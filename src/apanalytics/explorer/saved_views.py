"""Views that a user keeps by name: added, replaced and removed by lines that are only added."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException
from starlette.responses import RedirectResponse

from apanalytics.explorer.entries import add_entry, entries_of
from apanalytics.explorer.view import parse
from apanalytics.explorer.web import Form, Visit, needs

router = APIRouter()
FILE = "views.jsonl"
LONGEST_NAME, LONGEST_QUERY, MOST_VIEWS = 60, 8_000, 50


def saved(state: Path, user: str) -> dict[str, str]:
    """Give the views of a user: the query of an address by name, in the order of the names.

    Examples
    --------
    >>> saved(Path("nowhere"), "local")
    {}
    """
    found: dict[str, str] = {}
    for entry in entries_of(state / FILE):
        if entry["user"] == user:
            found.pop(entry["name"], None)
            if entry["query"] is not None:
                found[entry["name"]] = entry["query"]
    return dict(sorted(found.items()))


@router.post("/vues")
def save(form: Form, visit: Annotated[Visit, needs("list")]) -> RedirectResponse:
    """Keep the view of the page by name, or forget it; a name used again is replaced."""
    name = " ".join(str(form.get("name", "")).split())
    query = str(form.get("view", ""))
    if not 0 < len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise HTTPException(400, f"Donnez à la vue un nom de {LONGEST_NAME} caractères au plus.")
    view = parse(parse_qsl(query)).address()
    forget = form.get("forget") == "1"
    known = saved(visit.explorer.state, visit.user.name)
    if not forget and name not in known and len(known) >= MOST_VIEWS:
        raise HTTPException(400, f"Vous avez déjà {MOST_VIEWS} vues. Oubliez-en une d’abord.")
    entry = {"user": visit.user.name, "name": name, "query": None if forget else view}
    add_entry(visit.explorer.state / FILE, entry)
    return RedirectResponse(f"/dossiers?{view}", 303)

"""What every page shares: the visit (who, which rows), the templates, and the check of a posted form."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse

from apanalytics.explorer import columns
from apanalytics.explorer.access import ROLES_FR, Right, User
from apanalytics.explorer.journal import Journal
from apanalytics.explorer.scope import Scope
from apanalytics.explorer.sessions import Session
from apanalytics.explorer.store import Shelf, Store
from apanalytics.reports import french

if TYPE_CHECKING:
    from apanalytics.risk import RiskModel

STATIC = {
    name: (Path(__file__).parent / "templates" / name, kind)
    for name, kind in (("style.css", "text/css"), ("explorer.js", "text/javascript"))
}
"""The same bytes for everybody: file and media type by name."""


@dataclass(frozen=True)
class Explorer:
    """What the server keeps: the cases, the journal, and where things are.

    Parameters
    ----------
    shelf : the prepared cases.
    journal : where exports and consultations are written.
    state : folder of the journal, the saved views, the results and the campaigns.
    models : the model of each stage; stages without one use the anomaly score.
    cold : by stage, why the model that was given is not used: it knows too few findings.
    """

    shelf: Shelf
    journal: Journal
    state: Path
    models: dict[str, RiskModel]
    cold: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """One request of one user: the only way for a page to reach rows is `scope`."""

    explorer: Explorer
    session: Session
    store: Store
    scope: Scope

    @property
    def user(self) -> User:
        """Who is there."""
        return self.session.user

    def note(self, action: str, **details: Any) -> None:
        """Write in the journal what this user does."""
        self.explorer.journal.write(self.user.name, action, details)


def needs(right: Right) -> Any:
    """Give the dependency of a page that asks for a right: its `Visit`, or an answer of 403.

    Examples
    --------
    >>> type(needs("journal")).__name__
    'Depends'
    """

    def visit(request: Request) -> Iterator[Visit]:
        session: Session = request.state.session
        if not session.user.may(right):
            raise HTTPException(403, "Votre rôle ne donne pas accès à cette page.")
        explorer: Explorer = request.app.state.explorer
        store = explorer.shelf.store()
        with store.scope(session.user) as scope:
            yield Visit(explorer, session, store, scope)

    return Depends(visit)


async def posted(request: Request) -> FormData:
    """Read a form of ours: its token is that of the session, and it comes from our own pages."""
    form = await request.form(max_files=0, max_fields=200)
    session: Session = request.state.session
    given = form.get("csrf")
    origin = request.headers.get("origin")
    elsewhere = origin is not None and urlsplit(origin).netloc.lower() != request.headers["host"].lower()
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), session.csrf.encode()):
        raise HTTPException(403, "Ce formulaire n’est plus valable. Rechargez la page et recommencez.")
    if elsewhere or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403, "Ce formulaire ne vient pas de l’explorateur.")
    return form


Form = Annotated[FormData, Depends(posted)]
"""A posted form whose token was checked."""


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("apanalytics.explorer"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words: dict[str, Callable[..., Any] | Any] = {
        name: getattr(french, name) for name in ("number", "percent", "euros", "hours", "count", "signed")
    }
    environment.globals |= words | {"shown": columns.shown, "written_day": written_day, "words": words_of}
    environment.globals |= {"STAGES_FR": columns.STAGES_FR, "ROLES_FR": ROLES_FR}
    return environment


def words_of(group: str, value: str) -> str:
    """Give the French words of a code of one of the groups of tick boxes.

    Examples
    --------
    >>> words_of("department", "59"), words_of("scheme", "?")
    ('59 Nord', 'non renseigné')
    """
    return columns.GROUP_BY_NAME[group].label(value)


def written_day(value: Any) -> str:
    """Write a day in figures; what is not known says so.

    Examples
    --------
    >>> from datetime import date
    >>> written_day(date(2021, 9, 1)), written_day(None)
    ('01/09/2021', 'non connu')
    """
    return columns.UNKNOWN_FR if french.absent(value) else f"{value:%d/%m/%Y}"


TEMPLATES = _environment()
"""The pages: every value is escaped, and a name that a template misspells is an error."""


def page(session: Session, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Fill in a template for whoever has this session."""
    text = TEMPLATES.get_template(template).render(
        session=session, user=session.user, may=session.user.may, **context
    )
    return HTMLResponse(text, status)

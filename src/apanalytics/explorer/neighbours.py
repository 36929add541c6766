"""Other firms that share a bank account, an e-mail or a filer with a request, and where to draw them."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

from apanalytics.explorer.scope import Scope

MOST = 12
"""Firms shown for each kind of link."""
LINKS_FR = {"bank": "même compte bancaire", "email": "même courriel", "filer": "même déclarant"}
"""French name of each kind of link."""
WIDTH, HEIGHT, RADIUS_X, RADIUS_Y = 640.0, 360.0, 230.0, 135.0

_LINKED = """
WITH mine AS (SELECT left(siret, 9) AS siren, {key} AS key FROM seen_requests WHERE request_id = $request)
SELECT $link AS link, a.siren, max(a.name) AS name, count(*) AS requests, sum(a.amount_eur) AS amount_eur
FROM seen_requests AS r
JOIN mine ON r.{key} = mine.key
JOIN seen_authorisation AS a ON a.case_id = r.request_id
WHERE a.siren <> mine.siren
GROUP BY a.siren ORDER BY requests DESC, a.siren LIMIT $most
"""
_KEYS = {"bank": "bank_key", "email": "email_key", "filer": "filer_id"}


@dataclass(frozen=True)
class Neighbour:
    """A firm of the user's places that shares something with the request.

    Parameters
    ----------
    siren, name : of the firm; no name where SIRENE shows none.
    links : kinds of link, keys of `LINKS_FR`.
    requests : its requests with that link, the most over the links.
    amount_eur : euros of these requests.
    x, y : where its node is drawn.
    """

    siren: str
    name: str | None
    links: tuple[str, ...]
    requests: int
    amount_eur: float
    x: float
    y: float


def neighbours(scope: Scope, request_id: str | None) -> list[Neighbour]:
    """Give the firms linked to a request, those with several links and most requests first."""
    found: dict[str, list[dict[str, object]]] = {}
    for link, key in _KEYS.items():
        wanted = {"request": request_id, "link": link, "most": MOST}
        for row in scope.rows(_LINKED.format(key=key), wanted):
            found.setdefault(row["siren"], []).append(row)
    rows = sorted(found.values(), key=lambda links: (-len(links), -max(_requests(one) for one in links)))
    return [_placed(links, place, len(rows)) for place, links in enumerate(rows)]


def _requests(row: dict[str, object]) -> int:
    return int(str(row["requests"]))


def _placed(links: list[dict[str, object]], place: int, total: int) -> Neighbour:
    turn = 2 * pi * place / total - pi / 2
    most = max(links, key=_requests)
    return Neighbour(
        siren=str(most["siren"]),
        name=None if most["name"] is None else str(most["name"]),
        links=tuple(str(one["link"]) for one in links),
        requests=_requests(most),
        amount_eur=float(str(most["amount_eur"] or 0)),
        x=round(WIDTH / 2 + RADIUS_X * cos(turn), 1),
        y=round(HEIGHT / 2 + RADIUS_Y * sin(turn), 1),
    )

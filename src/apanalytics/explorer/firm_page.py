"""The page of a firm: its establishments, requests and claims that the user may see."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException
from starlette.responses import HTMLResponse

from apanalytics.explorer.timeline import WORDS_FR
from apanalytics.explorer.web import Visit, needs, page

router = APIRouter()
MOST = 500
"""Cases of each stage listed at most; the page says when there are more."""

_ESTABLISHMENTS = """
SELECT siret, name, department, naf, size_class, created_on, closed_on FROM seen_establishments
WHERE siren = $siren
QUALIFY row_number() OVER (PARTITION BY siret ORDER BY known_on DESC NULLS LAST, closed_on DESC) = 1
ORDER BY siret
"""
_CASES = """
SELECT case_id, siret, period, counted_on, hours, employees, amount_eur, fired, status, scheme
FROM seen_{stage} WHERE siren = $siren ORDER BY counted_on DESC, case_id LIMIT $most
"""
_SUMS = """
SELECT count(*) AS cases, sum(hours) AS hours, sum(amount_eur) AS amount_eur, max(name) AS name
FROM seen_{stage} WHERE siren = $siren
"""
_INSOLVENCIES = """
SELECT DISTINCT effective_on, kind, ended_on FROM seen_insolvencies WHERE siren = $siren ORDER BY 1, 2
"""


@router.get("/entreprise")
def firm(visit: Annotated[Visit, needs("case")], siren: str = "") -> HTMLResponse:
    """Show one firm; the consultation is written in the journal."""
    if not (len(siren) == 9 and siren.isascii() and siren.isdigit()):
        raise HTTPException(404, "Cette entreprise n’existe pas, ou n’est pas de votre ressort.")
    wanted = {"siren": siren, "most": MOST}
    sums = {stage: visit.scope.rows(_SUMS.format(stage=stage), wanted)[0] for stage in _STAGES}
    establishments = visit.scope.rows(_ESTABLISHMENTS, wanted)
    if not establishments and not any(one["cases"] for one in sums.values()):
        raise HTTPException(404, "Cette entreprise n’existe pas, ou n’est pas de votre ressort.")
    visit.note("firm", siren=siren)
    return page(
        visit.session,
        "firm.html.j2",
        siren=siren,
        name=next((one["name"] for one in (*establishments, *sums.values()) if one["name"]), None),
        establishments=establishments,
        cases={stage: visit.scope.rows(_CASES.format(stage=stage), wanted) for stage in _STAGES},
        sums=sums,
        insolvencies=visit.scope.rows(_INSOLVENCIES, wanted),
        kinds=WORDS_FR,
        most=MOST,
    )


_STAGES = ("authorisation", "payment")

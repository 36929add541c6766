"""The page of a case: declared against known, what is inconsistent, what would clear it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from starlette.responses import HTMLResponse

from apanalytics.criteria import Criterion, catalogue, explain
from apanalytics.explorer import neighbours as near
from apanalytics.explorer.columns import STAGES_FR
from apanalytics.explorer.facing import SOURCES, facing
from apanalytics.explorer.timeline import WORDS_FR, timeline
from apanalytics.explorer.web import Visit, needs, page
from apanalytics.explorer.weights import Weights, by_anomaly, by_model
from apanalytics.reports.french import absent

router = APIRouter()
NOT_YOURS = "Ce dossier n’existe pas, ou n’est pas de votre ressort."
LONGEST_ID = 100

_SAME_REQUEST = """
SELECT case_id, period, hours, employees, amount_eur, fired, status FROM seen_payment
WHERE request_id = $request AND case_id <> $case ORDER BY period, case_id
"""
_CONTROLS = """
SELECT opened_on, closed_on, outcome, findings, undue_amount, channel FROM seen_controls
WHERE stage = $stage AND case_id = $case ORDER BY opened_on, control_id
"""


@dataclass(frozen=True)
class Fired:
    """A criterion that fires, with the sentence that says why in the case's figures."""

    criterion: Criterion
    why: str


@router.get("/dossier")
def case(visit: Annotated[Visit, needs("case")], stage: str = "", id: str = "") -> HTMLResponse:
    """Show one case; the consultation is written in the journal."""
    row = find(visit, stage, id)
    visit.note("case", stage=stage, case_id=id)
    return page(visit.session, "case.html.j2", **content(visit, row))


def find(visit: Visit, stage: str, case_id: str) -> dict[str, Any]:
    """Give a case that the user may see; answers 404 otherwise, without saying which of the two it is."""
    if stage not in STAGES_FR or not 0 < len(case_id) <= LONGEST_ID:
        raise HTTPException(404, NOT_YOURS)
    row = visit.scope.seen(stage).case(case_id)
    if row is None:
        raise HTTPException(404, NOT_YOURS)
    return row


def content(visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    """Gather what the page of a case shows."""
    stage, case_id = row["stage"], row["case_id"]
    wanted = {"stage": stage, "case": case_id, "request": row["request_id"]}
    frame = visit.scope.of_case(stage, case_id, "features")
    facts = {str(name): value for name, value in frame.iloc[0].items()}
    criteria = catalogue(stage)
    return {
        "row": row,
        "stage": stage,
        "facing": facing(stage, facts, row["size_class"]),
        "sources": SOURCES,
        "fired": [Fired(one, explain(one.code, facts)) for one in criteria if row[one.code]],
        "unverifiable": [one for one in criteria if row[one.code] is None],
        "agreeing": [one for one in criteria if row[one.code] is False],
        "weights": _weights(visit, stage, case_id, frame),
        "events": timeline(visit.scope, row),
        "others": visit.scope.rows(_SAME_REQUEST, wanted),
        "controls": visit.scope.rows(_CONTROLS, wanted),
        "neighbours": near.neighbours(visit.scope, row["request_id"]),
        "near": near,
        "outcomes": WORDS_FR,
    }


def _weights(visit: Visit, stage: str, case_id: str, frame: Any) -> Weights:
    model = visit.explorer.models.get(stage)
    if model is not None:
        return by_model(model, frame, stage, visit.scope.of_case(stage, case_id, "scores")["earlier"])
    found = visit.scope.of_case(stage, case_id, "anomaly").iloc[0]
    return by_anomaly(found["score"], "" if absent(found["reasons"]) else found["reasons"])

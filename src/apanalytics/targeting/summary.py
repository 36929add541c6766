"""What `campaign.json` says of a campaign: what was asked, drawn and expected, and what can be promised."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.tables import Tables
from apanalytics.targeting.asked import Asked
from apanalytics.targeting.calibrating import expected_on, past_labels
from apanalytics.targeting.choosing import Drawn
from apanalytics.targeting.guarantee import Guarantee, Labels, guarantee
from apanalytics.targeting.release import RELEASED, most_among
from apanalytics.targeting.scoring import Ranker

NO_GUARANTEE = (
    "no guarantee was asked for: the list is the best ranking at this capacity, and its precision is "
    "measured afterwards on its controls"
)


def summary(
    targets: pd.DataFrame,
    selections: pd.DataFrame,
    cases: pd.DataFrame,
    drawn: Drawn,
    asked: Asked,
    model: Ranker,
    tables: Tables,
) -> dict[str, Any]:
    """Return what ``campaign.json`` says, but for the fingerprints of data and law.

    Parameters
    ----------
    targets, selections : the list and the register.
    cases : the candidates (see ``candidates``).
    drawn : what was drawn of them.
    asked : what was asked for.
    model, tables : what a guarantee is measured with.
    """
    first = selections.iloc[0]
    told = {
        "campaign_id": first["campaign_id"],
        "stage": first["stage"],
        "on": first["drawn_on"].isoformat(),
        "guarantee": _promised(selections, drawn, asked, model, tables),
        "eligible": len(selections),
        "listed": len(targets),
        "drawn_at_random": int((targets["channel"] == "random").sum()),
        "by_signal": int((targets["channel"] == "signal").sum()),
        "departments": _departments(targets, asked),
        "line": line_of(cases["risk"], len(targets), asked.line),
        "model": first["model_version"],
    }
    if asked.release_share is not None:
        told["release"] = _release(selections, cases)
    return told | drawn.summary() | asked.json()


def line_of(risk: pd.Series[float], listed: int, line: float) -> dict[str, Any]:
    """Say whether a list of this length can reach the line at all.

    No list longer than base rate / line holds enough non-conforming cases; the base rate is here the mean
    calibrated risk of the cases.

    Examples
    --------
    >>> line_of(pd.Series([0.3] * 100), listed=60, line=0.6)["applies"]
    False
    """
    if risk.isna().any():
        return {"value": line, "applies": None, "why": "no calibrated risk tells the base rate"}
    longest = float(risk.sum()) / line + 1e-9
    if listed <= longest:
        return {"value": line, "applies": True, "why": None}
    return {
        "value": line,
        "applies": False,
        "why": f"{listed} cases are listed, and not even a perfect list could be longer than "
        f"{longest:.0f} (expected non-conforming cases / {line:.0%})",
    }


def _departments(targets: pd.DataFrame, asked: Asked) -> dict[str, dict[str, int]]:
    """Return places and listed cases by department; a shared capacity gives each what it got."""
    counts = targets["department"].value_counts()
    if asked.plan is not None:
        every = sorted(asked.plan.departments)
        return {
            code: {"capacity": asked.plan.departments[code], "targets": int(counts.get(code, 0))}
            for code in every
        }
    return {str(code): {"capacity": int(n), "targets": int(n)} for code, n in counts.sort_index().items()}


def _release(selections: pd.DataFrame, cases: pd.DataFrame) -> dict[str, Any]:
    """Say what is released, what is expected in it, and what its sample will be able to show."""
    rows = selections[selections["stratum"] == RELEASED]
    sample = int(rows["listed"].sum())
    risk = cases["risk"].reindex(rows["case_id"])
    return {
        "released": len(rows) - sample,
        "sampled": sample,
        "expected_nonconforming": None if risk.isna().any() else float(risk.sum()),
        "most_nonconforming_if_none_is_found": most_among(len(rows), sample, 0),
    }


def _promised(
    selections: pd.DataFrame, drawn: Drawn, asked: Asked, model: Ranker, tables: Tables
) -> dict[str, Any]:
    """Return the guarantee, with the day by which the labels lacking may be there."""
    if asked.guarantee is None:
        return {"mode": None, "holds": False, "why": NO_GUARANTEE}
    stage, day = str(selections["stage"].iloc[0]), selections["drawn_on"].iloc[0]
    found = past_labels(model, tables, stage, day, list(asked.regions) if asked.regions else None)
    labels = found if isinstance(found, Labels) else Labels.none()
    scores = selections["score"].to_numpy(dtype=np.float64)
    chosen = scores[(selections["channel"] == "targeted").to_numpy()]
    as_high = int((scores >= chosen.min()).sum()) if len(chosen) else 0
    promise = guarantee(asked.guarantee, labels, scores, as_high, asked.line, asked.seed)
    told = promise.json() | {"expected_on": _when(promise, labels, day, drawn, asked)}
    if isinstance(found, str):
        return told | {"why": f"{found}; {promise.why}"}
    return told


def _when(promise: Guarantee, labels: Labels, day: date, drawn: Drawn, asked: Asked) -> str | None:
    """Return when the labels lacking may be there, at the pace so far or at that of the plan."""
    by_chance = sum(one.by_chance for one in drawn.places.values())
    every_days = asked.plan.campaign_every_days if asked.plan else None
    return expected_on(promise, labels.first, day, by_chance / every_days if every_days else None)

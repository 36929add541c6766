"""What `campaign.json` says of a campaign: what was asked, drawn and expected, and what can be promised."""

from __future__ import annotations

from typing import Any

import pandas as pd

from apanalytics.risk import RiskModel
from apanalytics.tables import Tables
from apanalytics.targeting.asked import Asked
from apanalytics.targeting.choosing import Drawn
from apanalytics.targeting.promise import promised
from apanalytics.targeting.release import RELEASED, most_among
from apanalytics.targeting.scoring import Ranker, too_few_findings


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
        "guarantee": promised(selections, cases["department"], drawn, asked, model, tables),
        "eligible": len(selections),
        "listed": len(targets),
        "drawn_at_random": int((targets["channel"] == "random").sum()),
        "by_signal": int((targets["channel"] == "signal").sum()),
        "departments": _departments(targets, asked),
        "line": line_of(cases["risk"], len(targets), asked.line),
        "model": first["model_version"],
        "cold_model": _cold(model),
    }
    if asked.release_share is not None:
        told["release"] = _release(selections, cases)
    return told | drawn.summary() | asked.json()


def _cold(model: Ranker) -> str | None:
    """Say that a model with too few findings ranks all the same; null where there is nothing to say."""
    if isinstance(model, RiskModel) and model.cold:
        return f"{too_few_findings(model)}: it ranks all the same."
    return None


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

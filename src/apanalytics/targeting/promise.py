"""What a campaign's list is promised: the beginning of each department's ranking, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.tables import Tables
from apanalytics.targeting.asked import Asked
from apanalytics.targeting.calibrating import expected_on, past_labels
from apanalytics.targeting.choosing import Drawn
from apanalytics.targeting.draw import DECIMALS
from apanalytics.targeting.guarantee import Guarantee, Labels, guarantee
from apanalytics.targeting.scoring import Ranker

NO_GUARANTEE = (
    "no guarantee was asked for: the list is the best ranking at this capacity, and its precision is "
    "measured afterwards on its controls"
)
NOT_THE_FIRST = (
    "the list is not the beginning of the ranking: {} cases that score higher than its last were passed over "
    "for deadlines or a least precision, and past outcomes speak of beginnings only"
)


def promised(
    selections: pd.DataFrame,
    departments: pd.Series[str],
    drawn: Drawn,
    asked: Asked,
    model: Ranker,
    tables: Tables,
) -> dict[str, Any]:
    """Return the guarantee of a campaign, with the day by which the labels lacking may be there.

    A plan lists the beginning of each department's ranking. Every score is then counted from the last listed
    one of its department, in the past draws as in this campaign: the list is the beginning of that ranking,
    of which the two modes speak.

    Parameters
    ----------
    selections : the register of the campaign.
    departments : of each case, by ``case_id``.
    drawn, asked : what was drawn, and what was asked for.
    model, tables : what the past draws are scored and judged with.
    """
    if asked.guarantee is None:
        return {"mode": None, "holds": False, "why": NO_GUARANTEE}
    stage, day = str(selections["stage"].iloc[0]), selections["drawn_on"].iloc[0]
    rows, cuts = selections, None
    if asked.plan:
        rows, cuts = _from_the_last(selections, departments)
    found = past_labels(model, tables, stage, day, list(asked.regions) if asked.regions else None, cuts)
    labels = found if isinstance(found, Labels) else Labels.none()
    scores, channel = rows["score"].to_numpy(dtype=np.float64).round(DECIMALS), rows["channel"].to_numpy()
    last = scores[channel == "targeted"].min(initial=np.inf)
    promise = guarantee(asked.guarantee, labels, scores, int((scores >= last).sum()), asked.line, asked.seed)
    if passed_over := int(((scores > last) & (channel == "random")).sum()):
        promise = replace(promise, certified=0, needed=None, why=NOT_THE_FIRST.format(passed_over))
    told = promise.json() | {"expected_on": _when(promise, labels, day, drawn, asked)}
    if isinstance(found, str):
        return told | {"why": f"{found}; {promise.why}"}
    return told


def _from_the_last(
    selections: pd.DataFrame, departments: pd.Series[str]
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Count scores from the last targeted one of each department; one without any is no part of the list."""
    rows = selections.assign(department=departments.reindex(selections["case_id"]).to_numpy())
    lowest = rows[rows["channel"] == "targeted"].groupby("department")["score"].min()
    rows = rows[rows["department"].isin(lowest.index)]
    beyond = rows["score"] - rows["department"].map(lowest)
    return rows.assign(score=beyond), {str(code): float(cut) for code, cut in lowest.items()}


def _when(promise: Guarantee, labels: Labels, day: date, drawn: Drawn, asked: Asked) -> str | None:
    """Return when the labels lacking may be there, at the pace so far or at that of the plan."""
    by_chance = sum(one.by_chance for one in drawn.places.values())
    every_days = asked.plan.campaign_every_days if asked.plan else None
    return expected_on(promise, labels.first, day, by_chance / every_days if every_days else None)

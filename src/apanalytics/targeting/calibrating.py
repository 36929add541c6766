"""Outcomes of past draws as a guarantee needs them: scored by the ranking that did not learn from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from apanalytics.features import cases as cases_of
from apanalytics.features import features
from apanalytics.risk import RiskModel, outcomes
from apanalytics.tables import Tables
from apanalytics.targeting.guarantee import Guarantee, Labels
from apanalytics.targeting.register import first_draws
from apanalytics.targeting.scoring import Ranker, scores_of

MOST_UNKNOWN = 0.20
"""Share of the cases drawn whose outcome may still be unknown; above it their labels are no even sample."""


def past_labels(
    model: Ranker,
    tables: Tables,
    stage: str,
    on: date,
    regions: list[str] | None = None,
    cuts: Mapping[str, float] | None = None,
) -> Labels | str:
    """Return the labels that a guarantee may rest on, or why there are none.

    Campaigns count that were drawn after the day up to which the model learnt, and whose outcomes are known
    on the day of the campaign but for a fifth at most.

    Parameters
    ----------
    model : what ranks; a model that does not say until when it learnt gives none.
    tables : the canonical tables.
    stage : ``authorisation`` or ``payment``.
    on : the day of the campaign.
    regions : keep the cases of these regions; None for all.
    cuts : by department, the score from which the others are counted; cases of other departments are left
        out. None counts from 0 everywhere.
    """
    learnt = learnt_until(model)
    if learnt is None:
        return "the model does not say until when it learnt: load it from the folder that `train` wrote"
    drawn = first_draws(tables, stage, before=on)
    drawn = drawn[pd.to_datetime(drawn["drawn_on"]) > pd.Timestamp(learnt)]
    if drawn.empty:
        return f"no campaign was drawn between {learnt}, until when the model learnt, and {on}"
    known = outcomes(tables, stage, on)["nonconforming"]
    drawn["nonconforming"] = known.reindex(drawn.index).astype(object).where(drawn["listed"])
    drawn = _mature(drawn)
    if drawn.empty:
        return "more than a fifth of the controls of each campaign since the model learnt are not closed"
    return _scored(model, tables, stage, drawn, regions, cuts)


def learnt_until(model: Ranker) -> date | None:
    """Return the last day of outcomes that a model learnt from; the anomaly score learns from none."""
    if not isinstance(model, RiskModel):
        return date.min
    until = getattr(model, "card_", {}).get("until")
    return date.fromisoformat(until) if until else None


def _mature(drawn: pd.DataFrame) -> pd.DataFrame:
    """Keep the campaigns most of whose listed cases have an outcome."""
    listed = drawn[drawn["listed"]]
    known = listed["nonconforming"].notna().groupby(listed["campaign_id"]).mean()
    return drawn[drawn["campaign_id"].isin(known.index[known >= 1 - MOST_UNKNOWN])].copy()


def _scored(
    model: Ranker,
    tables: Tables,
    stage: str,
    drawn: pd.DataFrame,
    regions: list[str] | None,
    cuts: Mapping[str, float] | None,
) -> Labels | str:
    """Score the cases of past campaigns as of the day each was drawn on.

    Every case is scored, as for a list: earlier cases of an establishment count though no campaign drew them.
    """
    days = pd.to_datetime(drawn["drawn_on"])
    last = days.max().date()
    frame = features(tables, stage, to=last, as_of=days, regions=regions)
    known = cases_of(tables, stage, to=last, as_of=days, regions=regions)
    kept = drawn.index.intersection(frame.index)
    if cuts is not None:
        kept = kept[known.loc[kept, "department"].isin(cuts).to_numpy()]
    if kept.empty:
        return "none of the cases of past campaigns is in these regions and departments"
    scores = scores_of(model, frame, known).score.loc[kept]
    if cuts is not None:
        scores = scores - known.loc[kept, "department"].map(cuts).astype(float)
    return Labels.of(drawn.loc[kept].assign(score=scores), days.min().date())


def expected_on(promise: Guarantee, first: date | None, on: date, per_day: float | None) -> str | None:
    """Return the day by which the labels lacking may be there at the pace so far, as ISO text.

    Parameters
    ----------
    promise : what `guarantee` returned.
    first : the day of the first draw behind the labels; None where there are none.
    on : the day of the campaign.
    per_day : random places a day of the plan, used where no label tells the pace yet.

    Returns
    -------
    None where nothing is lacking, where no number would do, or where nothing tells the pace.
    """
    if promise.needed is None:
        return None
    pace = per_day
    if promise.labels and first is not None and first < on:
        pace = promise.labels / (on - first).days
    if not pace:
        return None
    days = int(np.ceil(promise.needed / pace))
    return (on + timedelta(days=days)).isoformat() if days < 36_500 else None

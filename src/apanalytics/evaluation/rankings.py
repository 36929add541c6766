"""What a ranking is measured beside: amounts, rules, anomaly, and last period's model."""

from __future__ import annotations

import pandas as pd

from apanalytics.criteria import evaluate as fired_criteria
from apanalytics.evaluation.universe import Universe
from apanalytics.features import cases as cases_of
from apanalytics.features import features
from apanalytics.risk import RiskModel, anomaly_scores
from apanalytics.tables import Tables
from apanalytics.targeting.draw import ranked
from apanalytics.targeting.scoring import Ranker, scores_of


def rankings(
    tables: Tables, universe: Universe, stage: str, previous: Ranker | None = None
) -> dict[str, pd.Series[float]]:
    """Return the baselines' scores of every case, most suspect first.

    Parameters
    ----------
    tables : the canonical tables.
    universe : the cases that could be chosen.
    stage : ``authorisation`` or ``payment``.
    previous : last period's model; None leaves ``previous`` out.
    """
    index, day = universe.members.index, universe.drawn_on
    whole, known = features(tables, stage, to=day, as_of=day), cases_of(tables, stage, to=day, as_of=day)
    frame, cases = whole.reindex(index), known.reindex(index)
    frame.attrs = {"stage": stage}
    scores = baseline_scores(frame, cases, stage)
    if isinstance(previous, RiskModel):  # it blends in what it says of each establishment's earlier cases
        same = known.index[known["siret"].isin(cases["siret"])].intersection(whole.index)
        scores["previous"] = scores_of(previous, whole.loc[same], known.loc[same]).score.reindex(index)
    elif previous is not None:
        scores["previous"] = scores["anomaly"]
    return {name: values.loc[ranked(values)] for name, values in scores.items()}


def baseline_scores(frame: pd.DataFrame, cases: pd.DataFrame, stage: str) -> dict[str, pd.Series[float]]:
    """Return what ranks without learning: the amount at stake, the number of criteria met, the anomaly.

    Parameters
    ----------
    frame, cases : features and cases, same rows.
    stage : ``authorisation`` or ``payment``.
    """
    return {
        "amount": cases["amount_eur"].astype("float64").fillna(0.0),
        "rules": fired_criteria(frame, stage).fillna(False).astype(bool).sum(axis=1).astype(float),
        "anomaly": anomaly_scores(frame, cases)["score"],
    }

"""One shape for whatever ranks cases: a risk model, or the anomaly score that needs no label."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from apanalytics.errors import ApanalyticsError, InvalidArgument, ModelMismatch
from apanalytics.risk import RiskModel, anomaly_contributions, earlier_scores
from apanalytics.risk.labels import FEWEST_FINDINGS

ANOMALY: Literal["anomaly"] = "anomaly"
"""Given in the place of a model: rank by the distance from peers, which needs no control outcome."""
TOLERANCE = 1e-9
"""Largest gap allowed between a score and the sum of its contributions."""

Ranker = RiskModel | Literal["anomaly"]


@dataclass(frozen=True)
class Scores:
    """Scores of cases, with what they are made of for those who ask.

    Parameters
    ----------
    score : by ``case_id``: log-odds before calibration for a risk model; rarity of what is found for the
        anomaly score.
    risk, low, high : calibrated probability and its 95 % bounds; missing where no outcome can calibrate.
    undue_share : share of the amount at stake that is undue if the case is non-conforming, 0..1; missing
        where the model has not learnt it.
    earlier : mean score of the establishment's earlier cases, blended in; missing where there is none.
    version : what identifies the model in ``selections``.
    explain : returns the contributions of some of the cases; they cost far more than scores.
    """

    score: pd.Series[float]
    risk: pd.Series[float]
    low: pd.Series[float]
    high: pd.Series[float]
    undue_share: pd.Series[float]
    earlier: pd.Series[float]
    version: str
    explain: Callable[[pd.Index[str]], pd.DataFrame]

    def contributions(self, index: pd.Index[str]) -> pd.DataFrame:
        """Return a row per case of `index`, a column per feature or criterion; a row sums to its score.

        Raises
        ------
        ApanalyticsError : one does not: an explanation that is not exact is not given.
        """
        parts = self.explain(index)
        gap = float((parts.sum(axis=1) - self.score.loc[index]).abs().max()) if len(index) else 0.0
        if gap > TOLERANCE:
            raise ApanalyticsError(
                "Contributions do not sum to the score",
                where="explain",
                value=gap,
                todo="Report this as a defect.",
            )
        return parts


def scores_of(model: Ranker, frame: pd.DataFrame, cases: pd.DataFrame) -> Scores:
    """Score every row of a frame.

    Parameters
    ----------
    model : a fitted RiskModel, or ``"anomaly"``.
    frame : features indexed by ``case_id``.
    cases : the same cases, for the peer groups of the anomaly score, and for the establishment's earlier
        scores, which a model blends in where those earlier cases are in the frame.

    Raises
    ------
    ModelMismatch : the frame lacks a column of the model, or is of the other stage.
    """
    if isinstance(model, RiskModel):
        return _of_model(model, frame, cases)
    if model != ANOMALY:
        raise InvalidArgument(
            "Not a model", where="model", value=model, todo=f"Give a fitted RiskModel or {ANOMALY!r}."
        )
    parts = anomaly_contributions(frame, cases)
    unknown = pd.Series(np.nan, index=frame.index)
    names = hashlib.sha256(repr(list(parts.columns)).encode()).hexdigest()
    return Scores(
        parts.sum(axis=1),
        *(unknown, unknown, unknown, unknown, unknown),
        f"{ANOMALY}-{names[:8]}",
        lambda index: parts.loc[index],
    )


def _of_model(model: RiskModel, frame: pd.DataFrame, cases: pd.DataFrame) -> Scores:
    """Score by a risk model."""
    asked = frame.attrs.get("stage")
    if model.stage is not None and asked is not None and model.stage != asked:
        raise ModelMismatch(
            f"The model was fitted for the stage {model.stage!r}",
            where="stage",
            value=asked,
            todo="Use the model of this stage, or features of that one.",
        )
    chosen = model.columns_.select(frame)
    own = model.decision_function(chosen)
    earlier = earlier_scores(own, cases)
    values = model.blend(own, earlier)
    calibrated = model.calibrator_.probability(values), *model.calibrator_.interval(values)
    score, risk, low, high = (pd.Series(one, index=frame.index) for one in (values, *calibrated))
    return Scores(
        score,
        risk,
        low,
        high,
        pd.Series(model.undue_share(chosen), index=frame.index),
        earlier,
        model.version,
        lambda index: model.explain(chosen.loc[index], earlier.loc[index]),
    )


def read_model(place: str | Path, tell: Callable[[str], None] | None = None) -> Ranker:
    """Return the model of a folder; ``"anomaly"`` where that word is given, or it knows too few findings.

    Parameters
    ----------
    place : a model folder, or the word ``anomaly``.
    tell : called with a sentence where the anomaly takes the place of the model; None warns.
    """
    if str(place) == ANOMALY:
        return ANOMALY
    model = RiskModel.load(place)
    if not model.cold:
        return model
    said = gives_way(model)
    if tell is None:
        warnings.warn(said, stacklevel=2)
    else:
        tell(said)
    return ANOMALY


def gives_way(model: RiskModel) -> str:
    """Say that the anomaly ranks in the place of a cold model."""
    return f"{too_few_findings(model)}: the anomaly, which needs none, ranks in its place."


def too_few_findings(model: RiskModel) -> str:
    """Say why a cold model is not to rank."""
    known = model.figures_["nonconforming"]
    return f"The model {model.version} knows {known} findings; a score is trusted from {FEWEST_FINDINGS} on"

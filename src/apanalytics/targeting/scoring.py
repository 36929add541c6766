"""One shape for whatever ranks cases: a risk model, or the anomaly score that needs no label."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from apanalytics.errors import ApanalyticsError, InvalidArgument, ModelMismatch
from apanalytics.risk import BASE, RiskModel, anomaly_contributions

ANOMALY: Literal["anomaly"] = "anomaly"
"""Given in the place of a model: rank by the distance from peers, which needs no control outcome."""
TOLERANCE = 1e-9
"""Largest gap allowed between a score and the sum of its contributions."""

Ranker = RiskModel | Literal["anomaly"]


@dataclass(frozen=True)
class Scores:
    """Scores of cases with what they are made of.

    Parameters
    ----------
    contributions : one row per case, indexed by ``case_id``; a column per feature and ``(base)``; a row
        sums to the score.
    score : log-odds before calibration for a risk model; distance from peers for the anomaly score.
    risk, low, high : calibrated probability and its 95 % bounds; missing where no outcome can calibrate.
    version : what identifies the model in ``selections``.
    """

    contributions: pd.DataFrame
    score: pd.Series[float]
    risk: pd.Series[float]
    low: pd.Series[float]
    high: pd.Series[float]
    version: str


def scores_of(model: Ranker, frame: pd.DataFrame, cases: pd.DataFrame) -> Scores:
    """Score every row of a frame.

    Parameters
    ----------
    model : a fitted RiskModel, or ``"anomaly"``.
    frame : features indexed by ``case_id``.
    cases : the same cases, for the peer groups of the anomaly score.

    Raises
    ------
    ModelMismatch : the frame lacks a column of the model, or is of the other stage.
    """
    if isinstance(model, RiskModel):
        return _of_model(model, frame)
    if model != ANOMALY:
        raise InvalidArgument(
            "Not a model", where="model", value=model, todo=f"Give a fitted RiskModel or {ANOMALY!r}."
        )
    parts = anomaly_contributions(frame, cases)
    unknown = pd.Series(np.nan, index=frame.index)
    return Scores(
        parts.assign(**{BASE: 0.0}),
        parts.sum(axis=1),
        unknown,
        unknown,
        unknown,
        f"{ANOMALY}-{hashlib.sha256(repr(list(parts.columns)).encode()).hexdigest()[:8]}",
    )


def _of_model(model: RiskModel, frame: pd.DataFrame) -> Scores:
    """Score by a risk model, asserting that its contributions sum to its score."""
    asked = frame.attrs.get("stage")
    if model.stage is not None and asked is not None and model.stage != asked:
        raise ModelMismatch(
            f"The model was fitted for the stage {model.stage!r}",
            where="stage",
            value=asked,
            todo="Use the model of this stage, or features of that one.",
        )
    chosen = model.columns_.select(frame)
    parts = model.explain(chosen)
    values = model.decision_function(chosen)
    score = pd.Series(values, index=frame.index)
    gap = float((parts.sum(axis=1) - score).abs().max()) if len(frame) else 0.0
    if gap > TOLERANCE:
        raise ApanalyticsError(
            "Contributions do not sum to the score",
            where="explain",
            value=gap,
            todo="Report this as a defect.",
        )
    risk = pd.Series(model.calibrator_.probability(values), index=frame.index)
    low, high = (pd.Series(bound, index=frame.index) for bound in model.calibrator_.interval(values))
    return Scores(parts, score, risk, low, high, model.version)


def read_model(place: str | Path) -> Ranker:
    """Return the model of a folder, or ``"anomaly"`` where that word is given instead."""
    return ANOMALY if str(place) == ANOMALY else RiskModel.load(place)

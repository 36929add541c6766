"""What a case's score is made of, in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from apanalytics.criteria import criterion
from apanalytics.features import FEATURES

if TYPE_CHECKING:
    from apanalytics.risk import RiskModel

_PART = re.compile(r"(.+) ([+-][0-9.]+)")
LEAST = 0.005
"""Contribution below which a part is counted with the others: it would read 0,00."""


@dataclass(frozen=True)
class Part:
    """One part of a score: the criterion or the feature, and what it adds."""

    title: str
    value: float


@dataclass(frozen=True)
class Weights:
    """A score and its parts, most first; they sum to it.

    Parameters
    ----------
    score : log-odds of the model, or the anomaly score.
    parts : of the score.
    by_model : whether a risk model gave it; else how unusual the case is.
    """

    score: float
    parts: tuple[Part, ...]
    by_model: bool


def by_anomaly(score: float, reasons: str) -> Weights:
    """Give the parts of an anomaly score: the three largest, as they were prepared, and the rest.

    Examples
    --------
    >>> [(part.title, part.value) for part in by_anomaly(5.0, "HRS-04 +2.00;hours +1.50").parts][1:]
    [('Heures demandées', 1.5), ('Autres éléments', 1.5)]
    """
    named = [match for text in reasons.split(";") if (match := _PART.fullmatch(text))]
    parts = [Part(_title(match[1]), float(match[2])) for match in named]
    rest = score - sum(part.value for part in parts)
    return Weights(score, (*parts, Part("Autres éléments", rest)), False)


def by_model(model: RiskModel, frame: pd.DataFrame, stage: str, earlier: pd.Series[float]) -> Weights:
    """Give the parts of a model's score of one case; what belongs to no criterion that fired is told last.

    Parameters
    ----------
    model : fitted for the stage.
    frame : the features of the case, one row.
    stage : of the case.
    earlier : mean score of the establishment's earlier cases, as `prepare` kept it; missing without any.
    """
    from apanalytics.targeting.reasons import OTHERS, shared_out

    contributions = model.explain(model.columns_.select(frame), earlier)
    shares = shared_out(contributions, frame, stage).iloc[0].dropna()
    others = float(shares.pop(OTHERS))
    kept = shares[shares.abs() >= LEAST].sort_values(ascending=False, kind="stable")
    parts = [Part(_title(str(code)), float(value)) for code, value in kept.items()]
    others += float(shares.sum() - kept.sum())
    score = float(contributions.iloc[0].sum())
    return Weights(score, (*parts, Part("Niveau de base et autres éléments", others)), True)


def _title(name: str) -> str:
    titles: tuple[Callable[[str], str], ...] = (_of_criterion, _of_feature)
    return next(filter(None, (title(name) for title in titles)), name)


def _of_criterion(name: str) -> str:
    return f"{name} {criterion(name).label_fr}" if re.fullmatch(r"[A-Z]{3}-\d\d", name) else ""


def _of_feature(name: str) -> str:
    return FEATURES[name].label_fr if name in FEATURES else ""

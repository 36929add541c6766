"""What is known without labels, laid over what was learnt: each criterion its own term of the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import logit

from apanalytics.criteria import catalogue, criterion
from apanalytics.criteria.evaluation import fires
from apanalytics.risk.columns import Matrix
from apanalytics.risk.priors import evidence, few, limits

Fired = npt.NDArray[np.bool_]
LEAST = 1e-3
"""Probabilities stay this far from 0 and 1: no rule is certain."""


@dataclass(frozen=True)
class Rule:
    """One criterion laid over the model.

    Parameters
    ----------
    code : criterion of the catalogue.
    outcomes : outcomes known of cases where it fired (sum of weights).
    nonconforming : those that found non-conformity.
    adds : log-odds that it adds where it fires; 0 once outcomes are many.
    floor : log-odds below which no case where it fires is scored; None for what is no legal limit, or once
        its own outcomes are many.
    """

    code: str
    outcomes: float
    nonconforming: float
    adds: float
    floor: float | None


@dataclass(frozen=True)
class Rules:
    """The criteria that are laid over a model of a stage; none for a frame of another field.

    Parameters
    ----------
    stage : ``authorisation`` or ``payment``; None where there are no rules.
    rules : those that change a score, by code.
    """

    stage: str | None
    rules: tuple[Rule, ...]

    @classmethod
    def learn(cls, stage: str, fired: Fired, codes: list[str], target: Matrix, weight: Matrix) -> Rules:
        """Update what experts hold of each criterion by its own outcomes.

        Parameters
        ----------
        stage : of the cases.
        fired : one row per outcome, a column per code.
        codes : criteria.
        target : 1.0 non-conforming, 0.0 conforming.
        weight : weight of each outcome.
        """
        held = {one.code: one for one in limits(stage)}
        total, found = weight @ fired, (weight * target) @ fired
        adds = _evidence(total, found, float(weight.sum()), float(weight @ target))
        rules = []
        for i, code in enumerate(codes):
            floor = None
            if code in held and total[i] < few():
                one = held[code]
                floor = _log_odds((one.worth * one.probability + found[i]) / (one.worth + total[i]))
            if floor is not None or adds[i]:
                rules.append(Rule(code, float(total[i]), float(found[i]), float(adds[i]), floor))
        return cls(stage, tuple(rules))

    @property
    def codes(self) -> list[str]:
        """Codes of the rules, in the order of the columns of what :meth:`terms` returns."""
        return [rule.code for rule in self.rules]

    def terms(self, scores: Matrix, fired: Fired) -> Matrix:
        """Return what each rule adds to each score; 0 where it did not fire.

        First the evidence of each criterion that fired; then, where a limit says more than that sum, the rest
        up to it belongs to the limit that says most (the first by code among equals).

        Parameters
        ----------
        scores : log-odds of the learners.
        fired : one row per score, a column per rule.
        """
        terms = fired * np.array([rule.adds for rule in self.rules])
        floors = np.array([-np.inf if rule.floor is None else rule.floor for rule in self.rules])
        if len(floors) and np.isfinite(floors).any():
            said = np.where(fired, floors, -np.inf)
            most = said.argmax(axis=1)
            rows = np.arange(len(scores))
            short = np.maximum(said[rows, most] - (scores + terms.sum(axis=1)), 0.0)
            terms[rows, most] += short
        return np.asarray(terms, dtype=np.float64)

    def json(self) -> dict[str, Any]:
        """Return the rules as plain values for a JSON file."""
        return {"stage": self.stage, "rules": [vars(rule) for rule in self.rules]}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Rules:
        """Build the rules again from :meth:`json`."""
        return cls(saved["stage"], tuple(Rule(**rule) for rule in saved["rules"]))


NO_RULES = Rules(None, ())
"""Of a frame that is not of the field."""


def known_codes(stage: str) -> list[str]:
    """Return the codes of the criteria of a stage, in the order of the catalogue."""
    return [one.code for one in catalogue(stage)]


def fired_codes(frame: pd.DataFrame, stage: str, codes: list[str]) -> Fired:
    """Return which criteria fire: one row per row of the frame, a column per code; unverifiable is no hit."""
    found = np.zeros((len(frame), len(codes)), dtype=np.bool_)
    for i, code in enumerate(codes):
        hit = fires(criterion(code).at(stage), frame)
        found[:, i] = hit.fillna(False).to_numpy(dtype=np.bool_)
    return found


def _evidence(total: Matrix, found: Matrix, outcomes: float, nonconforming: float) -> Matrix:
    """Return the log-odds that each criterion adds, its own outcomes weighed against what is held of it."""
    held = evidence()
    share = held.share(outcomes)
    if not share:
        return np.zeros(len(total))
    base = _log_odds(nonconforming / outcomes)
    expected = 1 / (1 + np.exp(-(base + held.log_odds)))
    updated = (held.worth * expected + found) / (held.worth + total)
    return np.asarray(share * (logit(np.clip(updated, LEAST, 1 - LEAST)) - base), dtype=np.float64)


def _log_odds(probability: float) -> float:
    return float(logit(min(max(probability, LEAST), 1 - LEAST)))

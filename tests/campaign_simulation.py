"""A population that campaigns are drawn from again and again, with scores that never change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.targeting.draw import draw
from apanalytics.targeting.guarantee import Guarantee, Labels, guarantee


@dataclass(frozen=True)
class Kept:
    """What one campaign's promise was, and the precision of the part of the list that it covered."""

    promise: Guarantee
    precision: float | None


def cases(rng: np.random.Generator, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw scores and outcomes: a base rate near 17.5 %, and near 80 % among the first tenth."""
    score = rng.normal(size=number)
    chance = 1 / (1 + np.exp(-2.6 * score + 2.9))
    return score, (rng.random(number) < chance).astype(float)


DEPARTMENTS = pd.DataFrame(
    {"share": [0.4, 0.3, 0.2, 0.1], "shift": [0.0, -0.8, 0.6, 0.2], "listed": [0.3, 0.1, 0.2, 0.05]}
)
"""Share of the cases, how much more often they are non-conforming, share listed, by department."""


def promised_by_department(mode: str, seed: int, *, labels: int, line: float) -> Kept:
    """Promise the list of a plan that takes the beginning of each department's ranking."""
    rng = np.random.default_rng(seed)
    (score, place, outcome), (new, there, found) = (_by_department(rng) for _ in range(2))
    cuts = np.array(
        [
            np.quantile(new[there == n], 1 - listed, method="higher")
            for n, listed in enumerate(DEPARTMENTS["listed"])
        ]
    )
    known = rng.choice(len(score), labels, replace=False)
    past = Labels(score - cuts[place], np.full(len(score), labels / len(score)), known, outcome[known])
    beyond = new - cuts[there]
    promise = guarantee(mode, past, beyond, int((beyond >= 0).sum()), line, seed)
    covered = found[np.argsort(-beyond, kind="stable")[: min(promise.certified, promise.asked)]]
    return Kept(promise, float(covered.mean()) if len(covered) else None)


def _by_department(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw scores, departments and outcomes; scores do not know what the departments add."""
    place = rng.choice(len(DEPARTMENTS), 7000, p=DEPARTMENTS["share"])
    score = rng.normal(size=7000)
    chance = 1 / (1 + np.exp(-2.6 * score + 1.9 - DEPARTMENTS["shift"].to_numpy()[place]))
    return score, place, (rng.random(7000) < chance).astype(float)


def promised(mode: str, seed: int, *, labels: int, asked: int, line: float, designed: bool = False) -> Kept:
    """Draw a past campaign and a new one, and promise; `designed` labels come from our own draw."""
    rng = np.random.default_rng(seed)
    score, outcome = cases(rng, 7000)
    if designed:
        drawn = draw(pd.Series(score, index=[f"{i:05}" for i in range(7000)]), labels, 0.5, seed)
        drawn = drawn.sort_index()
        known = np.flatnonzero(drawn["listed"])
        past = Labels(score, drawn["selection_probability"].to_numpy(), known, outcome[known])
    else:
        known = rng.choice(7000, labels, replace=False)
        past = Labels(score, np.full(7000, labels / 7000), known, outcome[known])
    new, found = cases(rng, 7000)
    promise = guarantee(mode, past, new, asked, line, seed)
    covered = found[np.argsort(-new, kind="stable")[: min(promise.certified, asked)]]
    return Kept(promise, float(covered.mean()) if len(covered) else None)

"""A population with a known truth, from which one campaign after another is drawn and judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.evaluation.doubly_robust import aipw
from apanalytics.evaluation.estimators import by_design
from apanalytics.targeting.chance import bins
from apanalytics.targeting.draw import Shares, draw_pool, places_of, ranked

DESIGNS = {
    "random": (2000, 300, Shares(0.15), 0.08),
    "often": (1000, 350, Shares(0.1), 0.20),
    "rare": (3000, 600, Shares(0.1), 0.05),
    "uncertain": (2000, 400, Shares(0.1, uncertain=0.1), 0.10),
}
"""Cases, capacity, shares of the places, base rate."""


@dataclass(frozen=True)
class Judged:
    """Errors of an estimator over campaigns, and how many of its intervals held the truth."""

    errors: np.ndarray
    covered: np.ndarray
    widths: np.ndarray

    @property
    def monte_carlo(self) -> float:
        """Standard error of the mean error."""
        return float(self.errors.std() / len(self.errors) ** 0.5)


def population(cases: int, rate: float) -> pd.DataFrame:
    """Cases with a known truth and a score that tells some of it, two to an establishment."""
    rng = np.random.default_rng(11)
    index = pd.Index([f"C{i:05}" for i in range(cases)], name="case_id")
    truth = rng.random(cases) < rate
    score = rng.normal(size=cases) + 1.5 * truth
    frame = pd.DataFrame(
        {"truth": truth, "score": score, "siret": [str(i // 2) for i in range(cases)]}, index
    )
    risk = 1 / (1 + np.exp(-(1.5 * score - 2.5)))
    return frame.assign(risk=risk, rule_rarity=0.0, signalled=False).loc[ranked(frame["score"])]


def judged(estimator: str, design: str, campaigns: int) -> Judged:
    """Draw campaigns and estimate the base rate of each."""
    cases, capacity, shares, rate = DESIGNS[design]
    country = population(cases, rate)
    places = places_of(capacity, cases, 0, shares)
    assert bins(cases, places.by_chance)
    real = float(country["truth"].mean())
    errors, covered, widths = [], [], []
    for seed in range(campaigns):
        register = draw_pool(country, country.index[: places.by_score], places, np.random.default_rng(seed))
        members = register.rename(columns={"selection_probability": "probability"}).assign(
            nonconforming=country["truth"].astype(object).where(register["listed"]), siret=country["siret"]
        )
        found = by_design(members, seed) if estimator == "hajek" else aipw(members, country[["score"]], seed)
        assert found.value is not None, found
        errors.append(found.value - real)
        covered.append(found.low <= real <= found.high)
        widths.append(found.high - found.low)
    return Judged(np.array(errors), np.array(covered), np.array(widths))

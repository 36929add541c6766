"""A population with a known truth, from which one campaign after another is drawn and judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.evaluation.difference import lift
from apanalytics.evaluation.doubly_robust import aipw
from apanalytics.evaluation.estimators import FEWEST_RANDOM, by_design
from apanalytics.targeting.chance import bins
from apanalytics.targeting.draw import Shares, draw_pool, places_of, ranked

DESIGNS = {
    "random": (2000, 300, Shares(0.15), 0.08),
    "often": (1000, 350, Shares(0.1), 0.20),
    "rare": (3000, 600, Shares(0.1), 0.05),
    "uncertain": (2000, 400, Shares(0.1, uncertain=0.1), 0.10),
}
"""Cases, capacity, shares of the places, base rate."""


REGIONS = {"11": 0.55, "32": 0.25, "94": 0.2}
"""Share of the cases of each region; in the last one more of them are non-conforming."""
BY_REGION = (4000, 800, 0.12)
"""Cases, capacity and base rate of the country that has regions."""


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


PLACES = 20
"""Departments of the plan, places of each, and hundreds of cases."""


def judged_plan(campaigns: int) -> dict[str, Judged]:
    """Draw by department, a case or two of a stratum, and estimate the rate and the gain over chance."""
    country = population(400 * PLACES, 0.12)
    rng = np.random.default_rng(5)
    country["department"] = rng.integers(0, PLACES, len(country))
    country["truth"] |= (country["department"] < 4) & (rng.random(len(country)) < 0.1)
    places = places_of(PLACES, 400, 0, Shares(0.15))
    by_score = country.groupby("department", sort=True).head(places.by_score).index
    real = float(country["truth"].mean())
    gain = float(country.loc[by_score, "truth"].mean()) - real
    found: dict[str, list[tuple[float, bool, float]]] = {"hajek": [], "aipw": [], "lift": []}
    for seed in range(campaigns):
        generator = np.random.default_rng(seed)
        parts = []
        for department, cases in country.groupby("department", sort=True):
            part = draw_pool(cases, cases.index[: places.by_score], places, generator)
            parts.append(part.assign(stratum=f"{department:02} " + part["stratum"]))
        register = pd.concat(parts).rename(columns={"selection_probability": "probability"})
        outcome = country["truth"].astype(object).reindex(register.index).where(register["listed"])
        members = register.assign(nonconforming=outcome, siret=country["siret"].reindex(register.index))
        for name, told, truth in (
            ("hajek", by_design(members, seed), real),
            ("aipw", aipw(members, country.loc[members.index, ["score"]], seed), real),
            ("lift", lift(members, by_score, members.index), gain),
        ):
            assert told.value is not None
            assert told.low is not None
            assert told.high is not None
            found[name].append((told.value - truth, told.low <= truth <= told.high, told.high - told.low))
    return {name: Judged(*(np.array(one) for one in zip(*rows, strict=True))) for name, rows in found.items()}


def judged_where_some_are_unknown(campaigns: int) -> Judged:
    """Draw campaigns of which a fifth of the drawn cases is never controlled, and every sure one is."""
    country = population(1000, 0.16)
    places = places_of(200, 1000, 0, Shares(0.4))
    real = float(country["truth"].mean())
    errors, covered, widths = [], [], []
    for seed in range(campaigns):
        generator = np.random.default_rng(seed)
        register = draw_pool(country, country.index[: places.by_score], places, generator)
        seen = register["listed"] & (
            (register["selection_probability"] >= 1) | (generator.random(1000) < 0.85)
        )
        members = register.rename(columns={"selection_probability": "probability"}).assign(
            nonconforming=country["truth"].astype(object).where(seen), siret=country["siret"]
        )
        found = by_design(members, seed)
        if found.value is None:  # chance left more than a fifth unknown
            continue
        errors.append(found.value - real)
        covered.append(found.low <= real <= found.high)
        widths.append(found.high - found.low)
    return Judged(np.array(errors), np.array(covered), np.array(widths))


@dataclass(frozen=True)
class Regional:
    """Rates of a region over campaigns, and the random controls behind those told and those refused."""

    judged: Judged
    fewest_told: int
    most_refused: int


def judged_by_region(campaigns: int, random_share: float) -> dict[str, Regional]:
    """Draw national campaigns and estimate the rate of each region from its part of each draw."""
    cases, capacity, rate = BY_REGION
    rng = np.random.default_rng(3)
    country = population(cases, rate)
    country["region"] = rng.choice(list(REGIONS), cases, p=list(REGIONS.values()))
    south = (country["region"] == "94") & (rng.random(cases) < 0.1)
    country["truth"] |= south
    places = places_of(capacity, cases, 0, Shares(random_share))
    found: dict[str, list[tuple[int, float | None, bool, float]]] = {region: [] for region in REGIONS}
    for seed in range(campaigns):
        register = draw_pool(country, country.index[: places.by_score], places, np.random.default_rng(seed))
        members = register.rename(columns={"selection_probability": "probability"}).assign(
            nonconforming=country["truth"].astype(object).where(register["listed"]),
            siret=country["siret"],
            region=country["region"],
        )
        for region, rows in members.groupby("region"):
            real = float(country.loc[rows.index, "truth"].mean())
            by_chance = int((rows["listed"] & (rows["probability"] < 1)).sum())
            told = by_design(rows, seed)
            if told.value is None:
                found[str(region)].append((by_chance, None, False, 0.0))
            else:
                held = told.low <= real <= told.high
                found[str(region)].append((by_chance, told.value - real, held, told.high - told.low))
    return {region: _regional(rows) for region, rows in found.items()}


def _regional(rows: list[tuple[int, float | None, bool, float]]) -> Regional:
    told = [row for row in rows if row[1] is not None]
    errors, covered, widths = (np.array([row[place] for row in told], dtype=float) for place in (1, 2, 3))
    return Regional(
        Judged(errors, covered, widths),
        fewest_told=min((row[0] for row in told), default=FEWEST_RANDOM),
        most_refused=max((row[0] for row in rows if row[1] is None), default=0),
    )


@dataclass(frozen=True)
class Worth:
    """What a design of the places brought over campaigns.

    `told` is how many campaigns had a rate, `width` the mean width of its interval, `hits` the mean share of
    all places that found something, `greedy` that of a list by score alone.
    """

    told: int
    width: float
    hits: float
    greedy: float


def worth(shares: Shares, capacity: int, campaigns: int) -> Worth:
    """Draw campaigns of 4,000 cases at a base rate of 12 %; one case in seven meets a little-tried rule."""
    country, rng = population(4000, 0.12), np.random.default_rng(1)
    rarity = 1 / (1 + rng.integers(0, 30, len(country)))
    country["rule_rarity"] = np.where(rng.random(len(country)) < 1 / 7, rarity, 0.0)
    places = places_of(capacity, len(country), 0, shares)
    widths, hits = [], []
    for seed in range(campaigns):
        register = draw_pool(country, country.index[: places.by_score], places, np.random.default_rng(seed))
        hits.append(float(country.loc[register["listed"][register["listed"]].index, "truth"].mean()))
        members = register.rename(columns={"selection_probability": "probability"}).assign(
            nonconforming=country["truth"].astype(object).where(register["listed"]), siret=country["siret"]
        )
        told = by_design(members, seed)
        if told.low is not None and told.high is not None:
            widths.append(told.high - told.low)
    greedy = float(country["truth"].iloc[:capacity].mean())
    return Worth(len(widths), float(np.mean(widths)) if widths else np.nan, float(np.mean(hits)), greedy)

"""One cell of the targeting table: draw a country, list its later cases in every way, judge by its truth."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import apanalytics as ap
from apanalytics.risk import Past, RiskModel, UndueShare, expected_undue, undue_shares
from apanalytics.risk.columns import Columns
from apanalytics.targeting.draw import ranked
from apanalytics.targeting.for_euros import for_euros, share_given
from apanalytics.targeting.scoring import Scores, scores_of
from benchmarks.difficulty_cell import (
    AS_IT_IS,
    CEILING_SAMPLE,
    CUT,
    LINE,
    STAGES,
    asked_for,
    boosted,
    by_kind,
    capacity_of,
    kept,
    ruled,
    scenario_at,
)
from benchmarks.ranking import Bools, Floats
from benchmarks.targeting_sums import sums_of
from benchmarks.unseen_kinds import SETTINGS, add_own_kinds

UNSEEN = "unseen"
"""The scenario with two kinds of conduct that the package was not made with."""
LAST_PERIOD = "2020-12-31"
"""Last day of what the model of the period before may learn from: half a year less."""
OWN, BEFORE = "risk model", "last period's model"
BY_SCORE, BY_EUROS = "risk model, by score", "risk model, by euros"
"""The same scores without what a campaign gives for euros, and by expected undue euros alone."""


def measure(seed: int, rate: str, requests: int, scenario: str) -> dict[str, Any]:
    """Draw a country of a scenario at a case rate and return the figures of both stages."""
    start = time.process_time()
    if scenario == UNSEEN:
        add_own_kinds()
    extends = SETTINGS if scenario == UNSEEN else scenario
    with tempfile.TemporaryDirectory() as work:
        place = Path(work)
        asked = {} if rate == AS_IT_IS else asked_for(float(rate), seed, requests, place, extends)
        ap.synth(place / "country", requests=requests, seed=seed, scenario=scenario_at(asked, place, extends))
        tables = ap.read(place / "country")
        stages = {stage: of_stage(tables, stage, rate, seed) for stage in STAGES}
    return {
        "scenario": scenario,
        "seed": seed,
        "rate": rate,
        "requests": requests,
        "asked": asked,
        "cpu_seconds": round(time.process_time() - start),
        "stages": stages,
    }


def of_stage(tables: ap.Tables, stage: str, rate: str, seed: int) -> dict[str, Any]:
    """List the cases of a stage filed after the cut by each ranking, and judge each list."""
    frame, cases = ap.features(tables, stage), ap.cases(tables, stage)
    truth = right(tables, stage).reindex(frame.index)
    later = (cases["filed_on"] > CUT).to_numpy()
    wrong = truth["nonconforming"].to_numpy(bool)
    judged, mine = kept(frame, later), cases[later]
    unlearnt = ruled(judged, mine, ap.criteria.evaluate(judged, stage))
    base_rate = float(wrong[later].mean())
    capacity = capacity_of(int(later.sum()), base_rate if rate == AS_IT_IS else float(rate))
    learnt, outcomes = models(tables, frame, cases, later, seed, unlearnt["anomaly"], capacity)
    scores = learnt | {"ceiling": ceiling(frame, wrong, later, seed)} | unlearnt
    undue = np.where(wrong, truth["undue_amount"].fillna(0.0).to_numpy(np.float64), 0.0)[later]
    return {
        "cases": int(later.sum()),
        "base_rate": base_rate,
        "capacity": capacity,
        "outcomes": outcomes,
        "kinds": by_kind(truth["kind"][later].to_numpy(object), wrong[later], scores, capacity),
        "sums": sums_of(scores, wrong[later], undue, mine["siret"].to_numpy(object), capacity),
    }


def right(tables: ap.Tables, stage: str) -> pd.DataFrame:
    """Return what is true of each case of a stage; only to judge, and to learn the ceiling."""
    truth = tables.truth.to_pandas(["stage", "case_id", "nonconforming", "kind", "undue_amount"])
    return truth[truth["stage"] == stage].set_index("case_id")


def models(
    tables: ap.Tables,
    frame: pd.DataFrame,
    cases: pd.DataFrame,
    later: Bools,
    seed: int,
    anomaly: Floats,
    capacity: int,
) -> tuple[dict[str, Floats], int]:
    """Return the scores of later cases by what controls had found, and how many outcomes were known.

    As in a campaign, cases are ranked by the anomaly while outcomes of both kinds are not yet known, and a
    little of the expected precision is given for euros.
    """
    stage = str(frame.attrs["stage"])
    known = {day: ap.outcomes(tables, stage, known_on=day) for day in (CUT, LAST_PERIOD)}
    own = learnt(known[CUT], frame, cases, later, seed)
    before = learnt(known[LAST_PERIOD], frame, cases, later, seed, folds=0)  # calibration keeps the order
    share = UndueShare.learn(known[CUT], cases) if own is not None else None
    by_score = anomaly if own is None else own.score.to_numpy()[later]
    scores = {
        OWN: by_score,
        BEFORE: anomaly if before is None else before.score.to_numpy()[later],
        BY_SCORE: by_score,
        BY_EUROS: anomaly,
    }
    if own is not None and share is not None:
        amount = cases["amount_eur"].fillna(0).to_numpy(dtype=np.float64)
        risk, undue = (one.to_numpy(np.float64) for one in (own.risk, own.undue_share))
        scores[BY_EUROS] = expected_undue(risk, amount, undue, share)[later]
        both = pd.DataFrame({"risk": own.risk[later], "undue_eur": scores[BY_EUROS]})
        listed = for_euros(both.loc[ranked(own.score[later])], capacity, share_given(None, stage), LINE)
        scores[OWN] = listed_first(by_score, cases.index[later].isin(listed))
    return scores, int(frame.index.isin(known[CUT].index).sum())


def listed_first(score: Floats, listed: Bools) -> Floats:
    """Return a score that ranks the listed cases before all others, and each part as it was.

    Examples
    --------
    >>> listed_first(np.array([3.0, 2.0, 1.0]), np.array([True, False, True])).argsort().tolist()
    [1, 2, 0]
    """
    return np.where(listed, score + float(np.ptp(score)) + 1.0, score)


def learnt(
    known: pd.DataFrame, frame: pd.DataFrame, cases: pd.DataFrame, later: Bools, seed: int, folds: int = 5
) -> Scores | None:
    """Fit the risk model on known outcomes, score every case; None while they are all of one kind."""
    X, y, w = ap.labelled(kept(frame, ~later), known)
    if y.nunique() < 2:
        return None
    model = RiskModel(stage=frame.attrs["stage"], folds=folds, random_state=seed)
    past, firms = Past(kept(frame, ~later), cases[~later]), cases["siren"]
    model.fit(X, y, sample_weight=w, groups=firms.reindex(X.index), past=past)
    shares = undue_shares(known, cases.loc[X.index])
    model.fit_amounts(X.loc[shares.index], shares, groups=firms.reindex(shares.index))
    return scores_of(model, frame, cases)


def ceiling(frame: pd.DataFrame, wrong: Bools, later: Bools, seed: int) -> Floats:
    """Return the scores of later cases by a model that was given the whole truth of earlier ones."""
    columns = Columns.of(frame)
    sample = np.random.default_rng(seed).permutation(np.flatnonzero(~later))[:CEILING_SAMPLE]
    sample.sort()
    model = boosted(columns.encode(frame.iloc[sample]), wrong[sample], seed, trees=600, leaves=63)
    return np.asarray(model.predict(columns.encode(frame[later]), raw_score=True))

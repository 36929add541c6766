"""One cell of the difficulty table: draw a country, rank its later cases in every way, judge by its truth."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd

import apanalytics as ap
from apanalytics.risk import RiskModel
from apanalytics.risk.columns import Columns
from benchmarks.ranking import Bools, Floats, area, precision_at, selected, ties_by

STAGES = ("authorisation", "payment")
CUT = "2021-06-30"
"""Last day of what may be learnt: outcomes known then, truth of the cases filed by then."""
CAPACITY, LINE = 0.10, 0.60
"""Share of the cases that can be controlled; the precision that a list of base rate / LINE could reach."""
CEILING_SAMPLE = 150_000
AS_IT_IS = "base"
"""Instead of a case rate: the settings of the scenario `base` as they are."""


def measure(seed: int, rate: str, requests: int) -> dict[str, Any]:
    """Draw a country at a case rate and return the figures of both stages."""
    with tempfile.TemporaryDirectory() as work:
        scenario = AS_IT_IS if rate == AS_IT_IS else scenario_at(float(rate), Path(work))
        ap.synth(Path(work) / "country", requests=requests, seed=seed, scenario=scenario)
        tables = ap.read(Path(work) / "country")
        stages = {stage: of_stage(tables, stage, rate, seed) for stage in STAGES}
    return {"seed": seed, "rate": rate, "requests": requests, "stages": stages}


def scenario_at(rate: float, folder: Path) -> str:
    """Write the settings that give this case rate at both stages; return their path."""
    path = folder / "scenario.yaml"
    knobs = {"extends": "base", "conduct": {"case_rate": dict.fromkeys(STAGES, rate)}}
    path.write_text(json.dumps(knobs), "utf-8")  # JSON is YAML
    return str(path)


def capacity_of(cases: int, base_rate: float) -> int:
    """Return how many cases are controlled: a tenth, or fewer where so many could not be 60 % right.

    Examples
    --------
    >>> capacity_of(1000, 0.175), capacity_of(1000, 0.03)
    (100, 50)
    """
    return max(1, int(cases * min(CAPACITY, base_rate / LINE) + 1e-9))


def of_stage(tables: ap.Tables, stage: str, rate: str, seed: int) -> dict[str, Any]:
    """Rank the cases of a stage filed after the cut, and judge each ranking."""
    frame = ap.features(tables, stage)
    cases = ap.cases(tables, stage)
    truth = right(tables, stage).reindex(frame.index)
    later = (cases["filed_on"] > CUT).to_numpy()
    wrong = truth["nonconforming"].to_numpy(bool)
    known = ap.outcomes(tables, stage, known_on=CUT)
    scores = learnt(frame, wrong, later, cases, known, seed)
    judged = kept(frame, later)
    fired = ap.criteria.evaluate(judged, stage)
    scores |= ruled(judged, cases[later], fired)
    base_rate = float(wrong[later].mean())
    capacity = capacity_of(int(later.sum()), base_rate if rate == AS_IT_IS else float(rate))
    return {
        "cases": int(later.sum()),
        "base_rate": base_rate,
        "capacity": capacity,
        "outcomes": int(frame.index.isin(known.index).sum()),
        "precision": {
            "random": base_rate,
            **{name: precision_at(score, wrong[later], capacity) for name, score in scores.items()},
        },
        "criteria": criteria_alone(fired, wrong[later]),
        "kinds": by_kind(truth["kind"][later].to_numpy(object), wrong[later], scores, capacity),
    }


def right(tables: ap.Tables, stage: str) -> pd.DataFrame:
    """Return what is true of each case of a stage; only to judge, and to learn the ceiling."""
    truth = tables.truth.to_pandas(["stage", "case_id", "nonconforming", "kind"])
    return truth[truth["stage"] == stage].set_index("case_id")


def kept(frame: pd.DataFrame, rows: Bools) -> pd.DataFrame:
    """Return these rows, with the attributes that say how the frame was made."""
    part = frame[rows]
    part.attrs = dict(frame.attrs)
    return part


def ruled(frame: pd.DataFrame, cases: pd.DataFrame, fired: pd.DataFrame) -> dict[str, Floats]:
    """Return the scores that need no label.

    `rules (count)` counts the criteria that fire; `rules (rarity)` adds minus the logarithm of the share of
    the verifiable cases where each fires, as the anomaly score does before peer distances; at both the
    larger amount goes first among equals.
    """
    share = fired.mean().astype("Float64").to_numpy(dtype=np.float64, na_value=1.0)
    rarity = -np.log(np.maximum(share, 1 / len(frame)))
    hits = fired.fillna(False).to_numpy(dtype=np.float64)
    amount = cases["amount_eur"].fillna(0).to_numpy(dtype=np.float64)
    return {
        "rules (count)": ties_by(hits.sum(axis=1), amount),
        "rules (rarity)": ties_by((hits @ rarity).round(9), amount),
        "anomaly": ap.anomaly_scores(frame, cases)["score"].to_numpy(),
        "amount": amount,
    }


def learnt(
    frame: pd.DataFrame, wrong: Bools, later: Bools, cases: pd.DataFrame, known: pd.DataFrame, seed: int
) -> dict[str, Floats]:
    """Return the scores of later cases by models of control outcomes, and by one of the whole truth."""
    X, y, w = ap.labelled(kept(frame, ~later), known)
    model = RiskModel(stage=frame.attrs["stage"], random_state=seed)
    model.fit(X, y, sample_weight=w, groups=cases["siren"].reindex(X.index))
    after = frame[later]
    columns = Columns.of(frame)
    earlier = np.flatnonzero(~later)
    sample = np.random.default_rng(seed).permutation(earlier)[:CEILING_SAMPLE]
    sample.sort()
    coded = columns.encode(after)
    plain = boosted(columns.encode(X), y.to_numpy(bool), seed, trees=200, leaves=31)
    ceiling = boosted(columns.encode(frame.iloc[sample]), wrong[sample], seed, trees=600, leaves=63)
    return {
        "risk model": model.decision_function(after),
        "LightGBM on outcomes": np.asarray(plain.predict(coded, raw_score=True)),
        "ceiling": np.asarray(ceiling.predict(coded, raw_score=True)),
    }


def boosted(matrix: Floats, target: Bools, seed: int, trees: int, leaves: int) -> lgb.Booster:
    """Fit a LightGBM of ordinary settings."""
    asked = {"objective": "binary", "learning_rate": 0.05, "num_leaves": leaves, "min_data_in_leaf": 40}
    asked |= {"seed": seed, "deterministic": True, "num_threads": 1, "verbosity": -1, "feature_fraction": 0.5}
    return lgb.train(asked, lgb.Dataset(matrix, target.astype(np.float64)), num_boost_round=trees)


def criteria_alone(fired: pd.DataFrame, wrong: Bools) -> dict[str, dict[str, float]]:
    """Return of each criterion how many cases it hits, and the share of them that do not conform."""
    hits = fired.fillna(False).astype(bool)
    found = {code: (int(hit.sum()), wrong[hit.to_numpy()]) for code, hit in hits.items()}
    return {
        str(code): {"hits": n, "precision": float(right.mean())} for code, (n, right) in found.items() if n
    }


def by_kind(
    kind: np.ndarray, wrong: Bools, scores: dict[str, Floats], capacity: int
) -> dict[str, dict[str, Any]]:
    """Return, of each kind, how many cases there are, and how each ranking finds them.

    `found` is the share among the first `capacity`, `area` the chance to rank above a conforming case.
    """
    table = {}
    shown = ("ceiling", "risk model", "rules (count)")
    chance = {name: selected(scores[name], capacity) for name in shown}
    for code in sorted(set(kind[wrong])):
        mine = wrong & (kind == code)
        rest = mine | ~wrong
        found = {name: float(chance[name][mine].mean()) for name in shown}
        areas = {name: area(scores[name][rest], mine[rest]) for name in shown}
        table[str(code)] = {"cases": int(mine.sum()), "found": found, "area": areas}
    return table

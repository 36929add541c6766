"""One cell of the difficulty table: draw a country, rank its later cases in every way, judge by its truth."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import yaml

import apanalytics as ap
from apanalytics.errors import InvalidArgument
from apanalytics.risk import RiskModel
from apanalytics.risk.columns import Columns
from apanalytics.synthetic.scenario_files import settings
from apanalytics.synthetic.shares import kind_shares
from benchmarks.ranking import Bools, Floats, area, precision_at, selected, ties_by

STAGES = ("authorisation", "payment")
CUT = "2021-06-30"
"""Last day of what may be learnt: outcomes known then, truth of the cases filed by then."""
CAPACITY, LINE = 0.10, 0.60
"""Share of the cases that can be controlled; the precision that a list of base rate / LINE could reach."""
CEILING_SAMPLE = 150_000
PILOT = 40_000
"""Requests of the first country by which a case rate is set; one of full size follows, without lines."""
LATER_SQL = """
SELECT t.stage, avg(CASE WHEN t.nonconforming THEN 1.0 ELSE 0.0 END)
FROM truth t
LEFT JOIN requests r ON t.stage = 'authorisation' AND r.request_id = t.case_id
LEFT JOIN claims c ON t.stage = 'payment' AND c.claim_id = t.case_id
WHERE coalesce(r.filed_on, c.filed_on) > CAST($cut AS DATE)
GROUP BY t.stage ORDER BY t.stage
"""
AS_IT_IS = "base"
"""Instead of a case rate: the settings of the scenario `base` as they are."""


def measure(seed: int, rate: str, requests: int) -> dict[str, Any]:
    """Draw a country at a case rate and return the figures of both stages."""
    with tempfile.TemporaryDirectory() as work:
        asked = {} if rate == AS_IT_IS else asked_for(float(rate), seed, requests, Path(work))
        country = Path(work) / "country"
        ap.synth(country, requests=requests, seed=seed, scenario=scenario_at(asked, Path(work)))
        tables = ap.read(country)
        stages = {stage: of_stage(tables, stage, rate, seed) for stage in STAGES}
    return {"seed": seed, "rate": rate, "requests": requests, "asked": asked, "stages": stages}


def asked_for(
    rate: float, seed: int, requests: int, work: Path, extends: str | Path = AS_IT_IS
) -> dict[str, float]:
    """Return the case rates to ask for, so that the cases filed after the cut have this one.

    The knob holds over all months, and rates drift: two countries without lines are drawn first, and what is
    asked for is corrected by what their later cases show. The second is as large as the country itself: a
    small one would leave its own luck in the rate.
    """
    asked = dict.fromkeys(STAGES, rate)
    for size in (min(requests, PILOT), requests):
        scenario = scenario_at(asked, work, extends)
        ap.synth(work / "pilot", requests=size, seed=seed, scenario=scenario, lines=False)
        found = later_rates(ap.read(work / "pilot"))
        asked = {stage: corrected(asked[stage], rate, found[stage]) for stage in STAGES}
        asked = in_reach(asked, work, extends)
    return asked


def in_reach(asked: dict[str, float], work: Path, extends: str | Path = AS_IT_IS) -> dict[str, float]:
    """Return case rates that the settings can give: that of requests is raised until they do.

    Firms whose claims are wrong have wrong requests too, so where conduct of claims alone makes more wrong
    requests than are asked for, as in `shift`, the rate of requests ends above the one that was wanted.
    """
    while True:
        try:
            kind_shares(settings(scenario_at(asked, work, extends)))
        except InvalidArgument:
            if asked["authorisation"] >= asked["payment"]:
                raise
            asked = asked | {"authorisation": round(asked["authorisation"] * 1.02 + 1e-4, 4)}
        else:
            return asked


def corrected(asked: float, wanted: float, found: float) -> float:
    """Return what to ask for next, when `asked` gave `found`; at most doubled or halved at a time.

    Examples
    --------
    >>> corrected(0.2, wanted=0.1, found=0.16), corrected(0.1, wanted=0.1, found=0.0)
    (0.125, 0.2)
    """
    factor = wanted / found if found > 0 else 2.0
    return round(asked * min(max(factor, 0.5), 2.0), 4)


def later_rates(tables: ap.Tables) -> dict[str, float]:
    """Return the share of the cases filed after the cut that do not conform, by stage; 0 without cases."""
    with tables.connect() as con:
        found = dict(con.execute(LATER_SQL, {"cut": CUT}).fetchall())
    return {stage: float(found.get(stage, 0.0)) for stage in STAGES}


def scenario_at(asked: dict[str, float], folder: Path, extends: str | Path = AS_IT_IS) -> Path:
    """Write the settings of a scenario, or of a settings file, with these case rates; return their path."""
    path = folder / "scenario.yaml"
    knobs = yaml.safe_load(extends.read_text("utf-8")) if isinstance(extends, Path) else {"extends": extends}
    knobs["conduct"] = knobs.get("conduct", {}) | {"case_rate": asked}
    path.write_text(json.dumps(knobs), "utf-8")  # JSON is YAML
    return path


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
    model = RiskModel(stage=frame.attrs["stage"], folds=0, random_state=seed)  # calibration keeps the order
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

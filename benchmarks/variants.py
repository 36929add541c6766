"""What each part of the risk model is worth, at few outcomes and at many: `python -m benchmarks.variants`."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import apanalytics as ap
from apanalytics.risk import Past, RiskModel, earlier_scores
from apanalytics.risk.columns import Columns
from benchmarks.difficulty_cell import CUT, boosted, kept, right, ruled
from benchmarks.ranking import Bools, Floats, selected

STAGES = ("authorisation", "payment")
CAPACITY = 0.10
DRAWS = 1000
"""Bootstrap draws of firms."""
OWN, RULES = "+ earlier scores (the default)", "rules (count)"


def variants(
    frame: pd.DataFrame, cases: pd.DataFrame, known: pd.DataFrame, labels: int | None, seed: int
) -> tuple[dict[str, Floats], Bools, int]:
    """Return the scores of later cases by each variant, which cases those are, and the outcomes known."""
    later = (cases["filed_on"] > CUT).to_numpy()
    past = Past(kept(frame, ~later), cases[~later])
    X, y, _ = ap.labelled(past.frame, known)
    if labels is not None and labels < len(X):
        rows = np.sort(np.random.default_rng(seed).permutation(len(X))[:labels])
        X, y = X.iloc[rows], y.iloc[rows]
    columns, after = Columns.of(frame), kept(frame, later)
    plain = boosted(columns.encode(X), y.to_numpy(bool), seed, trees=200, leaves=31)
    found = {"plain LightGBM": np.asarray(plain.predict(columns.encode(after), raw_score=True))}
    stage = str(frame.attrs["stage"])
    for name, rules in (("mean of learners", False), ("+ rules", True)):
        model = RiskModel(stage=stage, rules=rules, folds=0, random_state=seed).fit(X, y, past=past)
        found[name] = model.decision_function(after)
    of_firm = later | cases["siret"].isin(cases.loc[later, "siret"]).to_numpy()
    own = model.decision_function(kept(frame, of_firm))
    earlier = earlier_scores(own, cases[of_firm])
    found[OWN] = model.blend(own, earlier)[later[of_firm]]
    fired = ap.criteria.evaluate(after, stage)
    found[RULES] = ruled(after, cases[later], fired)[RULES]
    return found, later, len(X)


def judged(scores: dict[str, Floats], wrong: Bools, firm: pd.Series[str], seed: int) -> dict[str, Any]:
    """Return the precision at capacity of each variant, and its gap to the default, with 95 % bounds.

    Firms are drawn with replacement, the same for every variant; lists are made again on each draw.
    """
    codes, firms = pd.factorize(firm)
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {name: [] for name in scores}
    for _ in range(DRAWS):
        times = np.bincount(rng.integers(0, len(firms), len(firms)), minlength=len(firms))[codes]
        rows = np.repeat(np.arange(len(wrong)), times)
        capacity = max(1, int(CAPACITY * len(rows)))
        for name, score in scores.items():
            drawn[name].append(float(selected(score[rows], capacity) @ wrong[rows] / capacity))
    capacity = max(1, int(CAPACITY * len(wrong)))
    table = {}
    for name, score in scores.items():
        gaps = np.array(drawn[name]) - np.array(drawn[OWN])
        table[name] = {
            "precision": float(selected(score, capacity) @ wrong / capacity),
            "bounds": np.quantile(drawn[name], [0.025, 0.975]).tolist(),
            "less_default": np.quantile(gaps, [0.025, 0.5, 0.975]).tolist(),
        }
    return table


def of_country(tables: ap.Tables, labels: int | None, seed: int) -> dict[str, Any]:
    """Measure the variants at both stages."""
    told = {}
    for stage in STAGES:
        frame, cases = ap.features(tables, stage), ap.cases(tables, stage)
        wrong = right(tables, stage)["nonconforming"].reindex(frame.index).to_numpy(bool)
        scores, later, known = variants(frame, cases, ap.outcomes(tables, stage, CUT), labels, seed)
        table = judged(scores, wrong[later], cases.loc[later, "siren"], seed)
        told[stage] = {"cases": int(later.sum()), "outcomes": known, "variants": table}
    return told


def main() -> int:
    """Print the figures as JSON."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--requests", type=int, default=60_000)
    asked.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    asked.add_argument("--labels", type=int, default=None, help="outcomes kept; all by default")
    given = asked.parse_args()
    for seed in given.seeds:
        with tempfile.TemporaryDirectory() as place:
            ap.synth(Path(place) / "c", requests=given.requests, seed=seed, lines=False)
            tables = ap.read(Path(place) / "c")
            print(json.dumps({"seed": seed, "stages": of_country(tables, given.labels, seed)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What learning and scoring cost: the risk model beside plain LightGBM and HistGradientBoosting.

All three learn from the same frame, every feature of the catalogue of one stage, and score the same cases,
read in batches, so that memory does not grow with their number. Each runs in a process of its own: CPU
seconds and the peak of memory are its own. The outcomes are the truth of a synthetic country, its cases drawn
again with replacement and blurred a little; nothing here says how good a model is.

Bar: without contributions the risk model scores at no less than 0.8 of the rate of a LightGBM that has as
many trees of as many leaves.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from sklearn.ensemble import HistGradientBoostingClassifier

import apanalytics as ap
from apanalytics.features import FEATURES
from apanalytics.risk.growth import ON_MANY
from benchmarks.difficulty import markdown

OUTCOMES, CASES, REQUESTS = 100_000, 10_000_000, 20_000
BATCH = 100_000
"""Cases scored at once."""
EXPLAINED = 20_000
"""Cases whose contributions are computed: they cost far more than scores."""
LEAST_RATE = 0.8
LEAVES = ON_MANY.leaves
"""Leaves of a tree, the same for all three."""
BLUR = 0.01
OWN, LIGHT, HIST = "risk model", "LightGBM", "HistGradientBoosting"
TARGET = "nonconforming"
STAGE = "payment"


def main(arguments: list[str] | None = None) -> int:
    """Run the three learners, print the table, return 1 where the bar is missed."""
    asked = options(arguments)
    if asked.learner:
        print(json.dumps(measured(asked.learner, asked.frame, asked.cases, asked.trees)))
        return 0
    with tempfile.TemporaryDirectory() as work:
        frame = Path(work) / "frame.parquet"
        if asked.data is None:
            asked.data = Path(work) / "country"
            ap.synth(asked.data, requests=asked.requests, seed=1)
        write_frame(frame, asked.outcomes, ap.read(asked.data))
        own = child(OWN, frame, asked.cases, 1)
        found = [own] + [child(name, frame, asked.cases, own["trees"]) for name in (LIGHT, HIST)]
    sizes = f"{asked.outcomes:,} outcomes, {asked.cases:,} cases, {own['features']} features"
    print(f"{sizes}, {own['trees']} trees.\n")
    print(markdown(table(found)))
    ratio = own["scored_per_second"] / found[1]["scored_per_second"]
    print(f"\nThe risk model scores at {ratio:.2f} of LightGBM's rate (bar: {LEAST_RATE}).")
    return int(ratio < LEAST_RATE)


def options(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--outcomes", type=int, default=OUTCOMES, help="outcomes to learn from")
    parser.add_argument("--cases", type=int, default=CASES, help="cases to score")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests of the country of the frame")
    parser.add_argument("--data", type=Path, help="synthetic country to take the frame from, not a new draw")
    parser.add_argument("--learner", choices=(OWN, LIGHT, HIST), help=argparse.SUPPRESS)
    parser.add_argument("--frame", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--trees", type=int, default=1, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def write_frame(path: Path, rows: int, tables: ap.Tables) -> None:
    """Write features and truth of as many cases as asked, drawn from those of a country."""
    frame = ap.features(tables, STAGE)
    truth = tables.truth.to_pandas().query("stage == @STAGE").set_index("case_id")["nonconforming"]
    rng = np.random.default_rng(0)
    drawn = frame.assign(**{TARGET: truth.reindex(frame.index).to_numpy(bool)})
    drawn = drawn.iloc[rng.integers(0, len(frame), rows)].reset_index(drop=True)
    for name in drawn.columns:
        if drawn[name].dtype == "float64":
            drawn[name] *= 1 + BLUR * rng.standard_normal(rows)
    drawn.attrs = {}
    drawn.to_parquet(path, row_group_size=BATCH)


def child(learner: str, frame: Path, cases: int, trees: int) -> dict[str, Any]:
    """Measure one learner in a process of its own."""
    asked = ["--learner", learner, "--frame", str(frame), "--cases", str(cases), "--trees", str(trees)]
    mine = [sys.executable, "-m", "benchmarks.risk", *asked]
    found: dict[str, Any] = json.loads(
        subprocess.run(mine, check=True, capture_output=True, text=True).stdout
    )
    return found


def measured(learner: str, path: Path, cases: int, trees: int) -> dict[str, Any]:
    """Fit, score and explain; return CPU seconds, rates and the peak of memory."""
    (score, explain, count), fit = timed(lambda: fitted(learner, *labelled_frame(path), trees))
    after_fit, some = peak(), next(batches(path, EXPLAINED))
    explained = timed(lambda: explain(some))[1] if explain else None
    scoring = sum(timed(lambda part=part: score(part))[1] for part in batches(path, cases))
    return {
        "learner": learner,
        "features": some.shape[1],
        "trees": count,
        "fit_seconds": fit,
        "scored_per_second": cases / scoring,
        "explained_per_second": len(some) / explained if explained else None,
        "peak_after_fit_mb": after_fit,
        "peak_mb": peak(),
    }


Fitted = tuple[Callable[[pd.DataFrame], Any], Callable[[pd.DataFrame], Any] | None, int]


def fitted(learner: str, X: pd.DataFrame, y: np.ndarray, trees: int) -> Fitted:
    """Fit a learner; return what scores, what explains, and how many trees it has."""
    if learner == OWN:
        model = ap.RiskModel(stage=STAGE).fit(X, y)
        return (
            model.decision_function,
            model.explain,
            sum(one.num_trees() for one in model.ensemble_.boosters),
        )
    if learner == LIGHT:
        asked = {"objective": "binary", "learning_rate": 0.1, "num_leaves": LEAVES, "verbosity": -1}
        booster = lgb.train(asked, lgb.Dataset(X.astype(np.float64), y), num_boost_round=trees)
        explain = lambda frame: booster.predict(frame.astype(np.float64), pred_contrib=True)  # noqa: E731
        return lambda frame: booster.predict(frame.astype(np.float64), raw_score=True), explain, trees
    hist = HistGradientBoostingClassifier(
        learning_rate=0.1, max_iter=trees, max_leaf_nodes=LEAVES, early_stopping=False
    )
    hist.fit(X.astype(np.float64), y)
    return lambda frame: hist.decision_function(frame.astype(np.float64)), None, trees


def labelled_frame(path: Path) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the features and the truth of every case of the file."""
    held = typed(pd.read_parquet(path))
    return held.drop(columns=TARGET), held[TARGET].to_numpy(bool)


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of the catalogue their types again."""
    return frame.astype({name: FEATURES[name].dtype for name in frame.columns if name != TARGET})


def batches(path: Path, cases: int) -> Iterator[pd.DataFrame]:
    """Give as many cases as asked, a batch at a time: the file's rows over and over."""
    left, file = cases, pq.ParquetFile(path)
    while left > 0:
        for batch in file.iter_batches(min(BATCH, left)):
            part = typed(batch.to_pandas()).drop(columns=TARGET).head(left)
            left -= len(part)
            if len(part):
                yield part


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what some work gives, and the CPU seconds of all its threads."""
    start = time.process_time()
    return work(), time.process_time() - start


def peak() -> int:
    """Return the largest memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def table(found: list[dict[str, Any]]) -> pd.DataFrame:
    """Return a row per learner."""
    return pd.DataFrame(
        [
            {
                "learner": one["learner"],
                "learning, CPU s": f"{one['fit_seconds']:.0f}",
                "cases scored per CPU s": f"{one['scored_per_second']:,.0f}",
                "with contributions": "–"
                if one["explained_per_second"] is None
                else f"{one['explained_per_second']:,.0f}",
                "peak memory after learning, MB": f"{one['peak_after_fit_mb']:,}",
                "peak memory, MB": f"{one['peak_mb']:,}",
            }
            for one in found
        ]
    )


if __name__ == "__main__":
    sys.exit(main())

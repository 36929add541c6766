"""The benchmark of learning and scoring: the same cases for all, in batches that never hold them all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import apanalytics as ap
from benchmarks import risk


@pytest.fixture
def frame(tmp_path: Path) -> Path:
    path = tmp_path / "frame.parquet"
    columns = {"hours": [float(n) for n in range(250)], "employees": 3, risk.TARGET: [True, False] * 125}
    pd.DataFrame(columns).to_parquet(path)
    return path


@pytest.mark.parametrize("cases", [1, 250, 600])
def test_as_many_cases_are_scored_as_asked_over_and_over_the_same(
    frame: Path, cases: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(risk, "BATCH", 100)
    parts = list(risk.batches(frame, cases))
    assert sum(map(len, parts)) == cases
    assert max(map(len, parts)) <= 100
    assert [one for part in parts for one in part["hours"]] == [float(n % 250) for n in range(cases)]


@pytest.mark.parametrize("learner", [risk.OWN, risk.LIGHT, risk.HIST])
def test_each_learner_is_timed_on_the_same_cases(frame: Path, learner: str) -> None:
    found = risk.measured(learner, frame, cases=300, trees=5)
    assert found["features"] == 2
    assert found["scored_per_second"] > 0
    assert (found["explained_per_second"] is None) == (learner == risk.HIST)
    assert found["peak_mb"] >= found["peak_after_fit_mb"] > 0
    assert risk.table([found]).loc[0, "learner"] == learner


def test_the_frame_holds_the_truth_and_every_feature_of_the_stage(tmp_path: Path) -> None:
    risk.write_frame(tmp_path / "f.parquet", 50, ap.read("data/synthetic"))
    held, target = risk.labelled_frame(tmp_path / "f.parquet")
    assert len(held) == len(target) == 50
    assert held.shape[1] > 100
    assert risk.TARGET not in held

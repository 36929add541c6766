"""What `prepare` keeps: fresh parts left alone, stale ones replaced whole, one region read alone."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from apanalytics.errors import DataRefused, NothingToDo
from apanalytics.prepare import open_derived, prepare, prepared
from apanalytics.prepare.derived import write_frame
from apanalytics.prepare.rows import read_rows
from apanalytics.risk import RiskModel
from apanalytics.tables import write_table
from tests.unit.country import write_country


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_country(tmp_path / "data")


def parts(data: Path) -> dict[str, str]:
    return dict(json.loads((data / "derived" / "current.json").read_text("utf-8"))["parts"])


def test_nothing_is_computed_twice_what_changed_is_computed_again_and_nothing_piles_up(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(prepare.__globals__, "MAY_BE_READ", -1)
    told: list[str] = []
    prepare(data, step=told.append)
    before = parts(data)
    assert len(told) == 6, "the frames of both stages, their features and the explorer's rows"
    prepare(data, step=told.append)
    assert len(told) == 6, "both stages were fresh"

    claims = pq.read_table(data / "claims.parquet")
    pq.write_table(claims.slice(1), data / "claims.parquet")
    prepare(data, step=told.append)
    assert parts(data) != before
    assert len(open_derived(data).cases("payment")) == 5

    pq.write_table(claims.slice(2), data / "claims.parquet")
    prepare(data)
    folders = [path for path in (data / "derived").iterdir() if path.is_dir()]
    kept = [path for path in folders if path.name.startswith("features-")]
    assert len(folders) - len(kept) == 8, "two stages and their rows, the current version and the one before"
    assert len(kept) == 2, "the features of both stages, which are kept up to date"


def test_a_second_run_computes_only_the_regions_and_months_that_a_change_can_touch(
    data: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    prepare(data, step=told.append)
    assert "payment: features of 4 of 4 regions and months computed" in told

    claims = pd.read_parquet(data / "claims.parquet")
    claims.loc[claims["claim_id"] == "C4", "idle_hours"] = 77.0
    write_table(claims, "claims", data)
    prepare(data, step=told.append)
    # C4 was filed on 5 October: seen by its own month, and by C5, looked at on that day.
    assert "payment: features of 2 of 4 regions and months computed" in told
    fresh = write_country(tmp_path / "fresh")
    write_table(claims, "claims", fresh)
    prepare(fresh)
    frames = [open_derived(folder).features("payment") for folder in (data, fresh)]
    pd.testing.assert_frame_equal(*frames)
    assert frames[0].loc["C4", "hours"] == 77.0


def test_the_frames_of_a_stage_hold_the_same_cases_and_a_region_is_read_alone(data: Path) -> None:
    prepare(data)
    derived = open_derived(data)
    for stage in ("authorisation", "payment"):
        cases = derived.cases(stage, "32")
        assert set(cases["region"]) == {"32"}
        for frame in (
            derived.features(stage, "32"),
            derived.criteria(stage, "32"),
            derived.anomaly(stage, "32"),
        ):
            assert frame.index.equals(cases.index)
        assert derived.criteria(stage).dtypes.eq("boolean").all()
    assert sorted(derived.cases("payment").index) == ["C1", "C2", "C3", "C4", "C5", "C6"]
    assert derived.scores("payment") is None
    assert (data / "derived" / ".gitignore").read_text() == "*\n", "it never enters a repository"


def test_a_run_that_fails_midway_leaves_the_previous_version(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(data)
    before, key = parts(data), open_derived(data).key
    claims = pq.read_table(data / "claims.parquet")
    pq.write_table(claims.slice(1), data / "claims.parquet")

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full_disk)
    with pytest.raises(OSError, match="No space left"):
        prepare(data)
    assert parts(data) == before
    assert open_derived(data).key == key
    assert len(open_derived(data).cases("payment")) == 6
    assert not list((data / "derived").glob("*.tmp"))


def test_reading_before_preparing_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NothingToDo, match="apanalytics prepare"):
        open_derived(tmp_path)


def test_frames_of_different_cases_are_never_put_side_by_side(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1.0]}, index=["A"])
    with pytest.raises(DataRefused):
        write_frame(frame, pd.Series(["32"], index=["B"]), tmp_path / "f.parquet")


def test_another_run_with_other_models_does_not_change_what_a_report_reads(
    data: Path, tmp_path: Path
) -> None:
    frame = prepared(data).features("payment")
    few = pd.DataFrame(index=range(40), columns=frame.columns, dtype="float64").assign(hours=range(40))
    RiskModel(stage="payment", trees=2).fit(few, few["hours"] > 20).save(tmp_path / "model")

    with_model = prepared(data, [tmp_path / "model"])
    prepare(data)  # the other run: it moves the pointer to parts without scores
    assert open_derived(data).scores("payment") is None
    assert with_model.scores("payment") is not None


def test_a_part_read_again_is_kept_for_those_who_read_it(data: Path) -> None:
    part = prepared(data).parts["payment"]
    os.utime(part, (0, 0))
    prepare(data)
    assert part.stat().st_mtime > 0


def test_the_rows_of_the_explorer_are_every_case_once_in_order_and_follow_the_scores(
    data: Path, tmp_path: Path
) -> None:
    derived = prepared(data)
    rows = read_rows(derived.parts["rows-payment"]).to_pandas().set_index("case_id")
    frames = (derived.cases("payment"), derived.features("payment"), derived.criteria("payment"))
    cases, features, criteria = (frame.sort_index() for frame in frames)
    assert list(rows.index) == list(cases.index)
    assert rows["amount_eur"].equals(cases["amount_eur"])
    assert rows["headcount_ratio"].equals(features["employees_over_dsn_ratio"].astype(float))
    assert list(rows["fired"]) == list((criteria == True).sum(axis=1))  # noqa: E712 (missing is not True)
    assert list(rows["unverifiable"]) == list(criteria.isna().sum(axis=1))
    assert rows["risk"].isna().all()

    frame = derived.features("payment")
    few = pd.DataFrame(index=range(40), columns=frame.columns, dtype="float64").assign(hours=range(40))
    RiskModel(stage="payment", trees=2).fit(few, few["hours"] > 20).save(tmp_path / "model")
    scored = prepared(data, [tmp_path / "model"])
    risk = read_rows(scored.parts["rows-payment"]).column("risk").to_pylist()
    scores = scored.scores("payment")
    assert scores is not None
    assert risk == list(scores["risk"].sort_index())
    assert read_rows(scored.parts["rows-authorisation"]).column("risk").null_count == 4

"""Cases computed slice by slice, and features computed alone, are those of the whole."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_country import TODAY, country
from whole_catalogue import every_feature

from apanalytics.errors import DataRefused
from apanalytics.features import STAGES, compute, features, slicing, window, write_dataset, write_features
from apanalytics.features.engine import run
from apanalytics.features.pruning import A_ROW_PER_CASE, pruned
from apanalytics.features.registry import of_stage
from apanalytics.features.steps import Step, order, steps
from apanalytics.tables import Tables

Frames = dict[str, pd.DataFrame]


@pytest.fixture
def in_slices(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Have the cases computed in as many slices as this list says last; it begins with one."""
    count = [1]
    monkeypatch.setattr(compute, "slice_count", lambda *_: count[-1])
    return count


def astray(seed: int) -> Frames:
    """A random country in which some claims and amendments name another firm than their request."""
    rng, frames = Random(seed), country(seed)
    claims, requests = frames["claims"].copy(), frames["requests"].copy()
    sirets = sorted(set(requests["siret"]))
    claims["siret"] = [rng.choice(sirets) if rng.random() < 0.3 else siret for siret in claims["siret"]]
    requests["amends_request_id"] = requests["amends_request_id"].astype(object)
    for row in requests.index:
        if rng.random() < 0.3:
            requests.loc[row, "amends_request_id"] = rng.choice(sorted(requests["request_id"]))
    return {**frames, "claims": claims, "requests": requests}


def different(left: pd.DataFrame, right: pd.DataFrame) -> list[str]:
    assert left.index.equals(right.index)
    assert left.columns.equals(right.columns)
    return [name for name in left if not left[name].equals(right[name])]


def changed_by_slices(stage: str, seed: int, slices: int = 3) -> list[str]:
    """Names of the features that differ when they are computed slice by slice."""
    frames = astray(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compute, "slice_count", lambda *_: 1)
        whole = every_feature(frames, stage, as_of=TODAY)
        patch.setattr(compute, "slice_count", lambda *_: slices)
        return different(every_feature(frames, stage, as_of=TODAY), whole)


@pytest.mark.parametrize("stage", STAGES)
@given(seed=st.integers(0, 10_000), slices=st.integers(2, 4))
@settings(max_examples=1, deadline=None)
def test_features_computed_slice_by_slice_are_those_of_the_whole(stage: str, seed: int, slices: int) -> None:
    assert changed_by_slices(stage, seed, slices) == []


@pytest.mark.nightly
@pytest.mark.parametrize("stage", STAGES)
@given(seed=st.integers(0, 10_000), slices=st.integers(2, 6))
@settings(max_examples=20, deadline=None)
def test_features_computed_slice_by_slice_stay_right(stage: str, seed: int, slices: int) -> None:
    assert changed_by_slices(stage, seed, slices) == []


def test_a_slice_without_what_other_firms_hold_of_it_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slicing, "_STRAYS", slicing._STRAYS.replace("here <> there", "false"))
    assert any(changed_by_slices("payment", seed) for seed in range(6))


@pytest.mark.parametrize("name", ["account_days", "linked_firms", "person_time", "peer_days"])
def test_a_step_that_looks_across_firms_does_not_see_a_slice_alone(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slicing, "ACROSS", slicing.ACROSS - {name})
    monkeypatch.setattr(slicing, "EVERYWHERE", {k: v for k, v in slicing.EVERYWHERE.items() if k != name})
    assert any(changed_by_slices("payment", seed) for seed in range(6))


def test_files_are_the_same_bytes_whatever_the_slices_and_their_work_is_removed(
    tmp_path: Path, in_slices: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work"))
    tables = Tables.from_frames(astray(3))
    for count in (1, 3):
        in_slices.append(count)
        write_features(tables, "payment", tmp_path / f"{count}.parquet", window(as_of=TODAY))
        write_dataset(tables, "payment", tmp_path / f"{count}", window(as_of=TODAY))
    assert (tmp_path / "1.parquet").read_bytes() == (tmp_path / "3.parquet").read_bytes()
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert len(names) > 2
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()
    assert not list((tmp_path / "work").glob("apanalytics-slices-*"))


@pytest.mark.parametrize("request_of_the_twin", [{}, {"request_id": None}], ids=["same", "none"])
def test_two_cases_of_one_id_are_refused_from_two_slices_too(
    tmp_path: Path, in_slices: list[int], request_of_the_twin: dict[str, None]
) -> None:
    frames = country(1)
    claims, sirets = frames["claims"], sorted(set(frames["claims"]["siret"]))
    twin = claims[claims["siret"] == sirets[0]].iloc[[0]].assign(siret=sirets[-1], **request_of_the_twin)
    frames["claims"] = pd.concat([claims, twin], ignore_index=True)
    for count in (1, 3):
        in_slices.append(count)
        with pytest.raises(DataRefused, match="same id"):
            write_features(Tables.from_frames(frames), "payment", tmp_path / "f.parquet", window())
    assert list(tmp_path.iterdir()) == []


def test_claims_without_requests_are_computed_in_slices_too(in_slices: list[int]) -> None:
    claims = {"claims": country(2)["claims"]}
    whole = features(claims, "payment", as_of=TODAY, only=["hours", "earlier_refusals"])
    in_slices.append(3)
    assert (
        different(features(claims, "payment", as_of=TODAY, only=["hours", "earlier_refusals"]), whole) == []
    )


@pytest.mark.parametrize("stage", STAGES)
@given(seed=st.integers(0, 10_000), data=st.data())
@settings(max_examples=1, deadline=None)
def test_some_features_alone_have_the_values_of_the_whole(stage: str, seed: int, data: st.DataObject) -> None:
    frames, names = country(seed), [feature.name for feature in of_stage(stage)]
    whole = every_feature(frames, stage, as_of=TODAY)
    only = data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=4))
    some = features(frames, stage, as_of=TODAY, only=only)
    assert some.columns.tolist() == [name for name in names if name in only]
    assert different(some, whole[some.columns]) == []


@pytest.mark.parametrize("stage", STAGES)
def test_a_step_keeps_no_column_that_nothing_reads(stage: str) -> None:
    known = steps(stage)
    wanted = {f.step for f in of_stage(stage)}
    one = next(f for f in of_stage(stage) if f.name == "overlapping_requests")
    left = pruned(known, {"cases": ["k", "case_id"], one.step: ["k", one.name]})
    assert (
        {"cases", one.step} < set(left) < set(order(["cases", one.step], known)) < set(order(wanted, known))
    )
    assert set(left) == set(order(["cases", one.step], left))  # and nothing that no step reads
    assert "rolling_months" not in left
    assert "rolling_months" in known[one.step].sql
    assert "rolling_months" not in left[one.step].sql
    for unread in ("legal_category", "email_key", "council_opinion"):
        assert unread in known["cases"].sql
        assert unread not in left["cases"].sql


@pytest.mark.parametrize("stage", STAGES)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=2, deadline=None)
def test_a_join_is_left_out_only_where_the_step_has_at_most_a_row_for_a_case(stage: str, seed: int) -> None:
    known, wanted = steps(stage), sorted(A_ROW_PER_CASE & steps(stage).keys())
    assert wanted
    with compute.connection(country(seed), stage, window(as_of=TODAY), None) as con:
        run(con, wanted, known)
        for name in wanted:
            twice = con.execute(f"select count(*) - count(distinct k) from {name}").fetchone()
            assert twice == (0,), name


def test_a_join_of_which_nothing_is_read_is_left_out_and_one_that_is_read_stays() -> None:
    known = {
        "base": Step("base", "A row is a case.", "select 1 as k, 2 as n"),
        "closures": Step("closures", "A row is a case.", "select 1 as k, 3 as m"),
        "last": Step(
            "last",
            "A row is a case.",
            "select b.k, b.n, x.m from base as b left join closures as x on x.k = b.k",
        ),
    }
    assert set(pruned(known, {"last": ["k", "n"]})) == {"last", "base"}
    assert set(pruned(known, {"last": ["k", "m"]})) == {"last", "base", "closures"}
    for condition in ("x.k = b.n", "x.k = b.k and x.m = 3", "x.k < b.k"):
        text = known["last"].sql.replace("x.k = b.k", condition)
        other = known | {"last": Step("last", "A row is a case.", text)}
        kept = "closures" in pruned(other, {"last": ["k", "n"]})
        assert kept == (condition != "x.k = b.n"), condition


@pytest.mark.parametrize("slices", [1, 2])
@pytest.mark.parametrize(
    "only", [None, ["usual_worked_share"], ["overlapping_requests", "bank_other_sirens"]]
)
def test_as_many_steps_are_announced_as_are_run(
    in_slices: list[int], tmp_path: Path, slices: int, only: list[str] | None
) -> None:
    tables, asked, run_steps = Tables.from_frames(country(4)), window(as_of=TODAY), list[str]()
    in_slices.append(slices)
    announced = compute.step_count(tables, "payment", asked, only=only)
    write_features(tables, "payment", tmp_path / "f.parquet", asked, only=only, done=run_steps.append)
    assert len(run_steps) == announced
    assert run_steps.count("cases") == slices

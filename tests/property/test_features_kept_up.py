"""After any change of any table, a dataset brought up to date is the one computed afresh."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_country import country

from apanalytics.features import STAGES, dependencies, window, write_dataset
from apanalytics.tables import Tables

Frames = dict[str, pd.DataFrame]


def spread(seed: int) -> Frames:
    """A random country whose firms are in different regions, and one of them in two."""
    frames = country(seed)
    places = frames["establishments"]
    frames["establishments"] = places.assign(
        region=places["siret"].map(lambda siret: "3294"[int(siret[-2]) :][:2])
    )
    return frames


def changed(frames: Frames, rng: Random) -> tuple[str, Frames]:
    """Take one row out of one table."""
    name = rng.choice([name for name, frame in frames.items() if len(frame) > 1])
    row = rng.randrange(len(frames[name]))
    return name, {**frames, name: frames[name].drop(index=frames[name].index[row]).reset_index(drop=True)}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def stale_after_changes(seed: int, stage: str, changes: int) -> list[str]:
    """Names of the tables whose change left a file that is not what a fresh run writes."""
    rng, frames, wrong = Random(seed), spread(seed), []
    with tempfile.TemporaryDirectory() as place:
        kept = Path(place) / "kept"
        write_dataset(Tables.from_frames(frames), stage, kept, window())
        for n in range(changes):
            name, frames = changed(frames, rng)
            write_dataset(Tables.from_frames(frames), stage, kept, window())
            fresh = Path(place) / f"fresh{n}"
            write_dataset(Tables.from_frames(frames), stage, fresh, window())
            if contents(kept) != contents(fresh):
                wrong.append(name)
    return wrong


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=1, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_dataset_brought_up_to_date_is_the_one_computed_afresh(stage: str, seed: int) -> None:
    assert stale_after_changes(seed, stage, 2) == []


@pytest.mark.nightly
@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_dataset_brought_up_to_date_many_times_stays_right(stage: str, seed: int) -> None:
    assert stale_after_changes(seed, stage, 8) == []


def test_a_table_left_out_of_the_dependencies_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("payroll_months", "payroll", "headcounts"):
        monkeypatch.setattr(dependencies, "NEAR", {k: v for k, v in dependencies.NEAR.items() if k != name})
    frames = spread(1)
    with tempfile.TemporaryDirectory() as place:
        write_dataset(Tables.from_frames(frames), "payment", f"{place}/kept", window())
        frames["payroll_months"] = frames["payroll_months"].assign(headcount=77)
        write_dataset(Tables.from_frames(frames), "payment", f"{place}/kept", window())
        write_dataset(Tables.from_frames(frames), "payment", f"{place}/fresh", window())
        assert contents(Path(place) / "kept") != contents(Path(place) / "fresh")

"""The same seed gives the same country: again, by region, by window, without lines, in another process."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from apanalytics.synthetic import synth
from apanalytics.tables import read
from tests.synthetic_values import in_order, value_hashes

FEW = {"requests": 600, "seed": 5, "scenario": "tiny"}
LATER = {"start": "2021-07", "end": "2021-10"}
REGION = "32"
OF_LINES = {"claim_lines", "payroll"}


def files(folder: Path) -> dict[str, str]:
    return {
        f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.rglob("*")) if f.is_file()
    }


@pytest.fixture(scope="module")
def national(tmp_path_factory):
    folder = tmp_path_factory.mktemp("national") / "country"
    synth(folder, **FEW)
    return folder


@pytest.fixture(scope="module")
def later(tmp_path_factory):
    folder = tmp_path_factory.mktemp("later") / "country"
    synth(folder, **FEW, **LATER)
    return folder


def of_region(folder: Path, region: str) -> dict[str, pd.DataFrame]:
    """Return the rows of a national draw that belong to the establishments, firms and cases of one region."""
    tables = read(folder)
    frames = {name: getattr(tables, name).to_pandas() for name in tables.names}
    here = frames["establishments"].query("region == @region")
    cases = set(frames["requests"].loc[frames["requests"]["siret"].isin(here["siret"]), "request_id"])
    cases |= set(frames["claims"].loc[frames["claims"]["siret"].isin(here["siret"]), "claim_id"])
    owner = {"siret": set(here["siret"]), "predecessor": set(here["siret"]), "siren": set(here["siren"])}
    owner |= dict.fromkeys(("case_id", "claim_id", "request_id"), cases)
    return {
        name: frame[frame[(by := owned_by(frame, owner))].isin(owner[by])] for name, frame in frames.items()
    }


def owned_by(frame: pd.DataFrame, owner: dict[str, set[str]]) -> str:
    return next(column for column in owner if column in frame)


def assert_same_rows(actual: Path, expected: dict[str, pd.DataFrame]) -> None:
    tables = read(actual)
    for name, frame in expected.items():
        if name not in tables.names:
            assert name in OF_LINES, name
            continue
        rows = getattr(tables, name).to_pandas()
        assert len(rows) == len(frame), f"{name}: {len(rows)} rows, not {len(frame)}"
        assert_frame_equal(in_order(name, rows), in_order(name, frame), obj=name)
    assert set(tables.names) <= set(expected)


def test_the_same_seed_gives_the_same_bytes(tmp_path, national):
    synth(tmp_path / "again", **FEW)
    assert files(tmp_path / "again") == files(national)


@pytest.mark.nightly
def test_another_seed_gives_another_country(tmp_path, national):
    synth(tmp_path / "other", **(FEW | {"seed": 6}))
    other, this = value_hashes(tmp_path / "other"), value_hashes(national)
    assert all(other[name] != this[name] for name in ("requests", "claims", "payroll", "controls", "truth"))


def test_a_region_has_exactly_its_rows_of_the_national_draw(tmp_path, national):
    synth(tmp_path / "region", **FEW, regions=[REGION])
    assert_same_rows(tmp_path / "region", of_region(national, REGION))


@pytest.mark.nightly
def test_two_regions_have_the_rows_of_each(tmp_path, national):
    synth(tmp_path / "two", **FEW, regions=["94", "53"])
    both = [of_region(national, region) for region in ("53", "94")]
    assert_same_rows(tmp_path / "two", {name: pd.concat([one[name] for one in both]) for name in both[0]})


@pytest.mark.nightly
def test_a_region_has_its_rows_in_a_window_that_begins_between_two_regimes(tmp_path, later):
    synth(tmp_path / "region", **FEW, **LATER, regions=[REGION])
    assert_same_rows(tmp_path / "region", of_region(later, REGION))


def test_leaving_out_lines_changes_nothing_else(tmp_path, national):
    synth(tmp_path / "short", **FEW, lines=False)
    short, whole = value_hashes(tmp_path / "short"), value_hashes(national)
    assert not OF_LINES & set(short)
    assert short == {name: digest for name, digest in whole.items() if name not in OF_LINES}


@pytest.mark.nightly
def test_a_region_without_lines_has_its_rows(tmp_path, national):
    synth(tmp_path / "region", **FEW, regions=[REGION], lines=False)
    assert_same_rows(tmp_path / "region", of_region(national, REGION))


def test_hash_seed_and_threads_of_the_process_change_nothing(tmp_path, national):
    code = (
        "import json, sys; from apanalytics.synthetic import synth; "
        "synth(sys.argv[1], **json.loads(sys.argv[2]))"
    )
    other = {"PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1", "TZ": "Pacific/Apia"}
    command = [sys.executable, "-c", code, str(tmp_path / "there"), json.dumps(FEW)]
    subprocess.run(command, env=os.environ | other | {"PYTHONPATH": os.pathsep.join(sys.path)}, check=True)
    assert value_hashes(tmp_path / "there") == value_hashes(national)


@pytest.mark.nightly
def test_the_number_of_threads_of_duckdb_changes_nothing(tmp_path, national, monkeypatch):
    connect = duckdb.connect

    def alone(*args, **how):
        con = connect(*args, **how)
        con.execute("SET threads = 1")
        return con

    monkeypatch.setattr(duckdb, "connect", alone)
    synth(tmp_path / "alone", **FEW)
    assert files(tmp_path / "alone") == files(national)

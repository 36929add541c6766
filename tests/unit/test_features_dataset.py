"""A dataset of features is brought up to date: what changed is computed anew, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from feature_frames import SIRET, country

from apanalytics.errors import InvalidArgument
from apanalytics.features import dataset, features, window, write_dataset
from apanalytics.tables import Tables, read, write_table

NORTH, SOUTH = SIRET, "44306184100047"


def two_regions() -> dict[str, pd.DataFrame]:
    """One establishment in Hauts-de-France and one in Corsica, each with a request and payroll months."""
    places = [
        {"siret": NORTH, "siren": NORTH[:9], "region": "32", "department": "59"},
        {"siret": SOUTH, "siren": SOUTH[:9], "region": "94", "department": "2A"},
    ]
    requests = [{"request_id": "N", "siret": NORTH}, {"request_id": "S", "siret": SOUTH}]
    return country(
        establishments=places,
        requests=requests,
        payroll_months=[
            {"siret": siret, "month": "2021-01-01", "received_on": "2021-02-05"} for siret in (NORTH, SOUTH)
        ],
    )


def written(frames: dict[str, pd.DataFrame], place: Path) -> dataset.Written:
    return write_dataset(Tables.from_frames(frames), "authorisation", place, window())


def rows(place: Path) -> pd.DataFrame:
    return pd.read_parquet(place).set_index("case_id").sort_index()


def test_a_dataset_is_a_file_per_region_and_month_with_the_rows_of_features(tmp_path: Path) -> None:
    frames = two_regions()
    result = written(frames, tmp_path / "f")
    month = f"{pd.Timestamp(frames['requests']['filed_on'].iloc[0]):%Y-%m}"
    files = sorted(path.name for path in (tmp_path / "f").glob("*.parquet"))
    assert files == [f"32_{month}.parquet", f"94_{month}.parquet"]
    assert result == dataset.Written(cases=2, partitions=2, computed=2)
    whole = rows(tmp_path / "f").drop(columns=["stage", "as_of"])
    expected = features(frames, "authorisation")
    pd.testing.assert_frame_equal(whole.astype(expected.dtypes.to_dict()), expected)


def test_an_unchanged_second_run_computes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = two_regions()
    written(frames, tmp_path / "f")
    before = {path.name: path.read_bytes() for path in (tmp_path / "f").iterdir()}

    def never(*args: object, **options: object) -> None:
        raise AssertionError("a feature was computed")

    monkeypatch.setattr(dataset, "computed", never)
    assert written(frames, tmp_path / "f").computed == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "f").iterdir()} == before


def test_a_changed_dsn_file_of_one_region_computes_that_region_only(tmp_path: Path) -> None:
    frames, data = two_regions(), tmp_path / "data"
    for name, frame in frames.items():
        if name != "payroll_months":
            write_table(frame, name, data)
    for siret, region in ((NORTH, "32"), (SOUTH, "94")):
        months = frames["payroll_months"]
        own = months[months["siret"] == siret]
        write_table(own, "payroll_months", tmp_path / region).replace(_in(data, region))
    assert write_dataset(read(data), "authorisation", tmp_path / "f", window()).computed == 2
    before = {path.name: path.read_bytes() for path in (tmp_path / "f").glob("*.parquet")}

    corrected = own.assign(headcount=3)
    write_table(corrected, "payroll_months", tmp_path / "94").replace(_in(data, "94"))
    assert write_dataset(read(data), "authorisation", tmp_path / "f", window()).computed == 1
    changed = [name for name, content in before.items() if (tmp_path / "f" / name).read_bytes() != content]
    assert [name[:2] for name in changed] == ["94"]
    assert rows(tmp_path / "f")["dsn_headcount_at_request"].tolist() == [10, 3]


def _in(data: Path, region: str) -> Path:
    (data / "payroll_months.parquet").mkdir(exist_ok=True)
    return data / "payroll_months.parquet" / f"{region}.parquet"


def test_a_payroll_received_after_every_case_was_looked_at_computes_nothing(tmp_path: Path) -> None:
    frames = two_regions()
    written(frames, tmp_path / "f")
    late = frames["payroll_months"].iloc[[0]].assign(received_on="2025-01-01", headcount=99)
    frames["payroll_months"] = pd.concat([frames["payroll_months"], late], ignore_index=True)
    assert written(frames, tmp_path / "f").computed == 0


def test_a_file_that_was_removed_is_computed_again(tmp_path: Path) -> None:
    written(two_regions(), tmp_path / "f")
    next((tmp_path / "f").glob("94_*.parquet")).unlink()
    assert written(two_regions(), tmp_path / "f").computed == 1
    assert len(rows(tmp_path / "f")) == 2


def test_cases_no_longer_asked_for_leave_the_dataset(tmp_path: Path) -> None:
    written(two_regions(), tmp_path / "f")
    some = window(regions=["94"])
    result = write_dataset(Tables.from_frames(two_regions()), "authorisation", tmp_path / "f", some)
    assert (result.cases, result.computed) == (1, 0)
    assert rows(tmp_path / "f").index.tolist() == ["S"]
    assert len(json.loads((tmp_path / "f" / dataset.MANIFEST).read_text())["files"]) == 1


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InvalidArgument, match="something else"):
        written(two_regions(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]

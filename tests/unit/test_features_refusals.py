"""What cannot be used is refused in one message; the command leaves nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import typer
from feature_frames import country
from typer.testing import CliRunner

from apanalytics.commands.features import features as command
from apanalytics.criteria import evaluate
from apanalytics.errors import DataRefused, InvalidArgument, MissingTable
from apanalytics.features import describe_feature, features

app = typer.Typer()
app.command()(command)


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_": "1st of March"},
        {"from_": "2021-03-02", "to": "2021-03-01"},
        {"lag_days": -1},
        {"regions": ["99"]},
    ],
)
def test_a_window_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        features(country(), "authorisation", **wrong)  # type: ignore[arg-type]


def test_an_unknown_stage_is_refused_with_the_two_that_exist() -> None:
    with pytest.raises(InvalidArgument, match="authorisation, payment"):
        features(country(), "refund")


def test_the_table_of_the_cases_must_be_there() -> None:
    with pytest.raises(MissingTable, match="claims"):
        features(country(), "payment")


def test_two_cases_with_one_id_are_refused() -> None:
    with pytest.raises(DataRefused, match="R1"):
        features(country(requests=[{}, {}]), "authorisation")


def test_an_unknown_feature_is_refused_with_its_neighbours() -> None:
    with pytest.raises(InvalidArgument, match="headcount_over_dsn_ratio"):
        describe_feature("headcount_over")


def test_a_siret_that_is_no_number_is_kept_and_compared_with_nothing() -> None:
    frame = features(country(requests=[{"siret": "5520813176652X"}], payroll_months=[{}]), "authorisation")
    assert frame["siret_unknown"].tolist() == [True]
    assert frame["headcount_over_dsn_ratio"].isna().all()


def test_a_siret_unknown_to_sirene_is_so_although_ingest_gives_it_a_row() -> None:
    unknown = features(
        country(establishments=[{"data_flags": "siret_check_digit;siret_unknown"}]), "authorisation"
    )
    assert unknown["siret_unknown"].tolist() == [True]
    assert features(country(), "authorisation")["siret_unknown"].tolist() == [False]


def test_without_sirene_nobody_knows_whether_a_siret_exists() -> None:
    frame = features(country(establishments=[{"data_flags": "sirene_absent"}]), "authorisation")
    assert frame["siret_unknown"].isna().all()
    assert evaluate(frame, "authorisation")["IDT-01"].isna().all()


def test_no_case_in_the_window_gives_an_empty_frame_with_its_columns() -> None:
    frame = features(country(), "authorisation", from_="2030-01-01")
    assert frame.empty
    assert frame["headcount_declared"].dtype == "Int64"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, frame in country(claims=[{}]).items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def test_the_command_writes_stage_case_day_then_features_and_the_same_bytes_twice(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "f.parquet"
    result = CliRunner().invoke(app, [str(data), str(out), "--stage", "payment", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == {"out": str(out), "stage": "payment", "cases": 1}
    assert pd.read_parquet(out).columns[:3].tolist() == ["stage", "case_id", "as_of"]
    first = out.read_bytes()
    CliRunner().invoke(app, [str(data), str(out), "--stage", "payment"])
    assert out.read_bytes() == first


def test_a_refused_run_leaves_the_earlier_file_alone(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "f.parquet"
    out.write_text("earlier")
    (data / "claims.csv").write_text("claim_id\nC1\n")
    result = CliRunner().invoke(app, [str(data), str(out), "--stage", "payment"])
    assert result.exit_code == 1
    assert out.read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "f.parquet"]


def test_a_day_for_all_and_a_lag_exclude_each_other(data: Path, tmp_path: Path) -> None:
    options = ["--stage", "payment", "--as-of", "2021-09-01", "--lag-days", "3"]
    assert CliRunner().invoke(app, [str(data), str(tmp_path / "f.parquet"), *options]).exit_code == 1


def test_the_command_keeps_a_folder_up_to_date(data: Path, tmp_path: Path) -> None:
    out = f"{tmp_path}/kept/"
    words = [str(data), out, "--stage", "payment", "--json"]
    first, again = (json.loads(CliRunner().invoke(app, words).stdout) for _ in range(2))
    assert first == {"out": out, "stage": "payment", "cases": 1, "partitions": 1, "computed": 1}
    assert again == {**first, "computed": 0}
    assert pd.read_parquet(out).columns[:3].tolist() == ["stage", "case_id", "as_of"]


def test_the_command_computes_some_features_alone(data: Path, tmp_path: Path) -> None:
    words = [str(data), str(tmp_path / "f.parquet"), "--stage", "payment", "--only"]
    assert CliRunner().invoke(app, [*words, "hours, employees"]).exit_code == 0
    columns = pd.read_parquet(tmp_path / "f.parquet").columns.tolist()
    assert columns == ["stage", "case_id", "as_of", "employees", "hours"]
    for name, said in {"hour": "Near it: hours", "twin_requests": "at the stage authorisation"}.items():
        shown = CliRunner().invoke(app, [*words, name])
        assert shown.exit_code == 1
        assert said in shown.stderr


def test_a_memory_that_python_alone_would_take_is_refused(data: Path, tmp_path: Path) -> None:
    words = [str(data), str(tmp_path / "f.parquet"), "--stage", "payment", "--memory", "300MB"]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1
    assert "Give 500MB or more" in shown.stderr


def test_an_unknown_engine_is_refused_with_those_that_exist(data: Path, tmp_path: Path) -> None:
    words = [str(data), str(tmp_path / "f.parquet"), "--stage", "payment", "--engine", "polars"]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1
    assert "Use duckdb or spark." in shown.stderr


def test_without_java_spark_says_what_to_install(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    words = [str(data), str(tmp_path / "f.parquet"), "--stage", "payment", "--engine", "spark"]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1
    assert "Java is not on this machine." in shown.stderr
    assert "make system" in shown.stderr

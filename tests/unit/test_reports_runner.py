"""The runner: checked before any kernel, fresh reports left alone, the previous one kept when a run fails."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pyarrow.parquet as pq
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from apanalytics.errors import ApanalyticsError, InvalidArgument, MissingColumn, MissingTable, NothingToDo
from apanalytics.reports import report, runner
from tests.unit.country import HOSTILE, prepared_country, write_country

PARAMETERS = "data = region = month = plan = ''\nmodels = []"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_country(tmp_path_factory.mktemp("country"))


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Let the runner fill a notebook of our own, which is quick."""

    def write(source: str) -> None:
        parameters = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="parameters")
        path = tmp_path / "quick.ipynb"
        nbformat.write(new_notebook(cells=[parameters, new_code_cell(source, id="code")]), path)
        monkeypatch.setattr(runner, "find_notebook", lambda name="regional": path)

    return write


def test_a_report_is_made_once_and_made_again_when_its_data_change(tmp_path: Path, use) -> None:  # type: ignore[no-untyped-def]
    data, out = prepared_country(tmp_path / "data"), tmp_path / "out"
    use("print(region, month, models)")
    first = report(data, out, ["32"], "2021-09")
    page = out / "32" / "rapport-32-2021-09.html"
    assert [entry.status for entry in first.entries] == ["done"]
    assert first.files == (page,)
    assert "32 2021-09 []" in page.read_text("utf-8")

    made = page.stat().st_mtime_ns
    assert [entry.status for entry in report(data, out, ["32"], "2021-09").entries] == ["skipped"]
    assert page.stat().st_mtime_ns == made

    (claims := pq.read_table(data / "claims.parquet")).validate()
    pq.write_table(claims.slice(1), data / "claims.parquet")
    assert [entry.status for entry in report(data, out, ["32"], "2021-09").entries] == ["done"]

    page.write_text("cut sho", "utf-8")
    assert [entry.status for entry in report(data, out, ["32"], "2021-09").entries] == ["done"]
    assert "</html>" in page.read_text("utf-8")


def test_a_failed_run_keeps_the_previous_report_and_the_manifest_says_so(
    data: Path, tmp_path: Path, use
) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / "out"
    use("print('bon')")
    report(data, out, ["32"], "2021-09")
    page = (out / "32" / "rapport-32-2021-09.html").read_bytes()

    use("raise ValueError('disque plein')")
    (entry,) = report(data, out, ["32"], "2021-09").entries
    assert entry.status == "failed"
    assert (out / "32" / "rapport-32-2021-09.html").read_bytes() == page
    (written,) = json.loads((out / "manifest.json").read_text("utf-8"))["reports"]
    assert written["status"] == "failed"
    assert "disque plein" in written["error"]
    assert written["files"] == ["32/rapport-32-2021-09.html"]
    assert written["made_from"] != written["inputs"], "the file there is older than these inputs"
    assert "le rapport précédent est conservé" in (out / "index.html").read_text("utf-8")
    assert not list(out.rglob("*.tmp"))

    use("print('bon')")
    assert [entry.status for entry in report(data, out, ["32"], "2021-09").entries] == ["skipped"]


def test_one_region_that_fails_does_not_stop_the_other(data: Path, tmp_path: Path, use) -> None:  # type: ignore[no-untyped-def]
    use("assert region != '32', 'panne'")
    result = report(data, tmp_path / "out", every_region=True, month="2021-09", jobs=2)
    statuses = [(e.region, e.status) for e in result.entries]
    assert statuses == [("32", "failed"), ("94", "done"), ("FR", "done")]


def test_a_region_without_a_case_that_month_fails_alone(data: Path, tmp_path: Path, use) -> None:  # type: ignore[no-untyped-def]
    use("print('bon')")
    result = report(data, tmp_path / "out", ["32", "94"], "2021-10")
    assert [(e.region, e.status) for e in result.entries] == [("32", "done"), ("94", "failed")]
    assert "No request and no claim" in str(result.failed[0].error)


@pytest.mark.parametrize(
    ("region", "month", "error"),
    [
        ("99", "2021-09", InvalidArgument),
        ("32", "septembre", InvalidArgument),
        ("32", "2019-01", NothingToDo),
    ],
)
def test_an_unknown_region_and_an_empty_month_are_refused_before_anything_is_written(
    data: Path, tmp_path: Path, region: str, month: str, error: type[ApanalyticsError]
) -> None:
    with pytest.raises(error):
        report(data, tmp_path / "out", [region], month)
    assert not (tmp_path / "out").exists()


def test_a_missing_table_and_a_missing_column_are_named(tmp_path: Path) -> None:
    data = write_country(tmp_path / "data")
    claims = pq.read_table(data / "claims.parquet")
    pq.write_table(claims.drop_columns(["idle_hours"]), data / "claims.parquet")
    with pytest.raises(MissingColumn, match="'idle_hours' is missing from table 'claims'"):
        report(data, tmp_path / "out", ["32"], "2021-09")
    (data / "claims.parquet").unlink()
    with pytest.raises(MissingTable, match="claims"):
        report(data, tmp_path / "out", ["32"], "2021-09")
    assert not (tmp_path / "out").exists()


def test_the_command_exits_with_one_and_a_message_without_a_traceback(data: Path, tmp_path: Path) -> None:
    import typer

    from apanalytics.commands.report import report as command

    app = typer.Typer()
    app.command()(command)
    run = CliRunner().invoke(app, [str(data), str(tmp_path / "out"), "--region", "99", "--month", "2021-09"])
    assert run.exit_code == 1
    assert "InvalidArgument" in run.stderr
    assert "Traceback" not in run.stderr
    both = CliRunner().invoke(app, [str(data), str(tmp_path / "out"), "--month", "2021-09"])
    assert both.exit_code == 2


def test_the_regional_report_names_no_firm_and_stays_under_three_megabytes(
    data: Path, tmp_path: Path
) -> None:
    (entry,) = report(data, tmp_path / "out", ["32"], "2021-09").entries
    assert entry.error is None
    page = (tmp_path / "out" / "32" / "rapport-32-2021-09.html").read_text("utf-8")
    assert HOSTILE not in page
    assert "alert(1)" not in page
    assert "35600000000048" not in page
    assert '<html lang="fr">' in page
    assert len(page.encode()) < 3_000_000
    assert f'<meta name="apanalytics-inputs" content="{entry.inputs}">' in page

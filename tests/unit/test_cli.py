"""The command line as somebody meets it who has never seen the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from apanalytics.cli import CONTENTS, GROUPS, app
from apanalytics.commands import console
from apanalytics.commands.evaluate import _told
from tests.fresh_python import loaded_by

COMMANDS = Path(__file__).parents[2] / "src" / "apanalytics" / "commands"
SHARED_BY_ALL = {"__init__", "console"}


def test_the_table_of_contents_is_complete() -> None:
    assert {path.stem for path in COMMANDS.glob("*.py")} - SHARED_BY_ALL == set(CONTENTS)


def test_help_lists_every_command_with_what_it_does() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    for name, summary in CONTENTS.items():
        assert f"  {name}" in shown.output
        assert summary.split()[0] in shown.output


@pytest.mark.parametrize("name", [name for name in CONTENTS if name not in GROUPS])
def test_the_help_of_a_command_has_an_example_of_it(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0
    assert f"apanalytics {name} " in shown.output.split("Example:")[1]
    assert "--json" in shown.output


@pytest.mark.parametrize("name", ["print", "run"])
def test_the_help_of_a_command_of_the_schedule_has_an_example(name: str) -> None:
    shown = CliRunner().invoke(app, ["schedule", name, "--help"])
    assert shown.exit_code == 0
    assert f"apanalytics schedule {name} " in shown.output.split("Example:")[1]
    assert "--json" in shown.output


@pytest.mark.parametrize("name", ["rates", "pay", "hours", "deadlines", "simulate"])
def test_the_help_of_each_question_to_the_law_has_an_example(name: str) -> None:
    shown = CliRunner().invoke(app, ["law", name, "--help"])
    assert shown.exit_code == 0
    assert f"apanalytics law {name} " in shown.output.split("Example:")[1]


def test_a_wrong_command_and_a_wrong_option_are_wrong_usage() -> None:
    assert CliRunner().invoke(app, ["fraud"]).exit_code == 2
    assert CliRunner().invoke(app, ["check", "--nosuch", "x"]).exit_code == 2


def test_help_and_law_do_not_load_the_learners() -> None:
    loaded = loaded_by(
        "from typer.testing import CliRunner; from apanalytics.cli import app;"
        "r = CliRunner().invoke(app, ['law', 'rates', '--on', '2021-09-01', '--regime', 'general']);"
        "assert r.exit_code == 0, r.output"
    )
    assert not {"sklearn", "lightgbm", "matplotlib", "papermill"} & loaded


def test_bad_input_ends_with_one_message_and_status_one(tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "apanalytics", "check", str(tmp_path / "nowhere")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 1
    assert "nowhere" in shown.stderr
    assert "Traceback" not in shown.stderr
    assert shown.stdout == ""


@pytest.mark.parametrize("out", ["file/features.parquet", "folder"])
def test_an_output_place_that_cannot_be_written_is_one_message_and_nothing_is_left(
    tmp_path: Path, out: str
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    words = ["features", "data/synthetic", str(tmp_path / out), "--stage", "payment", "--to", "2020-04-02"]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1
    assert isinstance(shown.exception, SystemExit)
    assert "Check the path" in shown.stderr
    assert {path.name for path in tmp_path.rglob("*")} == {"file", "folder"}


def test_a_size_of_memory_that_is_none_is_refused(tmp_path: Path) -> None:
    words = [
        "features",
        "data/synthetic",
        str(tmp_path / "f.parquet"),
        "--stage",
        "payment",
        "--memory",
        "lots",
    ]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1
    assert "Not a size of memory (memory): 'lots'." in shown.stderr
    assert not list(tmp_path.iterdir())


def test_a_draw_too_small_for_its_region_says_so(tmp_path: Path) -> None:
    words = ["synth", str(tmp_path / "corse"), "--requests", "5", "--regions", "94", "--no-lines"]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 0
    assert "give a larger --requests" in shown.stderr


@pytest.mark.parametrize("command", ["train", "score"])
def test_a_message_names_the_option_that_was_typed(tmp_path: Path, command: str) -> None:
    words = {
        "train": ["train", "data/synthetic", str(tmp_path / "m"), "--stage", "payment", "--until", "soon"],
        "score": ["score", "data/synthetic", "anomaly", str(tmp_path / "s.parquet"), "--stage", "paid"],
    }[command]
    shown = CliRunner().invoke(app, words)
    assert shown.exit_code == 1
    assert {"train": "(--until): 'soon'", "score": "(--stage): 'paid'"}[command] in shown.stderr


def test_off_a_terminal_many_quick_steps_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("features", 58) as done:
        for step in range(58):
            done(f"step_{step}")
    assert capsys.readouterr().err == "features: 58 of 58 steps done\n"


def test_off_a_terminal_slow_steps_are_said_as_they_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", 0.0)
    with console.progress("features", 2) as done:
        done("first")
        done("second")
    assert capsys.readouterr().err.count("\n") == 2


@pytest.mark.parametrize(("known", "said"), [(0, "0 outcomes"), (1, "1 outcome "), (2, "2 outcomes")])
def test_a_number_of_outcomes_is_in_agreement(known: int, said: str) -> None:
    unknown = {"value": None, "why": "too few"}
    result = {"capacity": 5, "cases": 9, "outcomes_known": known, "line": 0.6, "line_applies": None}
    rest = {"precision": unknown, "base_rate": unknown, "baselines": {}, "never_controlled": []}
    assert said in _told(result | rest)


def test_cases_listed_and_never_controlled_are_told_by_stratum() -> None:
    unknown = {"value": None, "why": "too few"}
    result = {"capacity": 5, "cases": 9, "outcomes_known": 2, "line": 0.6, "line_applies": None}
    result |= {"precision": unknown, "base_rate": unknown, "baselines": {}}
    strata = [("top", 5, 3), ("bin-1", 2, 0)]
    never = [{"stratum": name, "listed": n, "never_controlled": k} for name, n, k in strata]
    said = _told(result | {"never_controlled": never})
    assert "listed but never controlled, top: 3 of 5" in said
    assert "bin-1" not in said

"""The scheduled chain: units that systemd accepts, steps in order, stale or refused data left alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from apanalytics.commands.schedule import schedule_app
from apanalytics.errors import ApanalyticsError, DataRefused, InvalidArgument
from apanalytics.schedule import Settings, cron_line, read_settings, run_chain, service, steps, timer

ON = date(2021, 10, 5)
PROGRAM = Path("/opt/ap/bin/apanalytics")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    (extracts / "apdemande.csv").write_text("x")
    return Settings(tmp_path / "srv", {"apart": extracts}, source=tmp_path / "schedule.yaml")


class Commands:
    """Stands for the commands: remembers them, writes what they would, fails where told."""

    def __init__(self, *fail: str) -> None:
        self.seen: list[tuple[str, ...]] = []
        self.fail = fail

    def __call__(self, arguments: Sequence[str]) -> tuple[int, str]:
        self.seen.append(tuple(arguments))
        if arguments[0] in self.fail:
            return 1, f"{arguments[0]} said no"
        if arguments[0] == "ingest":
            Path(arguments[1]).mkdir(parents=True)
            (Path(arguments[1]) / "claims.parquet").write_text("new")
        if arguments[0] == "train":
            Path(arguments[2]).mkdir(parents=True)
            for name in ("model.json", "model_card.json"):
                (Path(arguments[2]) / name).write_text("{}")
        return 0, ""

    @property
    def names(self) -> list[str]:
        return [words[0] for words in self.seen]


def status(settings: Settings) -> dict[str, object]:
    found: dict[str, object] = json.loads(settings.status.read_text("utf-8"))
    return found


def test_the_chain_ingests_checks_trains_targets_and_reports_in_this_order(settings: Settings) -> None:
    commands = Commands()
    run_chain(settings, ON, commands)
    assert commands.names == ["ingest", "check", "train", "target", "report", "report"]
    assert "--public" in commands.seen[-1]
    assert commands.seen[4][commands.seen[4].index("--month") + 1] == "2021-09", "the last month that is over"
    assert commands.seen[3][2] == str(settings.model("payment")), "the model that has just been trained"
    assert (settings.current / "claims.parquet").read_text() == "new"
    assert status(settings)["state"] == "done"
    assert status(settings)["ended"]


def test_a_model_is_trained_again_only_when_due(settings: Settings) -> None:
    def names(trained: date) -> list[str]:
        return [step.name for step in steps(settings, ON, {"payment": trained})]

    assert "train payment" not in names(date(2021, 7, 8)), "89 days"
    assert "train payment" in names(date(2021, 7, 7)), "90 days"


def test_stale_extracts_are_refused_and_nothing_is_run(settings: Settings) -> None:
    (file,) = settings.extracts["apart"].iterdir()
    os.utime(file, (0, 0))
    commands = Commands()
    with pytest.raises(DataRefused, match="stale"):
        run_chain(settings, ON, commands)
    assert commands.seen == []
    assert status(settings)["state"] == "refused"


def test_results_of_controls_are_never_stale_but_what_stands_beside_them_is(settings: Settings) -> None:
    """Inspectors return what they found when they have closed it; the extracts come every month."""
    results = settings.root.parent / "results" / "controls.parquet"
    results.parent.mkdir()
    results.write_text("x")
    os.utime(results, (0, 0))
    both = replace(settings, extracts={**settings.extracts, "controls": results})
    commands = Commands()
    run_chain(both, ON, commands)
    assert commands.seen[0][-2:] == ("--controls", str(results)), "they are read all the same"
    assert status(both)["state"] == "done"
    run_chain(both, date(2021, 11, 5), Commands("check"))
    assert status(both)["state"] == "refused", "invalid results are refused like any other data"
    (extract,) = settings.extracts["apart"].iterdir()
    os.utime(extract, (0, 0))
    with pytest.raises(DataRefused, match="The newest file of apart is"):
        run_chain(both, ON, Commands())


def test_refused_data_leave_the_accepted_ones_in_use(settings: Settings) -> None:
    run_chain(settings, ON, Commands())
    before = settings.current.resolve()
    commands = Commands("check")
    run_chain(settings, date(2021, 11, 5), commands)
    assert commands.names == ["ingest", "check"]
    assert settings.current.resolve() == before
    assert status(settings)["state"] == "refused"
    assert "check said no" in json.dumps(status(settings))


def test_training_that_fails_is_a_warning_and_the_list_is_made_without_a_model(settings: Settings) -> None:
    commands = Commands("train")
    run_chain(settings, ON, commands)
    target = next(words for words in commands.seen if words[0] == "target")
    assert target[2] == "anomaly"
    assert status(settings)["state"] == "warning"


def test_a_report_that_fails_fails_the_run(settings: Settings) -> None:
    run_chain(settings, ON, Commands("report"))
    assert status(settings)["state"] == "failed"


def test_the_register_of_past_campaigns_goes_with_the_data_and_old_folders_go(settings: Settings) -> None:
    for month in range(1, 7):
        run_chain(settings, date(2021, month, 5), Commands())
        if month == 1:
            (settings.current / "selections.parquet").write_text("register")
    assert (settings.current / "selections.parquet").read_text() == "register"
    assert len([p for p in settings.current.parent.iterdir() if not p.is_symlink()]) == 3


def test_two_runs_at_once_are_refused(settings: Settings) -> None:
    def nested(arguments: Sequence[str]) -> tuple[int, str]:
        with pytest.raises(ApanalyticsError, match="Another run"):
            run_chain(settings, ON, Commands())
        return 1, ""

    run_chain(settings, ON, nested)


def parsed(unit: str) -> dict[str, dict[str, str]]:
    """A unit file as systemd reads it: sections of keys, each value to the end of its line."""
    found: dict[str, dict[str, str]] = {}
    for line in unit.splitlines():
        if head := re.fullmatch(r"\[(\w+)\]", line):
            section = found.setdefault(head.group(1), {})
        elif line:
            key, sign, value = line.partition("=")
            assert sign, line
            section[key] = value
    return found


def test_the_units_say_what_to_run_when_and_under_which_limits(settings: Settings) -> None:
    unit = parsed(service(settings, PROGRAM))
    assert unit["Service"]["ExecStart"] == f"{PROGRAM} schedule run {settings.source}"
    assert unit["Service"]["ReadWritePaths"] == str(settings.root)
    assert unit["Service"]["MemoryMax"] == "8G"
    assert parsed(timer(settings))["Timer"]["OnCalendar"] == "*-*-05 06:00:00"
    assert parsed(timer(settings))["Timer"]["Unit"] == "apanalytics.service"


def test_the_crontab_line_has_five_fields_and_percent_signs_escaped() -> None:
    odd = Settings(Path("/srv/ap"), {"apart": Path("/x")}, day=28, time="23:59", source=Path("/etc/a %.yaml"))
    line = cron_line(odd, PROGRAM)
    assert line == "59 23 28 * * /opt/ap/bin/apanalytics schedule run '/etc/a \\%.yaml'\n"
    assert "%%" in service(odd, PROGRAM)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_accepts_the_units(settings: Settings, tmp_path: Path) -> None:
    runnable = Settings(settings.root, settings.extracts, user="root", source=settings.source)
    program = Path(shutil.which("true") or "/bin/true")
    (tmp_path / "apanalytics.service").write_text(service(runnable, program), "utf-8")
    (tmp_path / "apanalytics.timer").write_text(timer(runnable), "utf-8")
    units = [str(tmp_path / f"apanalytics.{kind}") for kind in ("service", "timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "apanalytics" not in done.stderr, done.stderr
    calendar = parsed(timer(runnable))["Timer"]["OnCalendar"]
    known = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, check=False)
    assert known.returncode == 0


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("day: 31", "day"),
        ("time: '6h'", "time"),
        ("stages: [both]", "stages"),
        ("extracts: {sap: /x}", "extracts"),
        ("root: relative", "root"),
        ("capacty: 3", "capacty"),
        ("capacity: 0", "capacity"),
        ("user: 'a; rm'", "user"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(tmp_path: Path, line: str, where: str) -> None:
    file = tmp_path / "schedule.yaml"
    base = {"root": "root: /srv/ap", "extracts": "extracts: {apart: /x}"}
    base[line.partition(":")[0]] = line
    file.write_text("\n".join(base.values()))
    with pytest.raises(InvalidArgument, match=where):
        read_settings(file)


def test_the_command_prints_either_form_and_demands_one(tmp_path: Path) -> None:
    file = tmp_path / "schedule.yaml"
    file.write_text("root: /srv/ap\nextracts: {apart: /x}\n")
    app = typer.Typer()
    app.add_typer(schedule_app, name="schedule")
    run = CliRunner()
    assert "OnCalendar" in run.invoke(app, ["schedule", "print", "--systemd", str(file)]).stdout
    assert run.invoke(app, ["schedule", "print", "--cron", str(file)]).stdout.startswith("0 6 5 * * ")
    assert run.invoke(app, ["schedule", "print", str(file)]).exit_code == 2

"""SIGKILL to the kernel, to the worker, to the run itself, and timeouts, at twenty moments of a real run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from apanalytics.reports.manifest import entries
from apanalytics.reports.processes import tree
from tests.unit.country import prepared_country

pytestmark = pytest.mark.nightly
REGIONS = ("32", "94")
SHARES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85)
"""Moments, as shares of what an undisturbed run takes."""
MARKS = {"worker": "apanalytics.reports.worker", "kernel": "ipykernel_launcher"}


def start(data: Path, out: Path, text: str, seconds: float = 900) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.nightly.killed_report", str(data), str(out), text, str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_country(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def good(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A folder of good reports of the version before, and the seconds that a run takes."""
    folder = tmp_path_factory.mktemp("good") / "out"
    assert start(data, folder, "avant").wait() == 0
    begun = time.monotonic()
    assert start(data, folder, "pendant").wait() == 0
    return folder, time.monotonic() - begun


def victim(run: int, kind: str) -> int | None:
    """The first process of a kind under a run; None where there is none at that moment."""
    if kind == "parent":
        return run
    for process in tree(run)[1:]:
        with suppress(OSError):
            if MARKS[kind].encode() in Path(f"/proc/{process}/cmdline").read_bytes():
                return process
    return None


def texts(out: Path) -> dict[str, str]:
    """Which version the page of each region says it is; a page cut off says none."""
    found = {}
    for region in REGIONS:
        page = (out / region / f"rapport-{region}-2021-09.html").read_text("utf-8")
        assert page.rstrip().endswith("</html>"), "no half-written page"
        found[region] = page.partition("version-")[2].partition("&#39;")[0]
    return found


def check(out: Path) -> None:
    """Each report is the one before or the new one, and the manifest has the hash of what is there."""
    json.loads((out / "manifest.json").read_text("utf-8"))
    assert set(texts(out).values()) <= {"pendant", "après"}
    for entry in entries(out):
        for name, digest in entry.files.items():
            assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest, (entry.status, name)


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("kind", ["parent", "worker", "kernel"])
def test_a_killed_run_leaves_old_or_new_and_the_next_completes(
    data: Path, good: tuple[Path, float], tmp_path: Path, kind: str, share: float
) -> None:
    folder, seconds = good
    out = tmp_path / "out"
    shutil.copytree(folder, out)
    run = start(data, out, "après")
    time.sleep(share * seconds)
    process = victim(run.pid, kind)
    while process is None and run.poll() is None:
        time.sleep(0.02)
        process = victim(run.pid, kind)
    if process is not None:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    run.wait()
    check(out)
    if kind != "parent" and run.returncode:
        states = sorted(entry.status for entry in entries(out))
        assert states == ["done", "failed"], "the other report went on"
    assert start(data, out, "après").wait() == 0
    check(out)
    assert set(texts(out).values()) == {"après"}
    assert not list(out.rglob("*.tmp"))


@pytest.mark.parametrize("seconds", [0.3, 1.5])
def test_a_run_out_of_time_keeps_the_previous_reports_and_the_next_completes(
    data: Path, good: tuple[Path, float], tmp_path: Path, seconds: float
) -> None:
    out = tmp_path / "out"
    shutil.copytree(good[0], out)
    assert start(data, out, "après", seconds).wait() == 1
    check(out)
    assert set(texts(out).values()) == {"pendant"}
    assert {entry.status for entry in entries(out)} == {"failed"}
    assert start(data, out, "après").wait() == 0
    assert set(texts(out).values()) == {"après"}


def test_two_runs_at_once_make_each_report_once(data: Path, good: tuple[Path, float], tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(good[0], out)
    both = [start(data, out, "après"), start(data, out, "après")]
    assert [one.wait() for one in both] == [0, 0]
    check(out)
    assert set(texts(out).values()) == {"après"}

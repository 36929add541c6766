"""What a connection spills to disk goes with it, also where its process was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from apanalytics.tables.connection import open_connection

HOLD = """
import sys
from apanalytics.tables.connection import open_connection
con = open_connection()
print(con.execute("SELECT current_setting('temp_directory')").fetchone()[0], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def holder() -> tuple[subprocess.Popen[str], Path]:
    """Start a process that holds a connection, and return it with its folder."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, "-c", HOLD], text=True, **pipes)
    return process, Path(process.stdout.readline().strip())


def test_a_folder_goes_with_its_connection(place):
    con = open_connection()
    assert list(place.glob("apanalytics-spill-*"))
    con.close()
    del con
    assert not list(place.glob("apanalytics-spill-*"))


def test_a_killed_process_leaves_its_folder_to_the_next_connection_and_a_living_one_keeps_its_own(place):
    killed, left = holder()
    (left / "duckdb_temp_storage-0.tmp").write_bytes(b"confidential")
    alive, kept = holder()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert left.is_dir()
    with open_connection():
        assert not left.exists()
        assert kept.is_dir()
    alive.communicate("")
    assert not kept.exists()


def test_what_is_not_a_held_folder_stays(place):
    strange = place / "apanalytics-spill-strange"
    strange.mkdir()
    outside = place / "outside"
    outside.write_text("x")
    (place / "apanalytics-spill-link").mkdir()
    (place / "apanalytics-spill-link" / "held").symlink_to(outside)
    with open_connection():
        assert strange.is_dir()
        assert outside.is_file()
        assert (place / "apanalytics-spill-link").is_dir()

"""The journal: what is written, and how every way of changing it shows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from apanalytics.errors import DataRefused, InvalidArgument, NothingToDo
from apanalytics.explorer.journal import KEY_PLACE, Journal
from tests.unit.explorer_client import csrf, explorer, local


def begun(tmp_path: Path, lines: int = 4) -> Journal:
    journal = Journal(tmp_path / "state", tmp_path / "keys" / "key")
    for number in range(lines):
        journal.write("a.martin", "case", {"case_id": f"C{number}", "name": "été"})
    return journal


def test_what_was_written_verifies(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    found = journal.verify()
    assert (found.ok, found.entries, found.fault) == (True, 4, None)
    assert [line["details"]["case_id"] for line in journal.entries()] == ["C0", "C1", "C2", "C3"]
    assert journal.key_file.stat().st_mode & 0o777 == 0o600
    assert journal.path.stat().st_mode & 0o777 == 0o600


def changed(lines: list[bytes], how: str) -> list[bytes]:
    return {
        "a word changed": [lines[0], lines[1].replace(b'"C1"', b'"C9"'), *lines[2:]],
        "a line removed": [lines[0], *lines[2:]],
        "two lines swapped": [lines[1], lines[0], *lines[2:]],
        "a line repeated": [lines[0], lines[0], *lines[1:]],
        "the first removed": lines[1:],
        "the last removed": lines[:-1],
        "all removed": [],
        "a line made up": [*lines, lines[-1].replace(b'"number": 4', b'"number": 5')],
        "a line cut": [*lines[:-1], lines[-1][:30]],
        "not JSON": [*lines, b"hello\n"],
        "a bare value": [*lines, b"5\n"],
        "no mac": [json.dumps({"number": 1}).encode() + b"\n"],
    }[how]


@pytest.mark.parametrize(
    ("how", "good"),
    [
        ("a word changed", 1),
        ("a line removed", 1),
        ("two lines swapped", 0),
        ("a line repeated", 1),
        ("the first removed", 0),
        ("the last removed", 3),
        ("all removed", 0),
        ("a line made up", 4),
        ("a line cut", 3),
        ("not JSON", 4),
        ("a bare value", 4),
        ("no mac", 0),
    ],
)
def test_tampering_shows(tmp_path: Path, how: str, good: int) -> None:
    journal = begun(tmp_path)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join(changed(lines, how)))
    found = journal.verify()
    assert not found.ok
    assert found.entries == good


def test_a_journal_written_anew_with_another_key_shows(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    forged = Journal(tmp_path / "forged", tmp_path / "other" / "key")
    forged.write("a.martin", "case", {})
    journal.path.write_bytes(forged.path.read_bytes())
    assert not journal.verify().ok


def test_the_whole_file_removed_shows(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.path.unlink()
    assert not journal.verify().ok


def test_a_crash_between_the_line_and_the_end_is_no_tampering(tmp_path: Path) -> None:
    """The line is on the disk before the end is: the end may be one line late."""
    journal = begun(tmp_path, 3)
    end = journal.end_file.read_text()
    journal.write("a.martin", "case", {})
    journal.end_file.write_text(end)
    assert journal.verify().ok
    journal.write("a.martin", "case", {})
    assert journal.verify().entries == 5


def test_the_key_lies_away_from_what_it_protects(tmp_path: Path) -> None:
    for place in (tmp_path / "state" / "key", tmp_path / "data" / "sub" / "key"):
        with pytest.raises(InvalidArgument, match="beside"):
            Journal(tmp_path / "state", place, (tmp_path / "data",))


def test_a_lost_key_stops_the_explorer_rather_than_begin_a_new_chain(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.key_file.unlink()
    for act in (journal.ready, journal.verify, lambda: journal.write("a", "case", {})):
        with pytest.raises(InvalidArgument, match="key"):
            act()
    assert len(journal.path.read_bytes().splitlines()) == 4


def test_a_last_line_that_cannot_be_read_is_not_written_after(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    with journal.path.open("ab") as file:
        file.write(b'{"number": 5, "at"')
    with pytest.raises(DataRefused):
        journal.write("a", "case", {})


def test_no_journal_is_no_clean_journal(tmp_path: Path) -> None:
    with pytest.raises(NothingToDo):
        Journal(tmp_path / "state", tmp_path / "key").verify()


def test_the_command_says_and_exits_by_what_it_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = begun(tmp_path)
    monkeypatch.setenv(KEY_PLACE, str(journal.key_file))
    command = [sys.executable, "-m", "apanalytics", "journal", "verify", str(journal.folder), "--json"]
    clean = subprocess.run(command, capture_output=True, text=True)
    assert (clean.returncode, json.loads(clean.stdout)) == (0, {"ok": True, "entries": 4, "fault": None})
    journal.path.write_bytes(journal.path.read_bytes().replace(b"C2", b"C8"))
    dirty = subprocess.run(command, capture_output=True, text=True)
    assert dirty.returncode == 1
    assert json.loads(dirty.stdout)["entries"] == 2


def test_every_consultation_and_export_is_written_and_the_list_is_not(tmp_path: Path) -> None:
    client = local("written")
    for path in (
        "/dossiers",
        "/dossier?stage=payment&id=C1",
        "/dossier?stage=payment&id=nothing",
        "/entreprise?siren=356000000",
        "/export.csv?region=94",
        "/export.xlsx",
    ):
        client.get(path)
    lines = list(explorer("written").journal.entries())
    assert [(line["action"], line["user"]) for line in lines] == [
        ("case", "local"),
        ("firm", "local"),
        ("export", "local"),
        ("export", "local"),
    ]
    assert lines[0]["details"] == {"stage": "payment", "case_id": "C1"}
    assert lines[2]["details"] == {"format": "csv", "rows": 1, "view": "stage=payment&region=94"}
    shown = client.get("/journal").text
    assert "La chaîne est intacte" in shown
    assert "C1" in shown


def test_the_page_of_the_journal_says_when_it_was_tampered_with() -> None:
    client = local("tampered")
    client.get("/dossier?stage=payment&id=C1")
    path = explorer("tampered").journal.path
    path.write_bytes(path.read_bytes().replace(b"C1", b"C2"))
    assert "La chaîne est rompue" in client.get("/journal").text
    assert csrf(client)

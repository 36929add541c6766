"""Who opened or exported what: lines that are only added, each keyed to the one before it."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apanalytics.errors import DataRefused, InvalidArgument, NothingToDo
from apanalytics.prepare.publish import exclusive, publish, sync_folder

FILE = "journal.jsonl"
KEY_PLACE = "APANALYTICS_JOURNAL_KEY"
"""Environment variable with the path of the key, where it is not the usual one."""
KEY_BYTES = 32
START = "0" * 64


@dataclass(frozen=True)
class Verified:
    """What a check of the journal found.

    Parameters
    ----------
    entries : lines whose chain holds.
    fault : what is wrong after them, in English; None where all is well.
    """

    entries: int
    fault: str | None

    @property
    def ok(self) -> bool:
        """Whether every line is as it was written and none is missing."""
        return self.fault is None


class Journal:
    """The journal of one state folder.

    Each line is JSON with a number, a time, a user, an action and its details, and an HMAC-SHA256 of these
    and of the line before. The key lies outside the state and outside the data; beside it stands the last
    line's number and HMAC, so that a line changed, moved or removed is found, the last ones included. A line
    about a file kept under the state has its SHA-256, so that a change of the file is found too.

    Parameters
    ----------
    state : folder of the journal; created where absent.
    key_file : the key; None is the place of the environment variable, else the user's configuration folder.
    away_from : folders in which the key must not lie, besides `state`.

    Raises
    ------
    InvalidArgument : the key lies where the journal or the data are.
    """

    def __init__(
        self, state: str | Path, key_file: Path | None = None, away_from: tuple[Path, ...] = ()
    ) -> None:
        self.folder = Path(state).absolute()
        self.path = self.folder / FILE
        self.key_file = (key_file or usual_key_file()).absolute()
        for folder in (self.folder, *away_from):
            if self.key_file.resolve().is_relative_to(folder.resolve()):
                raise InvalidArgument(
                    "The key of the journal lies beside what it protects",
                    where=str(self.key_file),
                    todo=f"Set {KEY_PLACE} to a file outside {folder}.",
                )
        name = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:16]
        self.end_file = self.key_file.with_name(f"{self.key_file.name}.{name}.end")

    def ready(self) -> None:
        """Make the key of a new journal; raises InvalidArgument where that of an old one is not there."""
        _key(self.key_file, create=not self.path.exists())

    def write(self, user: str, action: str, details: dict[str, Any]) -> None:
        """Add one line; it is on the disk when this returns."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with exclusive(self.folder / ".journal.lock"):
            key = _key(self.key_file, create=not self.path.exists())
            number, before = self._last()
            entry = {
                "number": number + 1,
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "user": user,
                "action": action,
                "details": details,
            }
            mac = _mac(key, before, entry)
            line = json.dumps({**entry, "mac": mac}, ensure_ascii=False) + "\n"
            new = not self.path.exists()
            with self.path.open("ab") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
            if new:
                self.path.chmod(0o600)
                sync_folder(self.folder)
            publish(json.dumps([number + 1, mac]), self.end_file)

    def entries(self) -> Iterator[dict[str, Any]]:
        """Give the lines in order; raises DataRefused at one that is not JSON."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for place, line in enumerate(file, start=1):
                try:
                    entry = json.loads(line)
                except ValueError:
                    entry = None
                if not isinstance(entry, dict) or not line.endswith(b"\n"):
                    raise DataRefused("A line of the journal cannot be read", where=f"{self.path}:{place}")
                yield entry

    def verify(self) -> Verified:
        """Check every line against the key, the line before and the end written beside the key.

        Raises
        ------
        NothingToDo : there is neither journal nor trace of one.
        InvalidArgument : the key is not there.
        """
        if not self.path.exists() and not self.end_file.exists():
            raise NothingToDo("There is no journal here", where=str(self.folder))
        key = _key(self.key_file, create=False)
        good, before = 0, START
        macs: list[str] = []
        files: dict[str, str] = {}
        try:
            for entry in self.entries():
                mac = entry.pop("mac", None)
                right = _mac(key, before, entry)
                if not isinstance(mac, str) or not hmac.compare_digest(mac.encode(), right.encode()):
                    return Verified(good, f"line {good + 1} is not as it was written")
                if entry.get("number") != good + 1:
                    return Verified(good, f"line {good + 1} has another number")
                good, before = good + 1, mac
                macs.append(mac)
                files |= _kept(entry)
        except DataRefused:
            return Verified(good, f"line {good + 1} cannot be read")
        return Verified(good, self._fault_of_end(macs) or self._fault_of_files(files))

    def _fault_of_end(self, macs: list[str]) -> str | None:
        try:
            number, mac = json.loads(self.end_file.read_text("utf-8"))
        except (OSError, ValueError, TypeError):
            return "what the end should be is not written beside the key"
        if number > len(macs):
            return f"{number - len(macs)} lines are missing at the end"
        return None if macs[number - 1] == mac else "the end is not the one written beside the key"

    def _fault_of_files(self, files: dict[str, str]) -> str | None:
        for name, digest in files.items():
            path = self.folder / name
            if not path.is_file() or digest_of(path) != digest:
                return f"{name} is missing or not as it was written"
        return None

    def _last(self) -> tuple[int, str]:
        """Give number and HMAC of the last line, read from the end of the file."""
        if not self.path.exists() or not self.path.stat().st_size:
            return 0, START
        with self.path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            step = 4096
            while True:
                file.seek(max(0, size - step))
                tail = file.read()
                lines = tail.splitlines()
                if len(lines) > 1 or step >= size:
                    break
                step *= 4
        try:
            last = json.loads(lines[-1])
            return int(last["number"]), str(last["mac"])
        except (ValueError, KeyError, TypeError):
            raise DataRefused(
                "The last line of the journal cannot be read",
                where=str(self.path),
                todo="Keep the file as evidence, and start with another --state.",
            ) from None


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, as a line of the journal about it carries it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _kept(entry: dict[str, Any]) -> dict[str, str]:
    """Give the file that a line is about, under the state folder, with its SHA-256."""
    details = entry.get("details")
    if not isinstance(details, dict) or "sha256" not in details:
        return {}
    return {str(details["file"]): str(details["sha256"])}


def usual_key_file() -> Path:
    """Give the place of the key: of the environment variable, else the user's configuration folder."""
    if given := os.environ.get(KEY_PLACE):
        return Path(given)
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "apanalytics" / "journal.key"


def _key(path: Path, create: bool) -> bytes:
    if not path.exists() and create:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) < KEY_BYTES:
        raise InvalidArgument(
            "The key of the journal is missing or too short",
            where=str(path),
            todo=f"Set {KEY_PLACE} to the key with which the journal was begun.",
        )
    return key


def _mac(key: bytes, before: str, entry: dict[str, Any]) -> str:
    text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, f"{before}\n{text}".encode(), hashlib.sha256).hexdigest()

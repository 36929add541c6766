"""A file or a folder appears whole or not at all, and one writer at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from apanalytics.errors import ApanalyticsError


def publish(content: str | bytes, destination: Path) -> None:
    """Write a file beside its place, make sure it is on the disk, and rename it into place.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     publish("bonjour", Path(folder) / "a" / "b.txt")
    ...     sorted(path.name for path in (Path(folder) / "a").iterdir())
    ['b.txt']
    """
    with staged(content, destination) as beside:
        beside.replace(destination)
    sync_folder(destination.parent)


@contextmanager
def staged(content: str | bytes, destination: Path) -> Iterator[Path]:
    """Hold a file beside its place, whole and on the disk, for the caller to rename; else it is removed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, staged("a", Path(folder) / "a.txt") as beside:
    ...     beside.read_text(), (Path(folder) / "a.txt").exists()
    ('a', False)
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    beside = destination.with_name(f".{destination.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    finally:
        beside.unlink(missing_ok=True)


def publish_json(value: Any, destination: Path) -> None:
    """The same for a value, as indented JSON.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     publish_json({"a": 1}, Path(folder) / "a.json")
    ...     read_json(Path(folder) / "a.json")
    {'a': 1}
    """
    publish(json.dumps(value, ensure_ascii=False, indent=2) + "\n", destination)


def read_json(path: Path) -> Any:
    """The value in a JSON file; None where there is no such file, or none that can be read.

    Examples
    --------
    >>> read_json(Path("nowhere.json")) is None
    True
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError, UnicodeDecodeError):
        return None


def publish_folder(fill: Callable[[Path], None], destination: Path) -> None:
    """Let `fill` write into a folder beside, then rename it to `destination`, which must not exist yet.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as root:
    ...     publish_folder(lambda folder: (folder / "x").touch(), Path(root) / "whole")
    ...     [path.name for path in Path(root).rglob("*")]
    ['whole', 'x']
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    beside = destination.with_name(f".{destination.name}.{os.getpid()}.tmp")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    try:
        fill(beside)
        for path in beside.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        beside.rename(destination)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    sync_folder(destination.parent)


@contextmanager
def exclusive(path: Path, *, patience: float = 600.0) -> Iterator[None]:
    """Hold a lock file: waits for another writer, and the system frees it should a holder be killed.

    Parameters
    ----------
    path : the lock file, created where absent and left there.
    patience : seconds to wait for the other writer.

    Raises
    ------
    ApanalyticsError : the other writer did not end in time.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, exclusive(Path(folder) / ".lock"):
    ...     pass
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        _wait_for(file.fileno(), path, time.monotonic() + patience)
        yield


def _wait_for(descriptor: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise ApanalyticsError(
                    "Another run has been writing here for too long",
                    where=str(path),
                    todo="Wait until it ends, or stop it, and start again.",
                ) from None
            time.sleep(0.1)


def digest(*parts: str | bytes) -> str:
    """A short hash of several parts, the same on every machine.

    Examples
    --------
    >>> digest("a", "b") == digest("a", "b"), digest("ab") == digest("a", "b")
    (True, False)
    """
    total = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(len(content).to_bytes(8, "big") + content)
    return total.hexdigest()[:20]


def file_digest(path: Path) -> str:
    """Hash of a file's content.

    Examples
    --------
    >>> from tempfile import NamedTemporaryFile
    >>> with NamedTemporaryFile() as empty:
    ...     file_digest(Path(empty.name))[:12]
    'e3b0c44298fc'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_digest(folder: Path) -> str:
    """Hash of every file of a folder, names included; caches and hidden files are left out.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as empty:
    ...     folder_digest(Path(empty)) == digest()
    True
    """
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not any(p.startswith((".", "__pycache__")) for p in path.relative_to(folder).parts)
    )
    return digest(*(part for path in files for part in (str(path.relative_to(folder)), path.read_bytes())))


def sync_folder(folder: Path) -> None:
    """Make the renames of a folder durable.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     sync_folder(Path(folder))
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

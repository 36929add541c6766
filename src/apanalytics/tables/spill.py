"""Folders into which connections spill: removed with it, or by the next process after a kill.

What is spilled is as confidential as the tables, and can fill a disk.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

_PREFIX = "apanalytics-spill-"
_LOCK = "held"
"""A file in each folder that its process keeps locked; the system drops the lock however the process ends."""


def spill_folder() -> tuple[Path, Callable[[], None]]:
    """Make a folder of one's own, and return it with what removes it.

    Folders that nobody holds any more are removed first, once a process.

    Examples
    --------
    >>> folder, remove = spill_folder()
    >>> folder.is_dir(), remove(), folder.exists()
    (True, None, False)
    """
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    held = os.open(folder / "new", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(held, fcntl.LOCK_EX)
    (folder / "new").rename(folder / _LOCK)  # never seen by another process before it is locked

    def remove() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)

    return folder, remove


@cache
def _sweep(place: Path) -> None:
    """Remove the folders of processes that were killed; those of other users are left to them."""
    for folder in place.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:  # not locked yet, removed meanwhile, or not ours
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:  # in use
            pass
        finally:
            os.close(lock)

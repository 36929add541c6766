"""The processes that a report runs in: how much memory they hold together, and how to end them all."""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from pathlib import Path

from apanalytics.errors import InvalidArgument

PROC = Path("/proc")
"""Where Linux tells of its processes; elsewhere the memory of a report cannot be watched."""
UNITS = {"MB": 10**6, "GB": 10**9}


def tree(root: int) -> list[int]:
    """A process and all its descendants, the oldest first; the process alone where the system tells nothing.

    Examples
    --------
    >>> os.getpid() in tree(os.getpid())
    True
    """
    children: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        with suppress(OSError, IndexError, ValueError):
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found.extend(children.get(process, ()))
    return found


def resident(root: int) -> int:
    """Bytes of memory that a process and its descendants hold; what they share counts once for each.

    Examples
    --------
    >>> resident(os.getpid()) > 0
    True
    """
    page, total = os.sysconf("SC_PAGE_SIZE"), 0
    for process in tree(root):
        with suppress(OSError, IndexError, ValueError):
            total += int((PROC / str(process) / "statm").read_text().split()[1]) * page
    return total


def end(root: int) -> None:
    """Kill a process with all its descendants; those that have ended are left alone.

    Examples
    --------
    >>> import subprocess, sys
    >>> sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    >>> end(sleeper.pid)
    >>> sleeper.wait()
    -9
    """
    for process in tree(root):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def parse_size(text: str) -> int:
    """Bytes of a size such as `4GB` or `800MB`.

    Raises
    ------
    InvalidArgument : it is no such size.

    Examples
    --------
    >>> parse_size("1.5GB")
    1500000000
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(MB|GB)", text.strip().upper())
    if match is None or not float(match.group(1)):
        raise InvalidArgument("Not a size of memory", where="--memory", value=text, todo="Write it as 4GB.")
    return int(float(match.group(1)) * UNITS[match.group(2)])

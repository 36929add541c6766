"""What one process uses: CPU seconds of all its threads, peak memory, temporary files."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

BYTES_PER_GB = 1_000_000_000
LOOK_EVERY = 0.05
"""Seconds between two looks at the temporary folder."""


@dataclass(frozen=True)
class Use:
    """What a process used, start-up and imports included.

    Attributes
    ----------
    cpu_seconds : user and system time of all its threads.
    seconds : on the clock.
    peak_gb : largest resident memory.
    spill_gb : largest size of its temporary folder: spilled by the engine, or split by siren.
    """

    cpu_seconds: float
    seconds: float
    peak_gb: float
    spill_gb: float


def used(arguments: Sequence[str], work: Path, environment: Mapping[str, str] | None = None) -> Use:
    """Run `python -m` with these arguments in a process of its own.

    The peak is read while it runs: what the system tells at the end counts the starting process too.

    Parameters
    ----------
    arguments : name of a module, and its arguments.
    work : folder in which the process has its temporary folder.
    environment : variables of its own, beside those of this process.

    Raises
    ------
    SystemExit : the process failed.
    """
    with tempfile.TemporaryDirectory(prefix="temporary-", dir=work) as temporary:
        start, spill, peak = time.monotonic(), 0, 0
        variables = {**os.environ, **(environment or {}), "TMPDIR": temporary}
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], env=variables, stdout=subprocess.DEVNULL
        )
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            spill = max(spill, size_of(Path(temporary)))
            peak = max(peak, peak_of(process.pid))
            time.sleep(LOOK_EVERY)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed with status {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Use(cpu, time.monotonic() - start, peak / BYTES_PER_GB, spill / BYTES_PER_GB)


def peak_of(process: int) -> int:
    """Largest resident memory of a process so far, in bytes; 0 of one that has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    kilobytes = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return 1024 * int(kilobytes[0]) if kilobytes else 0


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder; those that vanish meanwhile count for nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(place, name)).st_size
            except FileNotFoundError:
                continue
    return total


def median(uses: Sequence[Use]) -> Use:
    """Give the median of each figure over some rounds.

    Examples
    --------
    >>> median([Use(1, 1, 0.5, 0), Use(9, 9, 0.6, 0), Use(2, 3, 0.4, 0)])
    Use(cpu_seconds=2, seconds=3, peak_gb=0.5, spill_gb=0)
    """
    rows = [asdict(use) for use in uses]
    return Use(**{name: statistics.median(row[name] for row in rows) for name in rows[0]})

"""CPU seconds and peak memory of large draws, beside a row-by-row generator of the same columns.

Every run is a process of its own, whose usage the system counts (start-up and imports included). The peers
(`benchmarks/row_by_row.py`) write a sample of the same tables, columns and proportions of rows, by Faker and
by bare Python, and are compared per row. The bars: the draw with lines takes at least 30 times less CPU per
row than the peer by Faker, and 1,000,000 requests without lines stay under 3 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.row_by_row_tables import TABLES

RATIO, MEMORY_GB = 30, 3.0
REQUESTS, LARGE, SHARE = 100_000, 1_000_000, 0.01
KIB_PER_GB = 1_000_000_000 / 1024


@dataclass(frozen=True)
class Run:
    """What one process used."""

    what: str
    rows: int
    cpu_seconds: float
    seconds: float
    peak_gb: float

    @property
    def microseconds_per_row(self) -> float:
        """CPU per row written."""
        return self.cpu_seconds / self.rows * 1e6


def used(command: list[str]) -> tuple[float, float, float]:
    """Run a module as a command; return its CPU seconds, its seconds and its peak memory in GB.

    The system counts in the peak what the starting process held, here the small one of this benchmark.

    Raises
    ------
    SystemExit : the command failed.
    """
    before = os.times().elapsed
    process = subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed with status {process.returncode}")
    clock = os.times().elapsed - before
    return usage.ru_utime + usage.ru_stime, clock, usage.ru_maxrss / KIB_PER_GB


def rows_in(folder: Path) -> dict[str, int]:
    """Return the rows of each table of a draw."""
    return {path.stem: pq.read_metadata(path).num_rows for path in sorted(folder.glob("*.parquet"))}


def drawn(folder: Path, requests: int, lines: bool) -> tuple[Run, dict[str, int]]:
    """Draw a country; return what it used and its rows by table."""
    command = ["apanalytics", "synth", str(folder), "--requests", str(requests), "--seed", "1", "--json"]
    usage = used([*command, "--lines" if lines else "--no-lines"])
    rows = rows_in(folder)
    name = f"{requests:,} requests {'with' if lines else 'without'} lines"
    return Run(name, sum(rows.values()), *usage), rows


PEERS = {"faker": "row by row with Faker", "plain": "row by row, bare Python"}
"""The first is the one that the bar is about."""


def peer(folder: Path, rows: dict[str, int], share: float, provider: str) -> Run:
    """Run the row-by-row generator on a share of the rows of each table; return what it used."""
    folder.mkdir()
    sample = {table: max(1, round(rows.get(table, 0) * share)) for table in TABLES}
    usage = used(["benchmarks.row_by_row", str(folder), json.dumps(sample), provider])
    return Run(f"{PEERS[provider]}, {share:.1%}", sum(sample.values()), *usage)


HEAD = f"{'':36} {'rows':>12} {'CPU s':>8} {'clock s':>8} {'peak GB':>8} {'µs CPU/row':>11}"


def printed(run: Run) -> str:
    """Return a run as a line under `HEAD`."""
    figures = f"{run.rows:12,} {run.cpu_seconds:8.1f} {run.seconds:8.1f} {run.peak_gb:8.2f}"
    return f"{run.what:36} {figures} {run.microseconds_per_row:11.2f}"


def runs_of(asked: argparse.Namespace) -> Iterator[Run]:
    """Yield the draw with lines, the peer, and the large draw, each as it ends."""
    with tempfile.TemporaryDirectory() as work:
        run, rows = drawn(Path(work) / "lines", asked.requests, lines=True)
        yield run
        for provider in PEERS:
            yield peer(Path(work) / provider, rows, asked.share, provider)
    if asked.large:
        with tempfile.TemporaryDirectory() as work:
            yield drawn(Path(work) / "large", asked.large, lines=False)[0]


def main(arguments: list[str] | None = None) -> int:
    """Print what each run used; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests of the draw with lines")
    parser.add_argument("--large", type=int, default=LARGE, help="requests without lines; 0 skips it")
    parser.add_argument("--share", type=float, default=SHARE, help="share of the rows that the peer writes")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args(arguments)
    runs = []
    print(HEAD, file=sys.stderr)
    for run in runs_of(asked):
        print(printed(run), file=sys.stderr, flush=True)
        runs.append(run)
    ratios = [run.microseconds_per_row / runs[0].microseconds_per_row for run in runs[1:3]]
    if asked.json:
        print(
            json.dumps(
                {
                    "runs": [asdict(run) for run in runs],
                    "ratios_per_row": dict(zip(PEERS, ratios, strict=True)),
                },
                indent=2,
            )
        )
    else:
        ends = [f"{PEERS[name]} / vectorised: {ratio:.1f}" for name, ratio in zip(PEERS, ratios, strict=True)]
        print("\n".join([HEAD, *map(printed, runs), "", f"CPU per row (bar {RATIO} with Faker):", *ends]))
    return int(ratios[0] < RATIO or any(run.peak_gb >= MEMORY_GB for run in runs[3:]))


if __name__ == "__main__":
    sys.exit(main())

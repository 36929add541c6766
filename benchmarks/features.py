"""Twelve core features of every claim: the catalogue's own steps against polars and pandas.

Each run is a process of its own, whose CPU seconds and peak memory the system counts (start-up and imports
included); rounds are interleaved and medians given. All must write the same values, or the benchmark fails.
The catalogue runs under less memory too, and at L without the peers, which do not fit. What each step costs
is in `features_costs`, what shared keys cost in `features_hot`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.features_runs import BYTES_PER_GB, Use, median, size_of, used

SIZES = {"S": 100_000, "M": 1_000_000, "L": 10_000_000}
"""Requests; three claims and five payroll months each."""
PEERS = ("polars", "pandas")
COMPARED = ("S", "M")
"""Sizes at which the peers run too."""
MEMORIES = {"S": (None,), "M": (None, "1GB"), "L": ("4GB", "2GB")}
"""Memory given to the catalogue; None is its default."""
RATIOS = {"polars": 0.75, "pandas": 0.40}
PEAK_GB, SMALL_MEMORY, GROWTH, SPILL = 1.2, 1.15, 17.0, 4.0


@dataclass(frozen=True)
class Bar:
    """A figure beside what it must not exceed."""

    what: str
    figure: float
    limit: float

    @property
    def met(self) -> bool:
        """Whether the figure keeps the bar."""
        return self.figure <= self.limit


@dataclass(frozen=True)
class Result:
    """The median use of one way to compute the features at one size."""

    size: str
    way: str
    use: Use
    input_gb: float


def country(size: str, work: Path) -> Path:
    """Give the folder of a country, written once."""
    folder = work / size
    if not (folder / "done").exists():
        command = [sys.executable, "-m", "benchmarks.features_data", str(folder), str(SIZES[size])]
        subprocess.run(command, check=True)
        (folder / "done").touch()
    return folder


def way_of(memory: str | None) -> str:
    """Name a run of the catalogue."""
    return f"catalogue, {memory}" if memory else "catalogue"


def commands(size: str, data: Path, work: Path) -> dict[str, list[str]]:
    """Give the command of each way to compute the features at a size."""
    found = {}
    for memory in MEMORIES[size]:
        out = str(work / f"{size}-{memory or 'default'}.parquet")
        found[way_of(memory)] = ["benchmarks.features_engine", str(data), out]
        found[way_of(memory)] += ["--memory", memory] if memory else []
    if size in COMPARED:
        for peer in PEERS:
            found[peer] = [f"benchmarks.peers.{peer}_core", str(data), str(work / f"{size}-{peer}.parquet")]
    return found


def results(size: str, work: Path, rounds: int) -> Iterator[Result]:
    """Run every way at a size, in interleaved rounds; check that their values agree; yield their medians."""
    data = country(size, work)
    found: dict[str, list[Use]] = {}
    ways = commands(size, data, work)
    for number in range(rounds if size in COMPARED else 1):
        for way, command in ways.items():
            use = used(command, work)
            found.setdefault(way, []).append(use)
            print(f"{size} round {number + 1} {way}: {use}", file=sys.stderr, flush=True)
    files = [command[2] for command in ways.values()]
    for other in files[1:]:
        subprocess.run([sys.executable, "-m", "benchmarks.features_agree", files[0], other], check=True)
    for file in files:
        Path(file).unlink()
    for way, uses in found.items():
        yield Result(size, way, median(uses), size_of(data) / BYTES_PER_GB)


def bars(found: Sequence[Result]) -> list[Bar]:
    """Give every bar that the results allow to judge."""
    cpu = {(result.size, result.way): result.use.cpu_seconds for result in found}
    kept = []
    for result in found:
        if result.size == "M" and result.way == way_of(None):
            for peer, limit in RATIOS.items():
                kept.append(
                    Bar(f"M: CPU over that of {peer}", result.use.cpu_seconds / cpu["M", peer], limit)
                )
            kept.append(Bar("M: peak memory in GB", result.use.peak_gb, PEAK_GB))
            small = cpu["M", way_of("1GB")] / result.use.cpu_seconds
            kept.append(Bar("M: CPU under 1 GB over CPU at the default", small, SMALL_MEMORY))
        if result.size == "L":
            name = f"L, {result.way}"
            if ("M", way_of(None)) in cpu:
                growth = result.use.cpu_seconds / cpu["M", way_of(None)]
                kept.append(Bar(f"{name}: CPU over that of M", growth, GROWTH))
            kept.append(
                Bar(f"{name}: temporary files over the input", result.use.spill_gb / result.input_gb, SPILL)
            )
    return kept


def table(found: Sequence[Result], judged: Sequence[Bar]) -> str:
    """Write the results and the bars in Markdown."""
    lines = ["| size | way | CPU s | clock s | peak GB | temporary GB |", "|---|---|---|---|---|---|"]
    for result in found:
        use = result.use
        figures = f"{use.cpu_seconds:.1f} | {use.seconds:.1f} | {use.peak_gb:.2f} | {use.spill_gb:.2f}"
        lines.append(f"| {result.size} | {result.way} | {figures} |")
    lines += ["", "| bar | figure | at most | |", "|---|---|---|---|"]
    for bar in judged:
        verdict = "kept" if bar.met else "**missed**"
        lines.append(f"| {bar.what} | {bar.figure:.2f} | {bar.limit:.2f} | {verdict} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print what each way used beside the bars; return 1 where one is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="S,M", help="which of S, M and L")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, help="folder of the countries, kept; default a temporary one")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        work = asked.work or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        found = [result for size in asked.sizes.split(",") for result in results(size, work, asked.rounds)]
    judged = bars(found)
    if asked.json:
        shown = {
            "results": [asdict(one) for one in found],
            "bars": [{**asdict(b), "met": b.met} for b in judged],
        }
        print(json.dumps(shown, indent=2))
    else:
        print(table(found, judged))
    return int(not all(bar.met for bar in judged))


if __name__ == "__main__":
    sys.exit(main())

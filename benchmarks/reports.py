"""What a month of regional reports costs, beside papermill's command line followed by nbconvert's.

`python -m benchmarks.reports [--requests 200000] [--month 2021-04] [--data FOLDER]` draws a country,
prepares it (both sides read what was prepared), then makes the reports of every region both ways in the same
run. It fails where a report takes more than 0.8 of the processor time of the other way, or all of them more
than half its wall clock. PDF, which the other way does not make, is measured apart. Other work on the machine
moves the wall clock; processor time is the steadier figure.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from apanalytics.prepare import prepared
from apanalytics.reports.parameters import parse_month
from apanalytics.reports.tasks import find_notebook

CPU_SHARE, WALL_SHARE = 0.8, 0.5
"""At most so much of the other way's processor time per report, and of its wall clock for all."""
PROGRAM = [sys.executable, "-m"]


@dataclass(frozen=True)
class Cost:
    """Processor and wall seconds of some reports."""

    reports: int
    cpu: float
    wall: float

    @property
    def each(self) -> float:
        """Processor seconds per report."""
        return self.cpu / self.reports


def spent(commands: list[list[str]], reports: int) -> Cost:
    """Run commands one after the other; their processes and kernels are counted, ours is not."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(reports, cpu, time.monotonic() - start)


def regions_of(data: Path, month: str) -> list[str]:
    """The regions with cases in the month."""
    derived = prepared(data)
    filed: dict[str, int] = {}
    for stage in ("authorisation", "payment"):
        for region, cases in derived.filed(stage, parse_month(month)).items():
            filed[region] = filed.get(region, 0) + cases
    return sorted(region for region, cases in filed.items() if cases and region != "ZZ")


def by_command_lines(data: Path, month: str, regions: list[str], out: Path) -> Cost:
    """Each report by `papermill`, then `jupyter nbconvert`, one after another."""
    commands = []
    for region in regions:
        filled = out / f"{region}.ipynb"
        values = ["-r", "data", str(data), "-r", "region", region, "-r", "month", month]
        commands.append([*PROGRAM, "papermill", str(find_notebook()), str(filled), *values, "-k", "python3"])
        commands.append([*PROGRAM, "jupyter", "nbconvert", "--to", "html", "--no-input", str(filled)])
    return spent(commands, len(regions))


def by_apanalytics(data: Path, month: str, regions: list[str], out: Path, formats: str, jobs: int) -> Cost:
    """The same reports by `apanalytics report`, without the synthesis, which has no counterpart."""
    chosen = [word for region in regions for word in ("--region", region)]
    command = [*PROGRAM, "apanalytics", "report", str(data), str(out), "--month", month, *chosen]
    return spent([[*command, "--format", formats, "--jobs", str(jobs)]], len(regions))


def main() -> int:
    """Measure, print, and say whether the two limits are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--month", default="2021-04")
    parser.add_argument("--data", type=Path, help="a country drawn before")
    parser.add_argument("--regions", type=int, help="only the first so many regions")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="reports-") as folder:
        place = Path(folder)
        data = asked.data or place / "country"
        if asked.data is None:
            drawn = ["apanalytics", "synth", str(data), "--requests", str(asked.requests), "--no-lines"]
            subprocess.run([*PROGRAM, *drawn], check=True)
        regions = regions_of(data.resolve(), asked.month)[: asked.regions]
        (place / "other").mkdir()
        ours = by_apanalytics(data.resolve(), asked.month, regions, place / "html", "html", asked.jobs)
        other = by_command_lines(data.resolve(), asked.month, regions, place / "other")
        both = by_apanalytics(data.resolve(), asked.month, regions, place / "pdf", "html,pdf", asked.jobs)
    cpu, wall = ours.each / other.each, ours.wall / other.wall
    figures = {
        "reports": len(regions),
        "jobs": asked.jobs,
        "cpu_seconds_per_report": round(ours.each, 2),
        "cpu_seconds_per_report_papermill_nbconvert": round(other.each, 2),
        "cpu_ratio": round(cpu, 3),
        "wall_seconds": round(ours.wall, 1),
        "wall_seconds_papermill_nbconvert": round(other.wall, 1),
        "wall_ratio": round(wall, 3),
        "pdf_cpu_seconds_per_report": round(both.each - ours.each, 2),
    }
    print(json.dumps(figures, indent=2))
    return int(cpu > CPU_SHARE or wall > WALL_SHARE)


if __name__ == "__main__":
    sys.exit(main())

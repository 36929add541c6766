"""What each step and each feature of the whole catalogue costs, and why the dearest do.

On a country of `apanalytics synth`, which has every table: lists, payroll by contract, controls, agreements.
The CPU of a step that several groups of features read is shared equally between them; that of a view is in
the steps that read it. The dearest steps are run again under the profiler of DuckDB, which says where their
time goes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apanalytics.features import FEATURES, STAGES, window
from apanalytics.features.compute import connection
from apanalytics.features.engine import run
from apanalytics.features.steps import order, steps
from apanalytics.tables import read
from benchmarks.features_runs import used

REQUESTS, DEAREST = 30_000, 3
OPERATORS = 4
"""Operators of a plan that are named."""
SEEN, COSTLY = 0.005, 0.05
"""CPU seconds from which a step is printed, and from which it was surely made a table."""


@dataclass(frozen=True)
class Cost:
    """CPU of the features of one step, what it shares with others included."""

    step: str
    features: int
    cpu_seconds: float


def measured(data: Path, stage: str, work: Path) -> Mapping[str, float]:
    """Compute every feature of a stage in a process of its own; give the CPU seconds of each step."""
    costs = work / "costs.json"
    used(["benchmarks.features_engine", str(data), str(work / "all.parquet"), *wanted(stage, costs)], work)
    found: dict[str, float] = json.loads(costs.read_text())
    return found


def wanted(stage: str, costs: Path) -> list[str]:
    """Give the options that ask for every feature of a stage and for the cost of its steps."""
    return ["--all", stage, "--steps", str(costs)]


def by_group(seconds: Mapping[str, float], stage: str) -> list[Cost]:
    """Share the cost of each step between the groups of features that need it, the dearest first."""
    features = Counter(feature.step for feature in FEATURES.values() if stage in feature.stages)
    needed = {group: set(order([group], steps(stage))) for group in features}
    total: defaultdict[str, float] = defaultdict(float)
    for step, cost in seconds.items():
        sharing = [group for group, needs in needed.items() if step in needs] or list(features)
        for group in sharing:
            total[group] += cost / len(sharing)
    found = [Cost(group, count, total[group]) for group, count in features.items()]
    return sorted(found, key=lambda cost: -cost.cpu_seconds)


def profile(data: Path, stage: str, step: str, costly: frozenset[str]) -> list[str]:
    """Run a step under the profiler, on tables of what costs something; name its dearest operators."""
    known = steps(stage)
    before = [name for name in order([step], known) if name != step]
    with connection(read(data), stage, window(), None) as con:
        kept = [name for name in before if name in costly]
        run(con, kept, known)
        for name in before:
            if name not in kept:
                con.execute(f"create or replace temp view {name} as {known[name].sql}")
        ((_, text),) = con.execute(f"explain (analyze, format json) {known[step].sql}").fetchall()
    plan = json.loads(text)["operator"]
    found = sorted((one for root in plan for one in operators(root)), key=lambda one: -one["timing"])
    return [described(one) for one in found[:OPERATORS]]


def operators(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Walk the operators of a profile."""
    yield node
    for child in node.get("children", ()):
        yield from operators(child)


def described(operator: Mapping[str, Any]) -> str:
    """Say in a line what an operator did, how many rows it gave, and for how long it worked."""
    about = operator["extra_info"]
    said = next((about[key] for key in ("Conditions", "Groups", "Projections", "Table") if key in about), "")
    text = ", ".join(said) if isinstance(said, list) else str(said)
    return (
        f"{operator['type']} {text[:90]}: {operator['intermediate_rows']:,} rows, {operator['timing']:.2f} s"
    )


def shown(stage: str, seconds: Mapping[str, float], data: Path) -> str:
    """Write the cost of each step and group of features in Markdown, and why the dearest cost so much."""
    lines = [f"## {stage}: {sum(seconds.values()):.1f} CPU s", "", "| step | CPU s |", "|---|---|"]
    ranked = sorted(seconds.items(), key=lambda item: -item[1])
    lines += [f"| {step} | {cost:.2f} |" for step, cost in ranked if cost >= SEEN]
    lines += ["", "| features of | how many | CPU s | CPU s each |", "|---|---|---|---|"]
    for cost in by_group(seconds, stage):
        each = cost.cpu_seconds / cost.features
        lines.append(f"| {cost.step} | {cost.features} | {cost.cpu_seconds:.2f} | {each:.3f} |")
    known = steps(stage)
    costly = frozenset(step for step, cost in seconds.items() if cost >= COSTLY)
    for step in [step for step, _ in ranked if step in known][:DEAREST]:
        lines += ["", f"{step}: {known[step].about}"]
        lines += [f"- {line}" for line in profile(data, stage, step, costly)]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the costs of both stages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests of the country drawn")
    parser.add_argument("--data", type=Path, help="a country there is already, instead")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        work, data = Path(place), asked.data or Path(place) / "country"
        if not asked.data:
            drawing = ["synth", str(data), "--requests", str(asked.requests), "--seed", "1", "--json"]
            command = [sys.executable, "-m", "apanalytics", *drawing]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        for stage in STAGES:
            print(shown(stage, measured(data, stage, work), data), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

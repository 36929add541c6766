"""How hard the synthetic country is: precision of every way to rank its cases, and of a ceiling.

For each stage, cases filed after 30 June 2021 are ranked and a tenth of them taken (fewer at low base rates:
see `difficulty_cell.capacity_of`). Ways to rank: at random, each criterion alone, all criteria, the anomaly
score, the amount, models of the control outcomes known on 30 June 2021, and the ceiling, a model that was
given the whole truth of earlier cases. Each pair of a seed and a case rate is a process of its own, and its
figures are kept as JSON in the work folder, so a stopped run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.difficulty_cell import STAGES, measure

SEEDS, RATES, REQUESTS = "1,2,3,4,5", "0.05,0.10,0.175", 200_000
JUDGED = "0.175"
"""The case rate at which the bars hold."""
BARS = {"rules (count)": (0.35, 0.50), "ceiling": (0.75, 0.92)}
ALONE, FEWEST_HITS = 0.65, 100
"""No criterion alone may be more precise than this, where it hits so many cases."""

Cell = dict[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Measure the cells that are not yet there, print the tables, return 1 where a bar is missed."""
    asked = options(arguments)
    asked.work.mkdir(parents=True, exist_ok=True)
    if asked.cell:
        seed, rate = asked.cell
        keep(place(asked.work, seed, rate, asked.requests), measure(int(seed), rate, asked.requests))
        return 0
    cells = []
    for rate in asked.rates.split(","):
        for seed in asked.seeds.split(","):
            cells.append(cell(asked.work, seed, rate, asked.requests))
    print(document(cells))
    missed = misses(cells)
    judged = any(one["rate"] == JUDGED for one in cells)
    print(
        "\n".join(missed) or "Every bar is kept." * judged or f"Bars hold at {JUDGED} only.", file=sys.stderr
    )
    return int(bool(missed))


def options(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", default=SEEDS, help="seeds joined by commas")
    parser.add_argument("--rates", default=RATES, help="case rates; base: the settings as they are")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests of each country")
    parser.add_argument("--work", type=Path, default=Path("build/difficulty"), help="where figures are kept")
    parser.add_argument("--cell", nargs=2, metavar=("SEED", "RATE"), help="measure one cell, print nothing")
    return parser.parse_args(arguments)


def place(work: Path, seed: str, rate: str, requests: int) -> Path:
    """Return the file of a cell."""
    return work / f"cell-{requests}-{rate}-{seed}.json"


def keep(path: Path, found: Cell) -> None:
    """Write the figures of a cell, whole or not at all."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    part.replace(path)


def cell(work: Path, seed: str, rate: str, requests: int) -> Cell:
    """Return the figures of a cell, measured in a process of its own unless they are there."""
    path = place(work, seed, rate, requests)
    if not path.exists():
        print(f"seed {seed}, case rate {rate} …", file=sys.stderr, flush=True)
        mine = ["--cell", seed, rate, "--requests", str(requests), "--work", str(work)]
        subprocess.run([sys.executable, "-m", "benchmarks.difficulty", *mine], check=True)
    found: Cell = json.loads(path.read_text("utf-8"))
    return found


def document(cells: list[Cell]) -> str:
    """Return every table as Markdown."""
    parts = [f"## Precision at capacity\n\n{markdown(precisions(cells))}"]
    for stage in STAGES:
        parts.append(f"## Criteria alone, {stage}\n\n{markdown(criteria(cells, stage))}")
        parts.append(f"## Kinds, {stage}\n\n{markdown(kinds(cells, stage))}")
    return "\n\n".join(parts)


def precisions(cells: list[Cell]) -> pd.DataFrame:
    """Return a row per stage and way to rank, a column per case rate: mean and range over seeds."""
    rows = [
        {"stage": stage, "ranked by": name, "rate": one["rate"], "value": value}
        for one in cells
        for stage, found in one["stages"].items()
        for name, value in found["precision"].items()
    ]
    return spread(pd.DataFrame(rows), ["stage", "ranked by"], "rate")


def criteria(cells: list[Cell], stage: str) -> pd.DataFrame:
    """Return a row per criterion: cases hit (mean over seeds), and precision among them by case rate.

    The last column is the precision of a list as long as the capacity, at the highest case rate, that has
    the cases hit first and the rest drawn at random.
    """
    rows = [
        {"criterion": code, "rate": one["rate"], "value": found["precision"], "hits": found["hits"]}
        | {"listed": at_capacity(one["stages"][stage], found["hits"], found["precision"])}
        for one in cells
        for code, found in one["stages"][stage]["criteria"].items()
    ]
    table = pd.DataFrame(rows)
    hits = table.groupby("criterion")["hits"].mean().round().astype(int)
    highest = table[table["rate"] == cells[-1]["rate"]]
    listed = highest.groupby("criterion")["listed"].mean().map("{:.3f}".format)
    shares = spread(table, ["criterion"], "rate")
    return shares.assign(
        hits=shares["criterion"].map(hits), **{"at capacity": shares["criterion"].map(listed).fillna("")}
    )


def at_capacity(found: Cell, hits: int, precision: float) -> float:
    """Return the precision of a full list that takes what a criterion hits first, the rest at random.

    Examples
    --------
    >>> at_capacity({"cases": 100, "capacity": 10, "base_rate": 0.18}, hits=5, precision=0.8)  # 4 + 5 × 14/95
    0.474
    """
    cases, capacity = found["cases"], found["capacity"]
    if hits >= capacity:
        return precision
    right = hits * precision
    rest = (cases * found["base_rate"] - right) / (cases - hits)
    return float(round((right + (capacity - hits) * rest) / capacity, 3))


def kinds(cells: list[Cell], stage: str) -> pd.DataFrame:
    """Return a row per kind, at the highest case rate: cases, share found and area by ranking, over seeds."""
    highest = cells[-1]["rate"]
    rows = [
        {"kind": code, "cases": found["cases"]}
        | {f"{name}: found": share for name, share in found["found"].items()}
        | {f"{name}: area": share for name, share in found["area"].items()}
        for one in cells
        if one["rate"] == highest
        for code, found in one["stages"][stage]["kinds"].items()
    ]
    means = pd.DataFrame(rows).groupby("kind").mean()
    return means.round(2).assign(cases=means["cases"].round().astype(int)).reset_index()


def spread(table: pd.DataFrame, by: list[str], across: str) -> pd.DataFrame:
    """Return the mean over seeds, and the range where there are several, of each row and column."""
    groups = table.groupby([*by, across], sort=False)["value"]
    text = groups.agg(lambda values: shown(values.tolist()))
    return text.unstack(across).fillna("").reset_index()


def shown(values: list[float]) -> str:
    """Return the mean of some values, and their range in brackets where there are several."""
    mean = f"{sum(values) / len(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f}–{max(values):.3f})"


def markdown(table: pd.DataFrame) -> str:
    """Return a table as Markdown."""
    rows = [list(map(str, table.columns)), ["---"] * table.shape[1]]
    rows += [[str(value) for value in row] for row in table.itertuples(index=False)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def misses(cells: list[Cell]) -> list[str]:
    """Return a line per bar that a country misses, at the case rate where bars hold."""
    lines = []
    for one in cells:
        for stage, found in one["stages"].items() if one["rate"] == JUDGED else ():
            where = f"seed {one['seed']}, {stage}"
            for name, (low, high) in BARS.items():
                value = found["precision"][name]
                if not low <= value <= high:
                    lines.append(f"{where}: {name} {value:.3f}, not in {low:.2f}–{high:.2f}")
            for code, alone in found["criteria"].items():
                if alone["hits"] >= FEWEST_HITS and alone["precision"] > ALONE:
                    lines.append(f"{where}: {code} alone {alone['precision']:.3f}, above {ALONE:.2f}")
    return lines


if __name__ == "__main__":
    sys.exit(main())

"""Precision of the lists of the risk model against the truth, beside everything else that could rank cases.

Cases filed after 30 June 2021 are listed by what controls closed by that day had found: a tenth of them, or
base rate / 0.60 where so many could not be 60 % right. Beside the model: the ceiling (a learner given the
whole truth of earlier cases), rules, anomaly, amounts, and the model of half a year before. Precision is
pooled over seeds; its interval takes establishments as what is drawn.

Settings are tuned on seeds 1 to 5. Seeds 101 to 110 are measured once, with `--confirm`: a cell that is there
is never measured again, and says with which state of the code it was.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import apanalytics
from benchmarks.difficulty import Cell, keep
from benchmarks.targeting_cell import measure
from benchmarks.targeting_tables import BARRED, document, misses

SEEDS, RATES, SCENARIOS = "1,2,3,4,5", "0.05,0.10,0.175", "base"
OTHERS = ("unseen", "shift", "late_dsn", "cold_start", "adversaries")
"""Scenarios that are measured beside `base`, without a bar."""
CONFIRMED = range(101, 111)
"""Seeds that settings are never tuned on."""
REQUESTS = {"0.05": 250_000}
"""Requests of a country by case rate: as many as let each list hold a thousand requests."""
USUAL_REQUESTS = 210_000
TUNED, ONCE = Path("build/targeting"), Path("benchmarks/confirmed")
"""Where cells are kept: those of tuning seeds, and those that are measured once."""


def main(arguments: list[str] | None = None) -> int:
    """Measure the cells that are not yet there, print the tables, return 1 where a bar is missed."""
    asked = options(arguments)
    if asked.cell:
        scenario, rate, seed, requests, place = asked.cell
        found = measure(int(seed), rate, int(requests), scenario) | {"code": code_version()}
        keep(Path(place), found)
        return 0
    wanted = product(asked.scenarios.split(","), asked.rates.split(","), map(int, asked.seeds.split(",")))
    found = (cell(asked, scenario, rate, seed) for scenario, rate, seed in wanted)
    cells = [one for one in found if one is not None]
    if not cells:
        print("No cell of these is there yet.", file=sys.stderr)
        return 2
    print(document(cells))
    missed = misses(cells)
    judged = any(one["scenario"] == BARRED for one in cells)
    print("\n".join(missed) or ("No bar is missed." if judged else f"Bars: {BARRED} only."), file=sys.stderr)
    return int(bool(missed))


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; seeds kept for the end are refused unless they are asked for by name."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", help=f"seeds joined by commas; {SEEDS}, or 101 to 110 with --confirm")
    parser.add_argument("--rates", default=RATES, help="case rates; base: the settings as they are")
    parser.add_argument("--scenarios", default=SCENARIOS, help=f"base, {', '.join(OTHERS)}")
    parser.add_argument("--requests", type=int, help="requests of each country; enough for lists of 1,000")
    parser.add_argument("--work", type=Path, help=f"where figures are kept: {TUNED}, {ONCE} with --confirm")
    parser.add_argument("--confirm", action="store_true", help="allow the seeds that are measured once")
    parser.add_argument("--kept", action="store_true", help="only cells that are there; measure none")
    parser.add_argument("--cell", nargs=5, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    asked.seeds = asked.seeds or (",".join(map(str, CONFIRMED)) if asked.confirm else SEEDS)
    held = [seed for seed in asked.seeds.split(",") if int(seed) in CONFIRMED]
    if held and not asked.confirm:
        parser.error(f"seeds {', '.join(held)} are measured once, when nothing will change: --confirm")
    asked.work = asked.work or (ONCE if asked.confirm else TUNED)
    return asked


def cell(asked: argparse.Namespace, scenario: str, rate: str, seed: int) -> Cell | None:
    """Return the figures of a cell, measured in a process of its own unless they are there or only these are.

    None : it is not there, and nothing is to be measured.
    """
    requests = asked.requests or REQUESTS.get(rate, USUAL_REQUESTS)
    path = asked.work / f"cell-{scenario}-{requests}-{rate}-{seed}.json"
    if not path.exists() and asked.kept:
        return None
    if not path.exists():
        asked.work.mkdir(parents=True, exist_ok=True)
        print(f"{scenario}, case rate {rate}, seed {seed} …", file=sys.stderr, flush=True)
        mine = ["--cell", scenario, rate, str(seed), str(requests), str(path)]
        subprocess.run([sys.executable, "-m", "benchmarks.targeting", *mine], check=True)
    found: Cell = json.loads(path.read_text("utf-8"))
    return found


def code_version() -> str:
    """Return twelve digits that change with any line of the package that the figures may depend on."""
    root = Path(apanalytics.__file__).parent
    parts = ("criteria", "evaluation", "features", "law", "risk", "synthetic", "tables", "targeting")
    texts: dict[str, Any] = {}
    for part in parts:
        for path in sorted((root / part).rglob("*")):
            if path.suffix in {".py", ".sql", ".yaml", ".json", ".csv"}:
                texts[str(path.relative_to(root))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())

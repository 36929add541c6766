"""A national synthetic country beside the official figures of 2020: exit status 1 where a bar is missed.

The country is drawn without nominative lines, large enough to hold some 200,000 claims of March to November
2020, and six months beyond, because a claim may be filed half a year after its month. With several seeds the
table shows the mean and the range, and a bar is kept only where every seed keeps it. Beside the means of a
month stands their standard error, since a few large establishments move them from one seed to the next.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import pandas as pd

import apanalytics as ap
from apanalytics.synthetic import bars, realism

REQUESTS, LAST_FILING = 136_000, "2021-05"
CROSS = realism.CELL


def measured(seed: int, requests: int, work: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Draw a country; return its figures beside the official ones, and its claims by cell."""
    folder = work / f"country-{seed}"
    ap.synth(folder, requests=requests, seed=seed, end=LAST_FILING, lines=False)
    tables = ap.read(folder)
    drawn = realism.claims_by_establishment(tables)
    return bars.comparison(tables, seed=seed), drawn.groupby(CROSS)["claims"].sum()


def over_seeds(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean, lowest and highest of each figure over the draws; a bar is kept if all keep it."""
    stacked = pd.concat(tables, keys=range(len(tables)), names=["draw"])
    groups = stacked.groupby(level=["group", "figure"], sort=False)
    spread = groups["drawn"].agg(["mean", "min", "max"])
    others = groups[["official", "low", "high", "error"]].mean()
    return spread.join(others).assign(met=groups["met"].agg(lambda kept: kept.all(skipna=False)))


def between_draws(cells: list[pd.Series]) -> float | None:
    """Return the distance between the first two draws on the full cross; None where there is one draw.

    Counts filled by quota would lie at 0; independent draws lie about 1.4 times as far from each other as
    from what both expect.
    """
    if len(cells) < 2:
        return None
    both = pd.concat(cells[:2], axis=1).fillna(0)
    return realism.total_variation(both.iloc[:, 0], both.iloc[:, 1])


def printed(table: pd.DataFrame) -> str:
    """Return the table as text, one line per figure, misses marked."""
    lines = [f"{'':50} {'drawn':>8} {'lowest':>8} {'highest':>8} {'official':>8}  bar"]
    for row in table.reset_index().to_dict("records"):
        figures = " ".join(f"{row[name]:8.4g}" for name in ("mean", "min", "max", "official"))
        bar = "" if pd.isna(row["low"]) else f"{row['low']:.4g} to {row['high']:.4g}"
        bar += "" if pd.isna(row["error"]) else f" (chance ±{row['error']:.2g})"
        missed = "" if pd.isna(row["met"]) or row["met"] else "  MISSED"
        name = f"{row['group']}, {row['figure']}"
        lines.append(f"{name:50} {figures}  {bar}{missed}")
    return "\n".join(lines)


def options(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", default="1", help="seeds joined by commas")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests of the country")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Print every figure beside the official one; return 1 where a bar is missed."""
    asked = options(arguments)
    tables, cells = [], []
    for seed in asked.seeds.split(","):
        with tempfile.TemporaryDirectory() as work:
            table, cell = measured(int(seed), asked.requests, Path(work))
        tables.append(table)
        cells.append(cell)
    result, claims, apart = over_seeds(tables), [int(cell.sum()) for cell in cells], between_draws(cells)
    if asked.json:
        rows = json.loads(result.reset_index().to_json(orient="records"))
        print(json.dumps({"claims": claims, "between_draws": apart, "figures": rows}, indent=2))
    else:
        counts = ", ".join(f"{count:,}" for count in claims)
        print(f"{counts} claims of {realism.FIRST}..{realism.LAST}, seeds {asked.seeds}\n\n{printed(result)}")
        if apart is not None:
            print(f"\nDistance between the first two draws on the full cross: {apart:.4f}")
    missed = int((~result["met"].dropna().astype(bool)).sum())
    print(f"{missed} bars missed of {int(result['met'].notna().sum())}", file=sys.stderr)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())

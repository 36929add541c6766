"""Tables and bars of the targeting benchmark, from the sums that its cells keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from apanalytics.risk import Interval
from benchmarks.difficulty import Cell, markdown
from benchmarks.targeting_sums import EVERYTHING, Sums

OWN, CEILING, RULES, AMOUNT = "risk model", "ceiling", "rules (count)", "amount"
STAGES = ("authorisation", "payment")
BARRED = "base"
"""The scenario on which the bars hold; the others are measured without one."""
LINE, LINE_RATES = 0.60, ("0.10", "0.175")
"""Precision whose lower end must be passed, and the case rates at which a list of a tenth can."""
OF_CEILING, SEEDS_ABOVE, LEAST_LISTED = 0.85, 0.8, 1000
"""Least share of the ceiling; share of the seeds in which rules must be passed; cases of a list."""

Group = tuple[str, str, str, list[Cell]]


def groups(cells: list[Cell]) -> Iterator[Group]:
    """Return scenario, stage, case rate and the cells of each, in the order of the cells."""

    def key(one: Cell) -> tuple[str, str]:
        return one["scenario"], one["rate"]

    for (scenario, rate), some in groupby(sorted(cells, key=key), key=key):
        held = list(some)
        for stage in STAGES:
            yield scenario, stage, rate, held


def pooled(cells: list[Cell], stage: str) -> Sums:
    """Return the sums of a stage over cells."""
    return Sums.pooled(one["stages"][stage]["sums"] for one in cells)


def document(cells: list[Cell]) -> str:
    """Return every table as Markdown."""
    parts = [provenance(cells)]
    for scenario in dict.fromkeys(one["scenario"] for one in cells):
        mine = [one for one in cells if one["scenario"] == scenario]
        for stage in STAGES:
            title = f"## {scenario}, {stage}"
            rows = columns(mine, stage)
            parts.append(f"{title}\n\n{markdown(rows)}\n\n{markdown(kinds(mine, stage))}")
    return "\n\n".join(parts)


def provenance(cells: list[Cell]) -> str:
    """Say which seeds, sizes and states of the code the tables rest on."""
    seeds = ", ".join(str(seed) for seed in sorted({one["seed"] for one in cells}))
    codes = ", ".join(sorted({one["code"] for one in cells}))
    sizes = ", ".join(f"{size:,}" for size in sorted({one["requests"] for one in cells}))
    return f"Seeds {seeds}; {sizes} requests; code {codes}."


def columns(cells: list[Cell], stage: str) -> pd.DataFrame:
    """Return a row per figure and a column per case rate, pooled over seeds."""
    table: dict[str, dict[str, str]] = {}
    for _, found_stage, rate, some in groups(cells):
        if found_stage == stage:
            table[rate] = figures(some, stage)
    frame = pd.DataFrame(table).fillna("")
    return frame.rename_axis("figure").reset_index()


def figures(cells: list[Cell], stage: str) -> dict[str, str]:
    """Return the figures of one scenario, stage and case rate, in words."""
    sums, held = pooled(cells, stage), [one["stages"][stage] for one in cells]
    others = [name for name in sums.rankings if name not in (OWN, CEILING)]
    told = {
        "cases, of which listed": f"{total(held, 'cases'):,}, {total(held, 'capacity'):,}",
        "outcomes known, per seed": f"{total(held, 'outcomes') / len(held):,.0f}",
    }
    told |= {f"precision: {name}": share(sums.precision(name)) for name in sums.rankings}
    told[f"{OWN} ÷ {CEILING}"] = share(sums.ratio(OWN, CEILING))
    told |= {f"{OWN} − {name}": share(sums.less(OWN, name)) for name in others}
    told[f"seeds in which {OWN} is above {RULES}"] = f"{above(cells, stage)} of {len(cells)}"
    lists = [name for name in sums.rankings if name != EVERYTHING]
    told |= {f"share of the undue euros: {name}": share(sums.captured(name)) for name in lists}
    told[f"share of the undue euros: {OWN} − {AMOUNT}"] = share(sums.captured(OWN, AMOUNT))
    return told


def total(held: list[Mapping[str, Any]], name: str) -> int:
    """Return a count over the cells of a stage."""
    return sum(int(one[name]) for one in held)


def above(cells: list[Cell], stage: str) -> int:
    """Return in how many cells the model is more precise than the rules."""
    each = [Sums.of(one["stages"][stage]["sums"]) for one in cells]
    return sum((sums.less(OWN, RULES).value or 0) > 0 for sums in each)


def share(found: Interval) -> str:
    """Return a figure with its interval, or why there is none."""
    if found.value is None:
        return str(found.why)
    return f"{found.value:.3f} [{found.low:.3f} ; {found.high:.3f}]"


def kinds(cells: list[Cell], stage: str) -> pd.DataFrame:
    """Return, at the highest case rate, the share of each kind's cases that each list holds, over seeds."""
    highest = cells[-1]["rate"]
    rows = [
        {"kind": code, "cases": found["cases"]}
        | {f"listed: {name}": one for name, one in found["found"].items()}
        for one in cells
        if one["rate"] == highest
        for code, found in one["stages"][stage]["kinds"].items()
    ]
    if not rows:
        return pd.DataFrame({"kind": [], "cases": []})
    means = pd.DataFrame(rows).groupby("kind").mean()
    return means.round(2).assign(cases=means["cases"].round().astype(int)).reset_index()


def misses(cells: list[Cell]) -> list[str]:
    """Return a line per bar that is missed: on the scenario with bars, pooled over seeds."""
    lines = []
    for scenario, stage, rate, some in groups(cells):
        if scenario == BARRED:
            sums = pooled(some, stage)
            lines += [
                f"{stage}, case rate {rate}: {line}"
                for bar in (_line, _of_ceiling, _above_rules, _euros, _long_enough)
                if (line := bar(sums, some, stage, rate)) is not None
            ]
    return lines


Bar = Callable[[Sums, list[Cell], str, str], str | None]


def _line(sums: Sums, cells: list[Cell], stage: str, rate: str) -> str | None:
    found = sums.precision(OWN)
    missed = rate in LINE_RATES and (found.low or 0.0) <= LINE
    return f"precision {share(found)}, not surely above {LINE:.2f}" if missed else None


def _of_ceiling(sums: Sums, cells: list[Cell], stage: str, rate: str) -> str | None:
    found = sums.ratio(OWN, CEILING)
    return f"{share(found)} of the ceiling, below {OF_CEILING}" if (found.value or 0) < OF_CEILING else None


def _above_rules(sums: Sums, cells: list[Cell], stage: str, rate: str) -> str | None:
    found, count = sums.less(OWN, RULES), above(cells, stage)
    if (found.value or 0) > 0 and count >= SEEDS_ABOVE * len(cells):
        return None
    return f"{share(found)} above rules, in {count} of {len(cells)} seeds"


def _euros(sums: Sums, cells: list[Cell], stage: str, rate: str) -> str | None:
    found = sums.captured(OWN, AMOUNT)
    missed = (found.value or 0) <= 0
    return f"{share(found)} of the undue euros beyond amounts alone" if missed else None


def _long_enough(sums: Sums, cells: list[Cell], stage: str, rate: str) -> str | None:
    shortest = min(one["stages"][stage]["capacity"] for one in cells)
    return f"a list of {shortest} cases only" if shortest < LEAST_LISTED else None

"""What keys shared by very many cost each step of the whole catalogue: no step may be quadratic.

A country of a hundred thousand requests, and as many again on top of it: of firms that share nothing, or on
one bank account, seven in ten through one filer (63,000 clients), one in ten of one establishment. Half as
many on top give the exponent with which the cost of a step grows. Where the steps run slice by slice, the
split of the files is charged to the first step of a slice.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apanalytics.features import STAGES
from benchmarks.features_costs import measured
from benchmarks.features_data import PIECE, Hot, write

REQUESTS = 100_000
"""Requests that share keys."""
EXPONENT = 1.5
"""A step whose cost grows faster with the size of the shared key than this is quadratic, or on its way."""
SEEN = 0.3
"""CPU seconds that shared keys must cost for their growth to be told from noise."""


@dataclass(frozen=True)
class Step:
    """CPU seconds of a step.

    Attributes
    ----------
    alone : on the country without what is on top of it.
    apart : with as many requests on top, that share nothing.
    half, whole : with half of the requests on top that share keys, and with all of them.
    """

    name: str
    alone: float
    apart: float
    half: float
    whole: float

    @property
    def dearer(self) -> bool:
        """Whether requests that share keys cost more than as many that do not."""
        return self.whole - max(self.alone, self.apart) >= SEEN

    @property
    def exponent(self) -> float | None:
        """The power of the size with which the cost of shared keys grows; None where they cost nothing.

        Examples
        --------
        >>> Step("quadratic", 1, 3, 2, 5).exponent
        2.0
        """
        if not self.dearer or self.half <= self.alone:
            return None
        return math.log2((self.whole - self.alone) / (self.half - self.alone))

    @property
    def quadratic(self) -> bool:
        """Whether the cost grows too fast: without bound where half as many cost nothing."""
        return self.dearer and (self.exponent is None or self.exponent > EXPONENT)


def steps_of(costs: Mapping[str, Mapping[str, float]]) -> list[Step]:
    """Put the costs of each step side by side, the dearest first."""
    names = {name for one in costs.values() for name in one}
    found = [Step(name, *(costs[way].get(name, 0.0) for way in WAYS)) for name in names]
    return sorted(found, key=lambda step: (-step.whole, step.name))


WAYS: Mapping[str, Hot | None] = {
    "alone": None,
    "apart": Hot(REQUESTS, shared=False),
    "half": Hot(REQUESTS // 2, shared=True),
    "whole": Hot(REQUESTS, shared=True),
}
"""What is on top of the country, by field of `Step`."""


def table(stage: str, found: list[Step]) -> str:
    """Write the costs of the steps in Markdown."""
    lines = [f"## {stage}", "", "| step | alone | nothing shared | half shared | shared | exponent |"]
    lines.append("|---|---|---|---|---|---|")
    for step in found:
        if step.whole >= 0.05:
            power = "" if step.exponent is None else f"{step.exponent:.1f}"
            figures = " | ".join(f"{cost:.2f}" for cost in (step.alone, step.apart, step.half, step.whole))
            lines.append(f"| {step.name} | {figures} | {power}{' **quadratic**' if step.quadratic else ''} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print what shared keys cost each step; return 1 where one is quadratic."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.parse_args(arguments)
    quadratic = False
    with tempfile.TemporaryDirectory() as place:
        folders = {way: Path(place) / way for way in WAYS}
        for way, hot in WAYS.items():
            write(folders[way], PIECE, hot)
        for stage in STAGES:
            costs = {way: measured(folder, stage, Path(place)) for way, folder in folders.items()}
            found = steps_of(costs)
            quadratic |= any(step.quadratic for step in found)
            print(table(stage, found), end="\n\n", flush=True)
    return int(quadratic)


if __name__ == "__main__":
    sys.exit(main())

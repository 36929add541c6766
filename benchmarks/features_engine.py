"""The catalogue's own steps, as one process: what `benchmarks.features` runs beside the peers.

`python -m benchmarks.features_engine DATA OUT.parquet [--memory 1GB] [--all STAGE] [--steps COSTS.json]`
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

from apanalytics.features import window, write_features
from apanalytics.features.compute import connection
from apanalytics.features.memory import engine_share
from apanalytics.tables import Tables, read
from benchmarks.peers import CORE


class Costs:
    """CPU seconds of each step, in all threads, from one call to the next.

    Parameters
    ----------
    opening : what opening a connection takes before the first step.
    """

    def __init__(self, opening: float = 0.0) -> None:
        self.seconds = defaultdict(float, {"opening": opening})
        self._before = time.process_time() + opening

    def __call__(self, step: str) -> None:
        """Charge to a step what was used since the last call."""
        now = time.process_time()
        self.seconds[step] += now - self._before
        self._before = now


def opened(tables: Tables, stage: str) -> float:
    """Give the CPU seconds that a connection with the tables, the law and the window takes."""
    before = time.process_time()
    with connection(tables, stage, window(), None):
        return time.process_time() - before


def main() -> None:
    """Write the features asked for, and what each step cost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--memory")
    parser.add_argument("--all", metavar="STAGE", help="every feature of a stage, not the twelve")
    parser.add_argument("--steps", type=Path, help="where to write the cost of each step")
    asked = parser.parse_args()
    tables, stage = read(asked.data), asked.all or "payment"
    opening = opened(tables, stage) if asked.steps else 0.0
    only, costs = None if asked.all else CORE, Costs(opening)
    share = engine_share(asked.memory)  # as the command shares the memory of the process
    write_features(tables, stage, asked.out, window(), only=only, memory=share, done=costs)
    costs("assembly")
    if asked.steps:
        asked.steps.write_text(json.dumps(costs.seconds))


if __name__ == "__main__":
    main()

"""Run every benchmark, one after another: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = (
    *("law", "realism", "synth", "difficulty", "targeting", "risk", "shares", "reports", "explorer"),
    *("features", "features_costs", "features_hot"),
)
"""The scripts of this folder that measure something; the others are what these use.

Not `yields`: it holds nothing to a bar, but prints settings to paste in the change that unfreezes `base`.
"""


def main() -> int:
    """Run each benchmark in a process of its own; return how many failed."""
    failures = 0
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False)
        failures += done.returncode != 0
    return failures


if __name__ == "__main__":
    sys.exit(min(main(), 1))

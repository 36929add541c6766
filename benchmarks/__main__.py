"""Run every benchmark, one after another: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run each script of this folder in a process of its own; return how many failed."""
    failures = 0
    for script in sorted(HERE.glob("*.py")):
        if script.stem.startswith("__"):
            continue
        print(f"== {script.stem}", flush=True)
        failures += (
            subprocess.run([sys.executable, "-m", f"benchmarks.{script.stem}"], check=False).returncode != 0
        )
    return failures


if __name__ == "__main__":
    sys.exit(min(main(), 1))

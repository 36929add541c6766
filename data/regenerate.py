"""Draw the committed synthetic country again: `python data/regenerate.py`.

Two regions (Hauts-de-France and Corsica) of one national draw, small enough to be committed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from apanalytics.synthetic import Drawn, synth

FOLDER = Path(__file__).parent / "synthetic"
"""The committed country."""


def regenerate(folder: Path) -> Drawn:
    """Write the two regions to `folder`; the arguments of the committed draw stand here and nowhere else."""
    return synth(folder, requests=32_000, seed=2022, regions=["32", "94"])


if __name__ == "__main__":
    drawn = regenerate(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for table, rows in drawn.rows.items():
        print(f"{table:16} {rows:>8,}")

"""A hash of the values of a small country, table by table, for another machine to compare with.

Values, not file bytes: rows in the order of the key, numbers to ten digits. After a change of the
generator that is meant to move them, say why in the commit and write the file again:

    python -m tests.synthetic_values
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import pandas as pd

from apanalytics.synthetic import synth
from apanalytics.tables import read, schema

GOLDEN = Path(__file__).parent / "golden" / "synthetic_values.json"
DRAW = {"requests": 400, "seed": 11, "scenario": "tiny"}


def in_order(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in the order of the key of the table, columns in the order of their names."""
    key = [column for column in schema(name).primary_key if column in frame]
    return frame.sort_values(key, ignore_index=True)[sorted(frame.columns)]


def value_hash(name: str, frame: pd.DataFrame) -> str:
    """Return a hash of the values of a table that neither the order of rows nor the file format moves."""
    text = in_order(name, frame).to_csv(index=False, float_format="%.10g", lineterminator="\n")
    return hashlib.sha256(text.encode()).hexdigest()


def value_hashes(folder: Path) -> dict[str, str]:
    """Return the hash of the values of each table of a folder."""
    tables = read(folder)
    return {name: value_hash(name, getattr(tables, name).to_pandas()) for name in sorted(tables.names)}


def drawn_hashes() -> dict[str, str]:
    """Draw the small country and return the hash of each table."""
    with tempfile.TemporaryDirectory() as place:
        synth(f"{place}/country", **DRAW)
        return value_hashes(Path(place) / "country")


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(drawn_hashes(), indent=1) + "\n", "utf-8")

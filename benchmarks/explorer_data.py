"""A prepared country of a million cases for `benchmarks.explorer`: a drawn one, copied with keys of its own.

To draw and to prepare a million cases takes ten minutes and measures nothing of the explorer. So a country of
30,000 requests is drawn and prepared, then each table that a page reads, and each prepared frame, is copied
17 times: identifiers get the number of the copy, SIREN are moved, names end with the number, amounts and
anomaly scores are raised by a thousandth for each copy, so that neither sorts nor searches meet repeated
values. Places, sectors and months stay as drawn: the boxes count what they would in a country of that size.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

from apanalytics.prepare import prepared
from apanalytics.synthetic import synth
from apanalytics.tables import Tables

REQUESTS, COPIES = 30_000, 17
TABLES = ("requests", "request_events", "claims", "establishments", "controls", "insolvencies")
"""Canonical tables that a page of the explorer reads."""
FRAMES = ("cases", "features", "criteria", "anomaly")
ORDER = ("region", "case_id", "request_id", "claim_id", "siret", "siren")
"""By what a copied table is sorted, as far as it has these."""
MOVE = 58_823_531
"""What a SIREN moves by from a copy to the next, modulo a billion."""
SIREN = f"lpad(CAST((CAST(left({{0}}, 9) AS BIGINT) + copy * {MOVE}) % 1000000000 AS VARCHAR), 9, '0')"
CHANGED = {
    **dict.fromkeys(("request_id", "claim_id", "case_id", "control_id"), "{0} || '-' || copy"),
    "siren": SIREN,
    "siret": SIREN + " || right({0}, 5)",
    "name": "{0} || ' ' || copy",
    "amount_eur": "{0} * (1 + copy / 1000)",
    "score": "{0} * (1 + copy / 1000)",
}
"""What becomes of a column in a copy."""


def grown(folder: Path, requests: int = REQUESTS, copies: int = COPIES) -> Path:
    """Draw, prepare and copy a country into `folder`; one that is there already is taken as it is."""
    drawn, data = folder / "drawn", folder / "grown"
    if not (drawn / "synth.json").exists():
        synth(drawn, requests=requests, seed=1, lines=False)
    parts = prepared(drawn).parts
    if not data.exists():
        for name in TABLES:
            _copy(drawn / f"{name}.parquet", data / f"{name}.parquet", copies)

    def instead(_: Tables, stage: str, place: Path, *rest: object) -> None:
        for name in FRAMES:
            _copy(parts[stage] / f"{name}.parquet", place / f"{name}.parquet", copies)

    module: Any = importlib.import_module("apanalytics.prepare")
    with mock.patch.object(module, "_prepare_stage", instead):
        prepared(data)
    return data


def _copy(source: Path, target: Path, copies: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        rows = con.read_parquet(str(source))
        names = rows.columns
        changed = ", ".join(f"{CHANGED[name].format(name)} AS {name}" for name in names if name in CHANGED)
        order = ", ".join(name for name in ORDER if name in names)
        con.execute(
            f"COPY (SELECT * EXCLUDE (copy) REPLACE ({changed}) FROM rows, range({copies}) AS copies(copy) "
            f"ORDER BY {order}) TO '{target}' (FORMAT parquet, ROW_GROUP_SIZE 20000, COMPRESSION zstd)"
        )

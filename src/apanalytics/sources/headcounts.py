"""Canonical `headcounts` from the values of GIP-MDS and of URSSAF, version by version."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from apanalytics.sources.dsn_layout import sql
from apanalytics.sources.judging import create_rows
from apanalytics.tables.schema import schema

STEPS = {"gip_values": "gip_headcounts", "urssaf_values": "urssaf_headcounts"}
"""Step of `sources/sql` that adds the rows of each kind of value, in order."""


def make_headcounts(con: duckdb.DuckDBPyConnection, judged: Collection[str]) -> dict[str, set[str]]:
    """Create `kept_headcounts` from the values judged; return its columns.

    Parameters
    ----------
    con : holds `kept_gip_values`, `kept_urssaf_values` or both.
    judged : names of the tables that were judged.
    """
    contract = schema("headcounts")
    create_rows(con, "kept_headcounts", contract)
    for values, step in STEPS.items():
        if values in judged:
            con.execute(sql(step))
    return {"headcounts": {field.name for field in contract.fields}}

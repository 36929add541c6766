"""The tables of the law, for the peers: the same that the catalogue's steps read."""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa

from apanalytics import law


@cache
def _law() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    law.sql_tables(con)
    return con


def law_table(name: str) -> pa.Table:
    """Give a table of the law: `law_months`, `law_procedure`."""
    return _law().sql(f"select * from {name}").to_arrow_table()

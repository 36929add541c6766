"""The tables of the law, for the peers: the same that the catalogue's steps read."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from apanalytics import law


def law_table(name: str) -> pa.Table:
    """Give a table of the law: `law_months`, `law_procedure`."""
    with duckdb.connect() as con:
        law.sql_tables(con)
        return con.sql(f"select * from {name}").to_arrow_table()

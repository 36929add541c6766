"""Canonical tables on disk: Parquet with the types of the contract, the same bytes for the same rows."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.errors import InvalidArgument
from apanalytics.tables.casting import Ask, typed_columns
from apanalytics.tables.connection import open_connection, quoted
from apanalytics.tables.inputs import ABSENT, as_arrow
from apanalytics.tables.schema import schema

ROW_GROUP = 122_880
"""Rows per Parquet row group: 60 of DuckDB's vectors."""


def write_table(data: pd.DataFrame | duckdb.DuckDBPyRelation, name: str, folder: str | Path) -> Path:
    """Write one canonical table as `folder/<name>.parquet`, ordered by its key, through a temporary file.

    Every contract column is written. Those that `data` lacks are null, and the file says so in its metadata:
    `Tables.columns` leaves them out.

    Parameters
    ----------
    data : a frame, or a relation of any size on its own connection; columns of the contract only.
    name : one of the contract's tables, or `targets`.
    folder : where to write; it is created.

    Returns
    -------
    The path written. The same rows in any order give the same bytes.

    Raises
    ------
    MissingColumn, DataRefused : a required column is not there, or a value does not fit its type.
    InvalidArgument : `data` has a column that the contract does not know.

    Examples
    --------
    >>> frame = pd.DataFrame({"predecessor": ["1" * 14], "successor": ["2" * 14], "known_on": ["2020-05-01"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     pq.read_table(write_table(frame, "successions", folder)).num_rows
    1
    """
    if isinstance(data, pd.DataFrame):
        with open_connection() as con:
            con.register("frame", as_arrow(data, f"frame {name!r}"))
            return write_table(con.sql("select * from frame"), name, folder)
    contract = schema(name)
    present = {column: str(kind) for column, kind in zip(data.columns, data.types, strict=True)}
    names = [field.name for field in contract.fields]
    unknown = sorted(set(present) - set(names))
    if unknown:
        raise InvalidArgument(
            f"Table {name!r} has no such column in the contract",
            value=unknown[0],
            todo=f"It has: {', '.join(names)}.",
        )
    ask: Ask = partial(data.query, "rows_to_write")
    select = ", ".join(typed_columns(ask, contract, "rows_to_write", name, present))
    order = ", ".join(quoted(column) for column in dict.fromkeys((*contract.primary_key, *names)))
    typed = ask(f"select {select} from rows_to_write order by {order}")
    absent = ",".join(column for column in names if column not in present)
    arrow = contract.arrow().with_metadata({ABSENT: absent.encode()} if absent else None)
    return _write_parquet(typed, arrow, Path(folder) / f"{name}.parquet")


def _write_parquet(rows: duckdb.DuckDBPyRelation, arrow: pa.Schema, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        with pq.ParquetWriter(new, arrow, compression="zstd") as writer:
            for batch in rows.to_arrow_reader(ROW_GROUP):
                writer.write_table(pa.Table.from_batches([batch]).cast(arrow))
        os.chmod(new, 0o644)
        os.replace(new, path)
    finally:
        Path(new).unlink(missing_ok=True)
    return path

"""Canonical tables on disk: Parquet with the types of the contract, the same bytes for the same rows."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.errors import DataRefused, InvalidArgument
from apanalytics.tables.casting import Ask, typed_columns
from apanalytics.tables.connection import open_connection, quoted
from apanalytics.tables.inputs import ABSENT, as_arrow
from apanalytics.tables.schema import Schema, schema

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
    return _write_parquet(typed, _with_absent(contract, set(present)), Path(folder) / f"{name}.parquet")


@contextmanager
def ordered_writer(name: str, folder: str | Path) -> Iterator[Callable[[pd.DataFrame], None]]:
    """Yield a function that adds rows to `folder/<name>.parquet`; they must come in the order of its key.

    For tables too large to be sorted as a whole: the caller gives piece after piece, each with the same
    columns. The file, empty where nothing was added, is renamed into place when the block ends well.

    Parameters
    ----------
    name : one of the contract's tables.
    folder : where to write; it is created.

    Raises
    ------
    DataRefused : a piece begins before the end of the one that came before, by the first column of the key.

    Examples
    --------
    >>> pieces = [pd.DataFrame({"predecessor": [n * 14], "successor": ["9" * 14]}) for n in "12"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with ordered_writer("successions", folder) as add:
    ...         for piece in pieces:
    ...             add(piece.assign(known_on=pd.Timestamp("2020-05-01")))
    ...     pq.read_table(f"{folder}/successions.parquet").num_rows
    2
    """
    path = Path(folder) / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    pieces = _Pieces(name, Path(new))
    try:
        yield pieces.add
        pieces.close()
        os.chmod(new, 0o644)
        os.replace(new, path)
    finally:
        Path(new).unlink(missing_ok=True)


class _Pieces:
    """A Parquet file of one table that grows piece by piece."""

    def __init__(self, name: str, path: Path) -> None:
        self.contract, self.path = schema(name), path
        self.writer: pq.ParquetWriter | None = None
        self.last = ""

    def add(self, frame: pd.DataFrame) -> None:
        if frame.empty:
            return
        first = frame[self.contract.primary_key[0]]
        if str(first.iloc[0]) < self.last:
            raise DataRefused(
                "Rows are not in the order of the key", where=self.contract.name, value=first.iloc[0]
            )
        self.last = str(first.iloc[-1])
        given = as_arrow(frame, f"frame {self.contract.name!r}")
        arrow = _with_absent(self.contract, set(given.column_names))
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, arrow, compression="zstd")
        columns = [
            given[field.name].cast(field.type)
            if field.name in given.column_names
            else pa.nulls(len(frame), field.type)
            for field in arrow
        ]
        self.writer.write_table(pa.table(columns, schema=arrow), row_group_size=ROW_GROUP)

    def close(self) -> None:
        writer = self.writer or pq.ParquetWriter(self.path, _with_absent(self.contract, set()))
        writer.close()


def _with_absent(contract: Schema, present: set[str]) -> pa.Schema:
    """The contract's Arrow schema, which says in its metadata which columns were not given."""
    absent = ",".join(field.name for field in contract.fields if field.name not in present)
    return contract.arrow().with_metadata({ABSENT: absent.encode()} if absent else None)


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

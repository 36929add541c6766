"""Where the rows of a table lie: Parquet (a file or a folder), CSV, or a frame in memory."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.errors import DataRefused, UnreadableFile
from apanalytics.tables.connection import literal, quoted

ABSENT = b"apanalytics.absent"
"""Key of the Parquet metadata that lists the columns that the source did not carry: null throughout."""


class Input(Protocol):
    """The rows of one table, wherever they lie."""

    @property
    def where(self) -> str:
        """File, folder or frame, for messages."""

    def scan(self, con: duckdb.DuckDBPyConnection, name: str) -> str:
        """SQL table expression that reads the rows on this connection."""

    def absent(self) -> frozenset[str]:
        """Columns that are there for form only, because the source did not carry them."""

    def fingerprint(self) -> str:
        """Hash that changes with any byte of the rows."""


@dataclass(frozen=True)
class ParquetInput:
    """A Parquet file, or a folder of them."""

    path: Path

    @property
    def where(self) -> str:
        """The file or folder, for messages."""
        return str(self.path)

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The Parquet files, in name order."""
        return tuple(sorted(self.path.rglob("*.parquet"))) if self.path.is_dir() else (self.path,)

    def scan(self, con: duckdb.DuckDBPyConnection, name: str) -> str:
        """SQL table expression that reads the files together."""
        names = ", ".join(literal(str(file)) for file in self.files)
        return f"read_parquet([{names}], union_by_name=true)"

    def absent(self) -> frozenset[str]:
        """Columns that every file declares absent from its source."""
        declared = []
        for file in self.files:
            try:
                metadata = pq.read_schema(file).metadata or {}
            except (OSError, ValueError) as error:
                raise UnreadableFile("Not a readable Parquet file", where=str(file), why=str(error)) from None
            declared.append(frozenset(filter(None, metadata.get(ABSENT, b"").decode().split(","))))
        return frozenset.intersection(*declared) if declared else frozenset()

    def fingerprint(self) -> str:
        """Hash of the names, sizes and bytes of the files."""
        return _hash_files(self.files)


@dataclass(frozen=True)
class CsvInput:
    """A CSV file with a header, UTF-8, separated by commas or semicolons."""

    path: Path

    @property
    def where(self) -> str:
        """The file, for messages."""
        return str(self.path)

    def scan(self, con: duckdb.DuckDBPyConnection, name: str) -> str:
        """SQL table expression that reads every column as text; an empty value is missing."""
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            line = file.readline()
        separator = ";" if line.count(";") > line.count(",") else ","
        header = next(csv.reader([line], delimiter=separator), [])
        columns = ", ".join(f"{literal(column.strip())}: 'VARCHAR'" for column in header)
        return (
            f"read_csv({literal(str(self.path))}, header=true, auto_detect=false, columns={{{columns}}}, "
            f"delim='{separator}', quote='\"', escape='\"', nullstr='')"
        )

    def absent(self) -> frozenset[str]:
        """None: what a CSV file does not carry is not in its header."""
        return frozenset()

    def fingerprint(self) -> str:
        """Hash of the name, size and bytes of the file."""
        return _hash_files((self.path,))


@dataclass(frozen=True, eq=False)
class FrameInput:
    """A pandas frame."""

    frame: pd.DataFrame
    where: str = "frame in memory"

    def scan(self, con: duckdb.DuckDBPyConnection, name: str) -> str:
        """Register the frame on the connection and return its name."""
        con.register(f"frame_{name}", as_arrow(self.frame, self.where))
        return quoted(f"frame_{name}")

    def absent(self) -> frozenset[str]:
        """None: a frame has the columns that it has."""
        return frozenset()

    def fingerprint(self) -> str:
        """Hash of the column names and values."""
        values = pd.util.hash_pandas_object(self.frame, index=False).to_numpy().tobytes()
        return hashlib.sha256(repr(list(self.frame.columns)).encode() + values).hexdigest()


def as_arrow(frame: pd.DataFrame, where: str) -> pa.Table:
    """Turn a frame into Arrow, without its index.

    Raises
    ------
    DataRefused : a column mixes types.

    Examples
    --------
    >>> as_arrow(pd.DataFrame({"headcount": [3, 1]})[::-1], "here").to_pydict()
    {'headcount': [1, 3]}
    """
    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise DataRefused("A column mixes types", where=where, why=str(error.args[-1])) from None


def find_input(folder: Path, name: str) -> Input | None:
    """Return the input of one table in a data folder, or None where the folder has none.

    Raises
    ------
    DataRefused : the table is there twice, as Parquet and as CSV.

    Examples
    --------
    >>> find_input(Path("data/synthetic"), "requests").files[0].name
    'requests.parquet'
    """
    parquet, csv = folder / f"{name}.parquet", folder / f"{name}.csv"
    if parquet.exists() and csv.exists():
        raise DataRefused(
            f"Table {name!r} is there twice",
            where=str(folder),
            value=f"{parquet.name}, {csv.name}",
            todo="Keep one of them.",
        )
    if parquet.exists():
        found = ParquetInput(parquet)
        if not found.files:
            raise UnreadableFile("The folder holds no Parquet file", where=str(parquet))
        return found
    return CsvInput(csv) if csv.exists() else None


def _hash_files(files: tuple[Path, ...]) -> str:
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        whole.update(f"{file.name}\0{file.stat().st_size}\0{digest}\n".encode())
    return whole.hexdigest()

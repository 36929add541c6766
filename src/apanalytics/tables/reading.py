"""Lazy tables over a data folder: Parquet or CSV, every contract column with its type."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pandas as pd

from apanalytics.errors import InvalidArgument, MissingTable
from apanalytics.tables.casting import column_types, typed_columns
from apanalytics.tables.connection import open_connection, quoted
from apanalytics.tables.inputs import FrameInput, Input, find_input
from apanalytics.tables.schema import TABLES, Schema, as_frame, schema


class Table:
    """One table of a data folder, read only when asked for.

    Examples
    --------
    >>> requests = read("data/synthetic").requests
    >>> requests.to_pandas(columns=["request_id", "motive"]).dtypes.astype(str).tolist()
    ['str', 'Int64']
    >>> len(requests) == len(requests.to_pandas(["siret"]))
    True
    """

    def __init__(self, tables: Tables, name: str) -> None:
        self._tables = tables
        self.name = name
        self.schema: Schema = schema(name)

    def to_pandas(self, columns: Iterable[str] | None = None) -> pd.DataFrame:
        """Return the rows, ordered by the key: `str`, `Int64`, `float64`, `boolean`, `datetime64[us]`.

        Parameters
        ----------
        columns : contract columns wanted, in this order; None is all of them, absent ones null.
        """
        wanted = list(columns) if columns is not None else [field.name for field in self.schema.fields]
        select = ", ".join(quoted(self.schema.field(name).name) for name in wanted)
        order = ", ".join(quoted(name) for name in self.schema.primary_key)
        with self._tables.connect() as con:
            return as_frame(con.sql(f"select {select} from {self.name} order by {order}").to_arrow_table())

    def __len__(self) -> int:
        with self._tables.connect() as con:
            ((count,),) = con.execute(f"select count(*) from {self.name}").fetchall()
        return int(count)

    def __repr__(self) -> str:
        return f"<Table {self.name}: {self.schema.title}>"


class Tables:
    """The canonical tables of one data folder, or of frames in memory: `tables.requests`, `tables.claims`, …

    Nothing is read before it is asked for. A table that the contract knows and the folder lacks raises
    `MissingTable` when it is named; `has` asks first.

    Attributes
    ----------
    folder : the data folder, None for frames in memory.

    Examples
    --------
    >>> tables = read("data/synthetic")
    >>> tables.has("requests"), tables.has("insolvencies") == ("insolvencies" in tables.names)
    (True, True)
    """

    def __init__(self, inputs: Mapping[str, Input], folder: Path | None = None) -> None:
        self._inputs = dict(inputs)
        self._columns: dict[str, tuple[str, ...]] = {}
        self.folder = folder

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """Build tables from pandas frames, by table name; the columns are those of the contract.

        Examples
        --------
        >>> frame = schema("successions").empty()
        >>> Tables.from_frames({"successions": frame}).names
        ('successions',)
        """
        unknown = sorted(set(frames) - set(TABLES))
        if unknown:
            raise InvalidArgument(
                "Unknown table", value=unknown[0], todo=f"The contract has: {', '.join(TABLES)}."
            )
        return cls({name: FrameInput(frame, f"frame {name!r}") for name, frame in frames.items()})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables that are there, in the order of the contract."""
        return tuple(name for name in TABLES if name in self._inputs)

    def has(self, name: str) -> bool:
        """Whether the table is there."""
        return name in self._inputs

    def columns(self, name: str) -> tuple[str, ...]:
        """Contract columns that the source of this table really carried; the others are null."""
        if name not in self._columns:
            found = self.input(name)
            with open_connection() as con:
                present = column_types(con.sql, found.scan(con, name), found.where)
            fields, absent = schema(name).fields, found.absent()
            self._columns[name] = tuple(f.name for f in fields if f.name in present and f.name not in absent)
        return self._columns[name]

    def input(self, name: str) -> Input:
        """Return where the rows of a table lie; raises MissingTable where it is not there."""
        if name not in self._inputs:
            raise MissingTable(name, self.folder or "frames in memory")
        return self._inputs[name]

    def connect(self, memory: str | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
        """Open a DuckDB connection with one view per contract table and every contract column.

        A column that the source lacks is a typed null; a table that is not there is an empty view. The caller
        closes the connection (it is a context manager).

        Parameters
        ----------
        memory : memory limit such as `2GB`, above which DuckDB spills to its own folder; None is the default.
        threads : threads to use; None is the number of cores.

        Raises
        ------
        MissingColumn : a table lacks a required column.
        DataRefused : a value does not fit the type of its column.

        Examples
        --------
        >>> with read("data/synthetic").connect() as con:
        ...     con.execute("select count(*) > 0 from claims where month is not null").fetchone()
        (True,)
        """
        con = open_connection(memory, threads)
        try:
            for name in TABLES:
                self._create_view(con, name)
        except Exception:
            con.close()
            raise
        return con

    def _create_view(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        contract = schema(name)
        if name not in self._inputs:
            columns = [f"cast(null as {contract.sql_type(f)}) as {quoted(f.name)}" for f in contract.fields]
            con.execute(f"create view {name} as select {', '.join(columns)} where false")
            return
        found = self._inputs[name]
        scan = found.scan(con, name)
        present = column_types(con.sql, scan, found.where)
        columns = typed_columns(con.sql, contract, scan, found.where, present)
        con.execute(f"create view {name} as select {', '.join(columns)} from {scan}")

    def fingerprint(self, names: Iterable[str] | None = None) -> str:
        """Hash of the inputs (names, sizes, bytes), for manifests: equal data, equal hash.

        Parameters
        ----------
        names : tables to take; None is all that are there. A table that is not there counts as absent.
        """
        whole = hashlib.sha256()
        for name in sorted(names if names is not None else self.names):
            content = self._inputs[name].fingerprint() if name in self._inputs else "absent"
            whole.update(f"{name}\0{content}\n".encode())
        return whole.hexdigest()

    def __getattr__(self, name: str) -> Table:
        if name not in TABLES:
            raise AttributeError(f"Tables has no attribute {name!r}")
        self.input(name)
        return Table(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.names})

    def __repr__(self) -> str:
        return f"<Tables {self.folder or 'in memory'}: {', '.join(self.names)}>"


def read(folder: str | Path) -> Tables:
    """Open a data folder: lazy canonical tables over its Parquet or CSV files.

    Parameters
    ----------
    folder : a folder that holds `<table>.parquet` (a file, or a folder of files) or `<table>.csv`.

    Returns
    -------
    Tables; nothing is read yet. `.requests`, `.claims`, … give one table each, `.to_pandas()` its rows.

    Raises
    ------
    InvalidArgument : the folder does not exist.
    MissingTable : it holds no table of the contract.
    DataRefused : a table is there twice, as Parquet and as CSV.

    Examples
    --------
    >>> tables = read("data/synthetic")
    >>> sorted(tables.requests.to_pandas()["date_basis"].dropna().unique())
    ['filed']
    """
    place = Path(folder)
    if not place.is_dir():
        raise InvalidArgument(
            "Data folder not found",
            value=str(folder),
            todo="`apanalytics ingest` or `apanalytics synth` makes one.",
        )
    inputs = {name: found for name in TABLES if (found := find_input(place, name)) is not None}
    if not inputs:
        raise MissingTable("requests", place)
    return Tables(inputs, place)

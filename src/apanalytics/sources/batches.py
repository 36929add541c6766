"""One readable input: where its rows are, and how each contract column is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from apanalytics.errors import InvalidArgument
from apanalytics.sources.csv_records import Record, csv_records
from apanalytics.sources.staging import Staged
from apanalytics.sources.workbook import workbook_records
from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.rules import Column
from apanalytics.tables.schema import Schema

CSV_SUFFIXES = (".csv", ".txt", ".tsv")

PLACE = ("place_department", "place_region", "place_naf")
"""What an extract says of the establishment itself; used where SIRENE does not know it."""


@dataclass(frozen=True)
class Batch:
    """Rows of one file, or of one sheet, for one table.

    Attributes
    ----------
    source, file, layout : where they come from, as `ingest.json` says it.
    contract : schema against which they are judged.
    scan : SQL table expression with `line` (physical line or row; see `per_line`).
    columns : how each contract column is read.
    extras : further SQL expressions, by name, that later steps need.
    raw, problem : SQL of the row as text, and of what made it unreadable.
    rows : rows read.
    per_line : how many numbers `line` has for one physical line, where a line holds several values.
    """

    source: str
    file: str
    layout: str
    contract: Schema
    scan: str
    columns: Mapping[str, Column]
    rows: int
    extras: Mapping[str, str] = field(default_factory=dict)
    raw: str = "null"
    problem: str = "null"
    per_line: int = 1


@dataclass(frozen=True)
class Ignored:
    """A file of the folder that was not read, and why."""

    source: str
    file: str
    why: str


def staged_scan(staged: Staged) -> str:
    """SQL table expression over a staged file.

    Examples
    --------
    >>> staged_scan(Staged(Path("a.parquet"), ("ID_DA",), 3))
    "read_parquet('a.parquet')"
    """
    return f"read_parquet({literal(str(staged.path))})"


def staged_raw(staged: Staged) -> str:
    """SQL of a staged row as text: its columns joined by `;`, or the raw line where it could not be split.

    Examples
    --------
    >>> print(staged_raw(Staged(Path("a.parquet"), ("ID_DA", "HTA"), 3)))
    coalesce(raw, case when problem is null
        then concat_ws(';', coalesce("ID_DA", ''), coalesce("HTA", '')) end)
    """
    cells = ", ".join(f"coalesce({quoted(name)}, '')" for name in staged.headers)
    return f"coalesce(raw, case when problem is null then concat_ws(';', {cells}) end)"


def files_of(folder: Path, option: str) -> list[tuple[str, Path]]:
    """(relative name, path) of each file under a folder, in name order; a single file is itself.

    Raises
    ------
    InvalidArgument : there is no such folder, or it is empty.

    Examples
    --------
    >>> files_of(Path("/no/such/folder"), "--apart")
    Traceback (most recent call last):
    apanalytics.errors.InvalidArgument: Folder not found (--apart): '/no/such/folder'.
    ...
    """
    if folder.is_file():
        return [(folder.name, folder)]
    if not folder.is_dir():
        raise InvalidArgument("Folder not found", where=option, value=str(folder), todo="Check the path.")
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    if not found:
        raise InvalidArgument("The folder is empty", where=option, value=str(folder), todo="Check the path.")
    return [(path.relative_to(folder).as_posix(), path) for path in found]


def sheets_of(name: str, path: Path) -> Iterator[tuple[str, list[str], Iterator[Record]]] | None:
    """(name, header, rows) of each table that a CSV file or a workbook holds; None for another kind of file.

    Examples
    --------
    >>> sheets_of("notes.json", Path("notes.json")) is None
    True
    """
    kind = path.suffix.lower()
    if kind in CSV_SUFFIXES:
        return _with_headers([(name, csv_records(path))])
    if kind in (".xlsx", ".xlsm"):
        folder = name.removesuffix(path.name)
        return _with_headers((folder + sheet, rows) for sheet, rows in workbook_records(path))
    return None


def _with_headers(
    sheets: Iterable[tuple[str, Iterator[Record]]],
) -> Iterator[tuple[str, list[str], Iterator[Record]]]:
    for name, records in sheets:
        header = next(records, None)
        yield name, header.cells if header else [], records

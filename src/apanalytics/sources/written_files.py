"""Extracts on disk in the look of the real ones: CSV or Excel, row by row, through a temporary file."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter import Workbook

from apanalytics.errors import InvalidArgument

EXCEL_ROWS = 1_048_576
"""Rows that a sheet can hold, header included."""

_CHUNK = 20_000


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query without holding them all.

    Examples
    --------
    >>> list(rows_of(duckdb.connect(), "select * from range(3)"))
    [(0,), (1,), (2,)]
    """
    result = con.execute(sql)
    while rows := result.fetchmany(_CHUNK):
        yield from rows


def write_csv(
    path: Path, header: Sequence[str], rows: Iterator[tuple[Any, ...]], quoting: int, end: str = "\n"
) -> Path:
    """Write a comma-separated UTF-8 file; a missing value is empty.

    Parameters
    ----------
    path : file to write; its folder is created.
    header : column names.
    rows : values, in the order of the header.
    quoting : `csv.QUOTE_MINIMAL`, or `csv.QUOTE_NONNUMERIC` for the look of the narrow vintage.
    end : end of line.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_csv(Path(folder, "a.csv"), ["ID", "HTA"], iter([("1", 2.0)]), csv.QUOTE_NONNUMERIC)
    ...     path.read_text()
    '"ID","HTA"\\n"1",2.0\\n'
    """
    with beside(path) as new, new.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_excel(path: Path, sheet: str, header: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> Path:
    """Write a workbook of one sheet: text as text, dates as Excel dates, a missing value as an empty cell.

    Raises
    ------
    InvalidArgument : more rows than a sheet can hold.

    Examples
    --------
    >>> import openpyxl
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_excel(Path(folder, "a.xlsx"), "DEMANDE", ["ID_DA", "HTA"], iter([("=1", 2.5)]))
    ...     list(openpyxl.load_workbook(path).active.values)
    [('ID_DA', 'HTA'), ('=1', 2.5)]
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with beside(path) as new, Workbook(str(new), options) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        page.write_row(0, 0, header)
        for number, row in enumerate(rows, start=1):
            if number == EXCEL_ROWS:
                raise InvalidArgument(
                    "Too many rows for one Excel sheet", where=sheet, value=number, todo="Write CSV instead."
                )
            for place, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(number, place, value, day)
                elif isinstance(value, str):
                    page.write_string(number, place, value)
                elif value is not None:
                    page.write_number(number, place, value)
    return path


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Yield a temporary file beside `path`; when the block ends well, rename it into place.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with beside(Path(folder, "new", "a.csv")) as new:
    ...         _ = new.write_text("ID")
    ...     Path(folder, "new", "a.csv").read_text()
    'ID'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
        os.chmod(name, 0o644)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)

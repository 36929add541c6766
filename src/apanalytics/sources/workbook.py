"""Records of the sheets of an Excel workbook, read as a stream."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from apanalytics.errors import UnreadableFile
from apanalytics.sources.csv_records import Record

DIGITS_OF = {"ETAB_SIRET": 14, "SIRET": 14, "SIREN": 9}
"""Identifiers that Excel may hold as numbers, and so without their leading zeros: their number of digits."""


def workbook_records(path: Path) -> Iterator[tuple[str, Iterator[Record]]]:
    """Yield (name, records) of each sheet of a workbook; the first record that is not blank is the header.

    A workbook of one sheet is called by its file name alone, another one by `file#sheet`.

    Dates become ISO text, numbers plain text, an identifier held as a number gets its leading zeros back.

    Raises
    ------
    UnreadableFile : not a workbook that can be opened.

    Examples
    --------
    >>> import tempfile, openpyxl
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     book = openpyxl.Workbook()
    ...     book.active.append(["ETAB_SIRET", "MOIS"])
    ...     book.active.append([1000000000008, date(2020, 3, 1)])
    ...     book.save(f"{folder}/a.xlsx")
    ...     for name, rows in workbook_records(Path(folder, "a.xlsx")):
    ...         print(name, [record.cells for record in rows])
    a.xlsx [['ETAB_SIRET', 'MOIS'], ['01000000000008', '2020-03-01']]
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles, which are of no interest here
            book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise UnreadableFile("Not a readable Excel workbook", where=str(path), why=str(error)) from None
    try:
        for sheet in book.worksheets:
            name = path.name if len(book.worksheets) == 1 else f"{path.name}#{sheet.title}"
            yield name, _records(sheet.iter_rows(values_only=True))
    finally:
        book.close()


def _records(rows: Iterator[tuple[Any, ...]]) -> Iterator[Record]:
    widths: list[int] | None = None
    for number, row in enumerate(rows, start=1):
        if not any(value is not None for value in row):
            continue
        if widths is None:
            header = [_text(value, 0).strip() for value in row]
            while header and not header[-1]:
                header.pop()
            widths = [DIGITS_OF.get(name.upper(), 0) for name in header]
            yield Record(number, header)
            continue
        cells = [_text(value, width) for value, width in zip(row, widths, strict=False)]
        cells += [""] * (len(widths) - len(cells))
        if any(cell.strip() for cell in cells):
            yield Record(number, cells)


def _text(value: Any, digits: int) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        return f"{value:0{digits}d}" if digits else str(value)
    return str(value)

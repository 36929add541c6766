"""A view as files that people open: CSV and XLSX, French titles, no cell that a spreadsheet could run."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from apanalytics.explorer.columns import GROUP_BY_NAME, Column
from apanalytics.explorer.selecting import Selection
from apanalytics.reports.french import absent
from apanalytics.targeting.reading_copies import neutral, sheet_name

MOST_ROWS = 200_000
"""Rows of one file; a larger view is refused, and says so."""
DECIMALS: Mapping[str, int] = {"hours": 2, "euros": 2, "ratio": 3, "share": 4, "score": 3}
FORMATS: Mapping[str, str] = {
    "date": "dd/mm/yyyy",
    "month": "mm/yyyy",
    "count": "#,##0",
    "hours": "#,##0.0",
    "euros": "#,##0.00 €",
    "ratio": "0.00",
    "share": "0 %",
    "score": "0.0",
}
"""Number format of a workbook's column by kind."""
Row = dict[str, Any]


def rows_of(selection: Selection, columns: list[Column]) -> list[Row]:
    """Give every row of a view in its order, with the columns asked for and the department."""
    view, names = selection.view, dict.fromkeys([*(column.name for column in columns), "department"])
    return selection.seen.records(selection.cases, list(names), view.sort, view.down, most=MOST_ROWS)


def as_csv(rows: list[Row], columns: list[Column]) -> bytes:
    """Write rows for a French spreadsheet: `;`, UTF-8 with its mark, decimal comma, ISO dates.

    Examples
    --------
    >>> from apanalytics.explorer.columns import BY_NAME
    >>> columns = [BY_NAME["case_id"], BY_NAME["amount_eur"]]
    >>> as_csv([{"case_id": "=1+1", "amount_eur": 2.5}], columns).decode("utf-8-sig").splitlines()
    ['Dossier;Montant', "'=1+1;2,50"]
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title for column in columns])
    writer.writerows([_csv_cell(column, row[column.name]) for column in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: list[Row], columns: list[Column]) -> bytes:
    """Write rows as a workbook, a sheet per department; texts are stored as texts, never as formulas."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    with tempfile.TemporaryDirectory(prefix="apanalytics-export-") as folder:
        path = Path(folder) / "dossiers.xlsx"
        with xlsxwriter.Workbook(str(path), {**options, "tmpdir": folder}) as book:
            book.set_properties({"title": "Dossiers", "created": datetime(2000, 1, 1)})
            head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
            formats = {kind: book.add_format({"num_format": shape}) for kind, shape in FORMATS.items()}
            for department, members in _by_department(rows):
                sheet = book.add_worksheet(sheet_name(department))
                sheet.freeze_panes(1, 1)
                for at, column in enumerate(columns):
                    sheet.set_column(at, at, 30 if column.name == "name" else 16)
                    sheet.write_string(0, at, column.title, head)
                for line, row in enumerate(members, start=1):
                    for at, column in enumerate(columns):
                        _write_cell(sheet, line, at, column, row[column.name], formats)
        return path.read_bytes()


def _by_department(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row["department"]), []).append(row)
    yield from sorted(groups.items()) or [("ZZ", [])]


def _csv_cell(column: Column, value: Any) -> str:
    if absent(value):
        return ""
    if column.name in GROUP_BY_NAME:
        return neutral(GROUP_BY_NAME[column.name].label(str(value)))
    if isinstance(value, date):
        return f"{value:%Y-%m}" if column.kind == "month" else value.isoformat()
    if column.kind in DECIMALS:
        return f"{value:.{DECIMALS[column.kind]}f}".replace(".", ",")
    return neutral(str(value))


def _write_cell(
    sheet: Any, line: int, at: int, column: Column, value: Any, formats: Mapping[str, Any]
) -> None:
    if absent(value):
        return
    if column.name in GROUP_BY_NAME:
        sheet.write_string(line, at, GROUP_BY_NAME[column.name].label(str(value)))
    elif isinstance(value, date):
        sheet.write_datetime(line, at, datetime(value.year, value.month, value.day), formats[column.kind])
    elif column.kind == "text":
        sheet.write_string(line, at, str(value))
    else:
        sheet.write_number(line, at, float(value), formats[column.kind])

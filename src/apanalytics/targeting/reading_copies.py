"""The list as people open it: CSV and XLSX with French titles, where no cell can act as a formula."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

import pandas as pd
import xlsxwriter

from apanalytics.tables import Field, schema
from apanalytics.tables.geography import DEPARTMENTS
from apanalytics.targeting.other_parts import OTHER_PARTS_FR
from apanalytics.targeting.reasons import ONLY_HISTORY_FR

MINUS = "\u2212"
FORMULA_STARTS = ("=", "+", "-", MINUS, "@", "\t", "\r", "\n")
"""First characters that make a spreadsheet read a text as a formula, or hide that it would."""
UNSEEN = {"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"}
"""Categories of characters that show nothing first: controls, marks without width, spaces of every kind."""
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs that show nothing either."""
MONEY = {"amount_at_stake", "expected_recovery"}
DECIMALS = {"score": 3, "risk": 3, "risk_low": 3, "risk_high": 3, "selection_probability": 6}
WIDTHS = {"name": 32, "reasons": 40, "reasons_text": 90, "counter_evidence": 60, "siret": 17, "case_id": 18}
FORBIDDEN_IN_SHEETS = str.maketrans("[]:*?/\\", "       ")
LONGEST_SHEET = 31
BETWEEN_REASONS = re.compile(rf" (?=[A-Z]{{3}}-\d\d : |{re.escape(ONLY_HISTORY_FR)}|{OTHER_PARTS_FR})")
"""The space before a criterion, or before what ends the text: where a cell of the workbook breaks."""


def write_csv(targets: pd.DataFrame, path: Path) -> None:
    """Write the list for a French spreadsheet: `;`, UTF-8 with its mark, decimal comma, ISO dates.

    A text that a spreadsheet would read as a formula gets an apostrophe before it.
    """
    fields = _fields(targets)
    table = pd.DataFrame(
        {field.title: [_csv_cell(value, field) for value in targets[field.name]] for field in fields}
    )
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")


def write_xlsx(targets: pd.DataFrame, path: Path) -> None:
    """Write the list as a workbook, a sheet per department; texts are stored as texts, never as formulas."""
    fields = _fields(targets)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "Liste de contrôle", "created": datetime(2000, 1, 1)})
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "money": book.add_format({"num_format": "#,##0.00 €", "valign": "top"}),
            "number": book.add_format({"num_format": "0.000", "valign": "top"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        }
        for code, rows in targets.groupby("department", sort=True):
            _write_sheet(book.add_worksheet(sheet_name(str(code))), rows, fields, formats)


def sheet_name(department: str) -> str:
    """Return a valid sheet name for a department code.

    Examples
    --------
    >>> sheet_name("59")
    '59 Nord'
    """
    label = DEPARTMENTS[department][0] if department in DEPARTMENTS else "département inconnu"
    return f"{department} {label}".translate(FORBIDDEN_IN_SHEETS)[:LONGEST_SHEET]


def neutral(text: str) -> str:
    """Return a text that no spreadsheet reads as a formula: with an apostrophe before it where one might.

    What shows nothing before the first sign plays no part, as programs that import a file may strip it; nor
    does the width of that sign, as they may fold it.

    Examples
    --------
    >>> neutral("=HYPERLINK(1)"), neutral("EFF-01"), neutral("\\u200b＝1")
    ("'=HYPERLINK(1)", 'EFF-01', "'\\u200b＝1")
    """
    if text.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + text
    first = next((one for one in text if category(one) not in UNSEEN and one not in FILLERS), "")
    return "'" + text if normalize("NFKC", first).startswith(FORMULA_STARTS) else text


def readable_reasons(reasons: str, between: str = " ; ") -> str:
    """Return the contributions as people read them: two decimals, decimal comma, none that reads 0,00.

    Examples
    --------
    >>> readable_reasons("EFF-01+1.234567890123;HIS-02+0.004;autres-0.400000000000")
    'EFF-01 +1,23 ; autres −0,40'
    """
    parts = []
    for part in reasons.split(";"):
        at = max(part.rfind("+"), part.rfind("-"))
        figure = f"{float(part[at:]):+.2f}"
        if float(figure):
            parts.append(f"{part[:at]} {figure.replace('.', ',').replace('-', MINUS)}")
    return between.join(parts)


def _fields(targets: pd.DataFrame) -> list[Field]:
    return [field for field in schema("targets").fields if field.name in targets.columns]


def _csv_cell(value: Any, field: Field) -> str:
    """Return one cell as text in French writing; missing is empty."""
    if pd.isna(value):
        return ""
    if field.type == "number":
        places = 2 if field.name in MONEY else DECIMALS[field.name]
        return f"{float(value):.{places}f}".replace(".", ",")
    if field.type == "integer":
        return str(int(value))
    if field.type == "date":
        return f"{pd.Timestamp(value):%Y-%m-%d}"
    return neutral(_label(str(value), field))


def _label(text: str, field: Field) -> str:
    """Return the French label of a code, or a text as it is."""
    if field.name == "reasons":
        return readable_reasons(text)
    return dict(field.labels).get(text, text)


def _lines(text: str, field: Field) -> str:
    """Return a text for a wrapped cell: each reason on its own line."""
    if field.name == "reasons":
        return readable_reasons(text, between="\n")
    if field.name in ("reasons_text", "counter_evidence"):
        return BETWEEN_REASONS.sub("\n", text)
    return _label(text, field)


def _write_sheet(sheet: Any, rows: pd.DataFrame, fields: list[Field], formats: dict[str, Any]) -> None:
    """Fill a department's sheet: titles, frozen head, filter, one row per case."""
    for column, field in enumerate(fields):
        sheet.write_string(0, column, field.title, formats["head"])
        sheet.set_column(column, column, WIDTHS.get(field.name, 13))
        for line, value in enumerate(rows[field.name], start=1):
            _write_cell(sheet, line, column, value, field, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(fields) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_cell(
    sheet: Any, line: int, column: int, value: Any, field: Field, formats: dict[str, Any]
) -> None:
    if pd.isna(value):
        sheet.write_blank(line, column, None, formats["text"])
    elif field.type == "number":
        sheet.write_number(line, column, float(value), formats["money" if field.name in MONEY else "number"])
    elif field.type == "integer":
        sheet.write_number(line, column, int(value), formats["text"])
    elif field.type == "date":
        sheet.write_datetime(line, column, pd.Timestamp(value).to_pydatetime(), formats["date"])
    else:
        sheet.write_string(line, column, _lines(str(value), field), formats["text"])

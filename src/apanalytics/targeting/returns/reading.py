"""Return forms as they come back: columns moved or added, files saved as CSV, lines that cannot be."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from apanalytics.errors import InvalidArgument, UnreadableFile
from apanalytics.targeting.returns.cells import read_cell
from apanalytics.targeting.returns.columns import COLUMNS, Column, plain
from apanalytics.targeting.returns.form import FORM

HEADER_WITHIN = 10
"""Lines from the top in which the titles may stand."""
MOST_ROWS, MOST_COLUMNS, MOST_BYTES = 50_000, 100, 100_000_000
"""Beyond these a file is no return form, whatever it says."""
NEEDED = ("campaign_id", "case_id")
REFUSED = ["file", "line", "case_id", "column", "reason"]


@dataclass(frozen=True)
class Returns:
    """What forms say.

    Parameters
    ----------
    rows : one row per line filled in: ``campaign_id, case_id`` and the columns of ``controls``; missing where
        the cell is empty.
    refused : one row per line that cannot be taken: ``file, line, case_id, column, reason`` (in French). The
        cell itself is not repeated: it might hold what the form does not ask for.
    empty : lines of cases not yet controlled.
    ignored : titles of columns that were not read.
    """

    rows: pd.DataFrame
    refused: pd.DataFrame
    empty: int
    ignored: tuple[str, ...]


def read_returns(place: str | Path) -> Returns:
    """Read the return forms of inspectors, with tolerance for how they are written.

    Titles are recognised whatever their order, accents and case; other columns are ignored, and named. Dates
    may be French or ISO, amounts have decimal commas, spaces and the euro sign. A line with a cell that
    cannot be read is refused whole and told, never half taken.

    Parameters
    ----------
    place : a form (XLSX or CSV), or a folder of them.

    Raises
    ------
    UnreadableFile : a file is no form: no such titles, no workbook, or one of monstrous size.
    InvalidArgument : the folder holds no form.

    Examples
    --------
    >>> import tempfile
    >>> text = "Dossier;Campagne;Ouvert le;Clos le;Résultat;Indu constaté (€)\\n"
    >>> text += "A;c1;01/09/2021;15/09/2021;Erreur;1 234,50\\n"
    >>> with tempfile.TemporaryDirectory() as place:
    ...     file = Path(place) / "retour.csv"
    ...     _ = file.write_text(text, encoding="utf-8")
    ...     read_returns(file).rows[["case_id", "outcome", "undue_amount"]].to_dict("records")
    [{'case_id': 'A', 'outcome': 'error', 'undue_amount': 1234.5}]
    """
    rows: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    empty, ignored = 0, dict[str, None]()
    for path in _forms(Path(place)):
        lines = _lines(path)
        at, found, others = _titles(lines, path)
        ignored |= dict.fromkeys(others)
        for number, line in enumerate(lines[at + 1 :], start=at + 2):
            read, wrong = _row(line, found)
            if wrong is not None:
                refused.append({"file": path.name, "line": number, **wrong})
            elif any(read[one.name] is not None for one in COLUMNS if one.filled and one.name in read):
                rows.append(read | {"file": path.name, "line": number})
            else:
                empty += any(value is not None for value in read.values())
    return Returns(_frame(rows), pd.DataFrame(refused, columns=REFUSED), empty, tuple(ignored))


def _forms(place: Path) -> list[Path]:
    if not place.exists():
        raise UnreadableFile("No such return form", where=str(place))
    if place.is_file():
        return [place]
    forms = sorted(path for path in place.iterdir() if path.suffix.lower() in (".xlsx", ".csv"))
    forms = [path for path in forms if not path.name.startswith(("~$", "."))]
    if not forms:
        raise InvalidArgument(
            "No return form in this folder", where=str(place), todo="Give XLSX or CSV files."
        )
    return forms


def _lines(path: Path) -> list[list[Any]]:
    """Return the cells of a form, line by line."""
    if path.stat().st_size > MOST_BYTES:
        raise _no_form(path, "It is too large.")
    try:
        lines = list(_of_csv(path) if path.suffix.lower() == ".csv" else _of_workbook(path))
    except UnreadableFile:
        raise
    except Exception as error:  # a broken workbook breaks in many ways
        raise _no_form(path, type(error).__name__) from None
    if len(lines) > MOST_ROWS:
        raise _no_form(path, f"It has more than {MOST_ROWS} lines.")
    return lines


def _of_workbook(path: Path) -> Iterator[list[Any]]:
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
            raise _no_form(path, "It is too large once unpacked.")
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        sheet = book[FORM] if FORM in book.sheetnames else book.worksheets[0]
        for row in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True):
            yield list(row)
    finally:
        book.close()


def _of_csv(path: Path) -> Iterator[list[Any]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.splitlines()[0] if text.strip() else ""
    mark = max(";,\t", key=first.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
        yield [_unquoted(cell) for cell in row[:MOST_COLUMNS]]


def _unquoted(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from computing it."""
    return cell[1:] if cell.startswith("'") else cell


def _titles(lines: list[list[Any]], path: Path) -> tuple[int, dict[int, Column], list[str]]:
    """Return the line of the titles, the columns known by position, and the titles of the others."""
    known = {plain(column.title): column for column in COLUMNS} | {plain(c.name): c for c in COLUMNS}
    for at, line in enumerate(lines[:HEADER_WITHIN]):
        titles = {
            i: plain(str(cell)) for i, cell in enumerate(line) if cell is not None and str(cell).strip()
        }
        found = {i: known[title] for i, title in titles.items() if title in known}
        names = [column.name for column in found.values()]
        if not set(NEEDED) <= set(names):
            continue
        if len(set(names)) < len(names):
            raise _no_form(path, "A title stands twice.")
        return at, found, [str(line[i])[:40] for i in titles if i not in found]
    raise _no_form(path, "It lacks the titles «Campagne» and «Dossier».")


def _row(line: list[Any], found: dict[int, Column]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return what a line says, or which column of it cannot be read."""
    read: dict[str, Any] = {}
    case = next(
        (str(line[i]) for i, c in found.items() if c.name == "case_id" and i < len(line) and line[i]), ""
    )
    for i, column in found.items():
        try:
            read[column.name] = read_cell(line[i] if i < len(line) else None, column)
        except ValueError as error:
            return {}, {"case_id": case[:40], "column": column.title, "reason": str(error)}
    return read, None


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = [column.name for column in COLUMNS]
    frame = pd.DataFrame(rows, columns=[*names, "file", "line"], dtype=object)
    for column in COLUMNS:
        if column.kind == "date":
            frame[column.name] = pd.to_datetime(frame[column.name])
        elif column.kind == "euros":
            frame[column.name] = frame[column.name].astype(float)
        elif column.kind == "yes_no":
            frame[column.name] = frame[column.name].astype("boolean")
        else:
            frame[column.name] = frame[column.name].astype("str")
    return frame


def _no_form(path: Path, why: str) -> UnreadableFile:
    return UnreadableFile(
        "Not a return form",
        where=path.name,
        why=why,
        todo="Fill in the form that `apanalytics target` wrote beside the list; send it as XLSX or CSV.",
    )

"""Records of a CSV file with the number of their first physical line, whatever its encoding and line ends."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SEPARATORS = (",", ";", "\t", "|")
LONGEST_RECORD = 100
"""A quoted value may run over this many lines; beyond, the opening quote is taken for a typing error."""

csv.field_size_limit(2**24)


class Record(NamedTuple):
    """One row as it lies in the file.

    Attributes
    ----------
    line : number of its first physical line (of its row, in a workbook), 1 for the first.
    cells : values as text, empty where there is none.
    problem : why the row cannot be read, or None.
    """

    line: int
    cells: list[str]
    problem: str | None = None


def csv_records(path: Path) -> Iterator[Record]:
    """Yield the header, then the rows, of a CSV file; blank lines are passed over.

    The separator is read off the header. UTF-8 with or without its mark, UTF-16 with its mark, and cp1252
    line by line are read; quoted values may hold separators, quotes and line ends. A row that has not as
    many cells as the header has a `problem`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.csv")
    ...     _ = path.write_bytes(b'\\xef\\xbb\\xbfID;MTA\\r\\n\\r\\n1;"12,5"\\r\\n2\\r\\n')
    ...     for record in csv_records(path):
    ...         print(record.line, record.cells, record.problem)
    1 ['ID', 'MTA'] None
    3 ['1', '12,5'] None
    4 ['2'] 1 values where the header has 2
    """
    lines = _Lines(path)
    header = next((line for line in lines if line[1].strip()), None)
    if header is None:
        return
    separator = max(SEPARATORS, key=lambda mark: len(_cells(header[1], mark)))
    width = len(_cells(header[1], separator))
    yield Record(header[0], _cells(header[1], separator))
    for number, text in lines:
        cells = _cells(text, separator)
        if text.count('"') % 2 and (whole := _continued(lines, text, separator, width)):
            cells = whole
        if not any(cells) or not any(map(str.strip, cells)):
            continue
        yield Record(number, cells) if len(cells) == width else _misshapen(number, cells, width)


def _misshapen(number: int, cells: list[str], width: int) -> Record:
    if len(cells) > width and not any(cells[width:]):
        return Record(number, cells[:width])
    return Record(number, cells, f"{len(cells)} values where the header has {width}")


def _cells(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error:
        return [text]


def _continued(lines: _Lines, text: str, separator: str, width: int) -> list[str] | None:
    """Cells of a record whose quoted value runs over lines; None, and nothing consumed, if it does not."""
    taken: list[tuple[int, str]] = []
    for line in lines:
        taken.append(line)
        text += "\n" + line[1]
        if text.count('"') % 2 == 0:
            cells = _cells_of_lines(text, separator)
            if len(cells) == width:
                return cells
            break
        if len(taken) == LONGEST_RECORD:
            break
    lines.give_back(taken)
    return None


def _cells_of_lines(text: str, separator: str) -> list[str]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline="\n"), delimiter=separator))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


class _Lines:
    """Physical lines (number, text without its end) that can be given back."""

    def __init__(self, path: Path) -> None:
        self._lines = enumerate(_decoded(path), start=1)
        self._waiting: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self

    def __next__(self) -> tuple[int, str]:
        return self._waiting.popleft() if self._waiting else next(self._lines)

    def give_back(self, lines: list[tuple[int, str]]) -> None:
        """Put lines back, in their order, before those not yet read."""
        self._waiting.extendleft(reversed(lines))


def _decoded(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        mark = file.read(3)
        if mark[:2] in (b"\xff\xfe", b"\xfe\xff"):
            with path.open(encoding="utf-16", newline="\n") as text:
                yield from (line.rstrip("\r\n") for line in text)
            return
        if mark != b"\xef\xbb\xbf":
            file.seek(0)
        for line in file:
            yield _text(line.rstrip(b"\r\n"))


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")

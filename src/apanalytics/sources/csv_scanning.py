"""CSV files of any size staged by DuckDB: separator, text qualifier and encoding are told from the file."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from apanalytics.sources.staging import Staged
from apanalytics.tables.connection import literal, quoted

SEPARATORS = (";", ",", "\t")
QUALIFIERS = ("|", '"')
_SAMPLE = 200
_CHUNK = 4 << 20
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class CsvFile:
    """How a CSV file is written.

    Attributes
    ----------
    path : where it lies.
    header : its column names, as written.
    separator, qualifier : what parts two values; what may enclose one.
    """

    path: Path
    header: tuple[str, ...]
    separator: str
    qualifier: str

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in upper case; a blank one, or one that came before, gets its place as a suffix."""
        seen: Counter[str] = Counter()
        names = []
        for place, name in enumerate(self.header, start=1):
            plain = name.strip().upper()
            names.append(f"{plain}#{place}" if not plain or seen[plain] else plain)
            seen[plain] += 1
        return tuple(names)


def look_at(path: Path) -> CsvFile:
    """Tell the separator and the qualifier of a CSV file from its first lines.

    Examples
    --------
    >>> import tempfile
    >>> con = duckdb.connect()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.csv")
    ...     _ = path.write_bytes(b"\\xef\\xbb\\xbfIdContrat;Numero\\r\\n1;|00;1|\\r\\n")
    ...     found = look_at(path)
    ...     found.header, found.separator, found.qualifier
    (('IdContrat', 'Numero'), ';', '|')
    """
    lines = [line for line in _first_lines(path) if line.strip()]
    if not lines:
        return CsvFile(path, (), ";", "|")
    qualifier = max(QUALIFIERS, key=lambda mark: sum(line.count(mark) for line in lines))
    cells = {mark: _cells(lines[0], mark, qualifier) for mark in SEPARATORS}
    separator = max(SEPARATORS, key=lambda mark: len(cells[mark]))
    return CsvFile(path, tuple(name.strip() for name in cells[separator]), separator, qualifier)


def _first_lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        start = file.read(1 << 18)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return start[: len(start) // 2 * 2].decode("utf-16", errors="replace").splitlines()[:_SAMPLE]
    return _text(start.removeprefix(_MARK)).splitlines()[:_SAMPLE]


def _cells(line: str, separator: str, qualifier: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator, quotechar=qualifier), [])


def _text(part: bytes) -> str:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        return part.decode("cp1252", errors="replace")


def stage_csv(
    con: duckdb.DuckDBPyConnection, file: CsvFile, columns: Mapping[str, str], path: Path, private: bool
) -> Staged:
    """Write the wanted columns of a CSV file as Parquet, with DuckDB, in bounded memory.

    Parameters
    ----------
    con : connection, with a memory limit.
    file : the file, as `look_at` found it.
    columns : SQL of each column to write, by name; over the file's columns as text, upper case.
    path : Parquet file to write: `line`, `problem`, `raw` (of unreadable rows), then the columns.
    private : a column names persons, so that the text of an unreadable row is not shown.

    Returns
    -------
    The staged file. `line` is the physical line; blank lines, and the further lines of a value that runs over
    several, are not counted.

    Examples
    --------
    >>> import tempfile
    >>> con = duckdb.connect()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.csv")
    ...     _ = path.write_bytes(b"ID;NOM\\r\\n1;|caf\\xe9|\\r\\n2\\r\\n3;x\\r\\n")
    ...     staged = stage_csv(con, look_at(path), {"ID": "ID"}, Path(folder, "a.parquet"), private=False)
    ...     staged.rows, con.sql(f"select line, problem, ID from '{staged.path}' order by line").fetchall()
    (3, [(2, None, '1'), (3, '1 values where the header has 2', None), (4, None, '3')])
    """
    readable, copied = _as_utf8(file.path, path.with_suffix(".utf8"))
    select = ", ".join(f"{sql} as {quoted(name)}" for name, sql in columns.items())
    con.execute("drop table if exists reject_errors")
    con.execute("drop table if exists reject_scans")
    con.execute("set preserve_insertion_order = true")
    try:
        con.execute(
            "copy (select row_number() over () + 1 as line, cast(null as varchar) as problem, "
            f"cast(null as varchar) as raw, {select} from {_scan(file, readable)}) "
            f"to {literal(str(path))} (format parquet, compression zstd)"
        )
    finally:
        con.execute("set preserve_insertion_order = false")
        if copied:
            readable.unlink()
    if con.execute("from reject_errors limit 1").fetchall():
        _add_rejects(con, path, len(file.header), private)
    ((rows,),) = con.execute(f"select count(*) from read_parquet({literal(str(path))})").fetchall()
    return Staged(path, tuple(columns), int(rows))


def _add_rejects(con: duckdb.DuckDBPyConnection, path: Path, width: int, private: bool) -> None:
    """Add the rows that DuckDB could not split to the staged file, and move the others to their lines."""
    whole = path.with_suffix(".whole")
    raw = "cast(null as varchar)" if private else "any_value(csv_line)"
    con.execute(
        _WITH_REJECTS.format(staged=literal(str(path)), width=width, raw=raw, whole=literal(str(whole)))
    )
    whole.replace(path)


_WITH_REJECTS = """
copy (
    with rejects as (
        select cast(line as bigint) as line, {raw} as raw, min(case error_type
            when 'MISSING COLUMNS' then concat(regexp_extract(error_message, 'Found: (\\d+)', 1),
                ' values where the header has {width}')
            when 'TOO MANY COLUMNS' then 'more values than the {width} of the header'
            else lower(error_type) end) as problem
        from reject_errors group by all
    ), steps as (
        select line - row_number() over (order by line) as line, row_number() over (order by line) as before
        from rejects
    ), shifts as (
        select line, max(before) as before from steps group by line
    )
    select s.line + coalesce(shifts.before, 0) as line, s.* exclude (line)
    from read_parquet({staged}) as s asof left join shifts on s.line > shifts.line
    union all by name
    select line, problem, raw from rejects
) to {whole} (format parquet, compression zstd)
"""


def _scan(file: CsvFile, readable: Path) -> str:
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in file.names)
    quote = literal(file.qualifier)
    return (
        f"read_csv({literal(str(readable))}, header=false, skip=1, auto_detect=false, columns={{{columns}}}, "
        f"delim={literal(file.separator)}, quote={quote}, escape={quote}, "
        "store_rejects=true, parallel=false)"
    )


def _as_utf8(path: Path, copy: Path) -> tuple[Path, bool]:
    """The file itself where it is UTF-8, else a copy in UTF-8."""
    if _is_utf8(path):
        return path, False
    with copy.open("wb") as new:
        for part in _parts(path):
            new.write(part)
    return copy, True


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as file:
        rest = b""
        while part := file.read(_CHUNK):
            whole, _, rest_of = (rest + part).rpartition(b"\n")
            try:
                whole.decode("utf-8")
            except UnicodeDecodeError:
                return False
            rest = rest_of
    try:
        rest.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _parts(path: Path) -> Iterator[bytes]:
    """Pieces of whole lines in UTF-8: from UTF-16 with its mark, else piece by piece UTF-8 or cp1252."""
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            with path.open(encoding="utf-16", newline="") as text:
                while piece := text.read(_CHUNK):
                    yield piece.encode()
            return
        file.seek(0)
        rest = b""
        while part := file.read(_CHUNK):
            whole, end, rest = (rest + part).rpartition(b"\n")
            yield _text(whole + end).encode()
        yield _text(rest).encode()

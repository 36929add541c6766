"""From records to a Parquet file of text that DuckDB can judge: the columns wanted, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.sources.csv_records import Record
from apanalytics.sources.identity import Key, kind_of, refuse_without_key

CHUNK = 50_000
"""Records held in memory at once."""


@dataclass(frozen=True)
class Staged:
    """Text of one input, ready to be judged.

    Attributes
    ----------
    path : Parquet file: `line`, `problem`, `raw` (of unreadable rows), then one text column per header.
    headers : the headers staged, upper case.
    rows : rows read.
    """

    path: Path
    headers: tuple[str, ...]
    rows: int


def stage(
    header: Sequence[str],
    records: Iterator[Record],
    wanted: frozenset[str],
    path: Path,
    file: str,
    key: Key | None,
) -> Staged:
    """Write the wanted columns of the records as text.

    Parameters
    ----------
    header : column names as in the file; case does not matter.
    records : the rows after the header.
    wanted : headers to keep, upper case; identifying columns are kept too, hashed.
    path : where to write.
    file : name of the input, for messages.
    key : secret for identifying columns.

    Raises
    ------
    DataRefused : an identifying column and no key.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rows = iter([Record(2, ["1", "x"]), Record(3, ["2"], "too short")])
    ...     staged = stage(["id", "NOM"], rows, frozenset({"ID"}), Path(folder, "a.parquet"), "a.csv", None)
    ...     staged.headers, pq.read_table(staged.path).to_pylist()[0]
    (('ID',), {'line': 2, 'problem': None, 'raw': None, 'ID': '1'})
    """
    names = [name.strip().upper() for name in header]
    kinds = {place: kind for place, name in enumerate(header) if (kind := kind_of(name))}
    if kinds and key is None:
        raise refuse_without_key(header[min(kinds)], file)
    places = {
        name: place for place, name in reversed(list(enumerate(names))) if name in wanted or place in kinds
    }
    places = dict(sorted(places.items(), key=lambda item: item[1]))
    private = bool(kinds) or any(is_private(name) for name in header)
    schema = pa.schema([("line", pa.int64()), ("problem", pa.string()), ("raw", pa.string())])
    schema = pa.schema([*schema, *((name, pa.string()) for name in places)])
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while chunk := list(islice(records, CHUNK)):
            count += len(chunk)
            columns = {name: _column(chunk, place, kinds.get(place), key) for name, place in places.items()}
            writer.write_table(pa.table({**_about(chunk, private), **columns}, schema=schema))
    return Staged(path, tuple(places), count)


def is_private(header: str) -> bool:
    """Whether a column may name a person: the text of an unreadable row is then not shown.

    Examples
    --------
    >>> is_private("prenom1UniteLegale"), is_private("ETAB_RSS"), is_private("HTA")
    (True, True, False)
    """
    name = header.upper()
    return (
        name.startswith(("NOM", "PRENOM", "PSEUDONYME", "ETAB_RSS")) or "_NOM" in name or "NAISSANCE" in name
    )


def _about(chunk: list[Record], private: bool) -> dict[str, list[str | None] | list[int]]:
    raw = [None if record.problem is None or private else ";".join(record.cells) for record in chunk]
    return {"line": [r.line for r in chunk], "problem": [r.problem for r in chunk], "raw": raw}


def _column(chunk: list[Record], place: int, kind: str | None, key: Key | None) -> list[str | None]:
    cells = [record.cells[place] if place < len(record.cells) else None for record in chunk]
    if kind is None or key is None:
        return cells
    return [key.hash(kind, cell) for cell in cells]

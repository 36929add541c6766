"""Rows computed slice by slice, each in order, brought into one order without holding them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

ROWS_AT_ONCE = 32_768
"""Rows of a Parquet row group, and of a table between the engine and a file."""

_LZ4 = pa.ipc.IpcWriteOptions(compression="lz4")


def write_run(rows: Iterable[pa.Table], path: Path, batch: int) -> None:
    """Write tables that come in order as one run: an Arrow file of batches.

    Parameters
    ----------
    rows : one table or more, of one schema.
    path : file of the run.
    batch : rows of a batch, the least that a reader holds.
    """
    writer: Any = None
    try:
        for table in rows:
            writer = writer or pa.ipc.new_file(path, table.schema, options=_LZ4)
            writer.write_table(table, max_chunksize=batch)
    finally:
        if writer is not None:
            writer.close()


class _Run:
    """One run that is being read: the rows loaded and not yet given, and the batches to come."""

    def __init__(self, path: Path, key: str) -> None:
        self._file = pa.ipc.open_file(pa.OSFile(str(path)))  # mapped, its pages would count as memory
        self._next, self._key = 0, key
        self.rows = self._file.schema.empty_table()

    @property
    def to_come(self) -> bool:
        return bool(self._next < self._file.num_record_batches)

    def load(self, rows: int) -> None:
        """Have at least so many rows at hand, where there are."""
        tables = [self.rows]
        held = self.rows.num_rows
        while held < rows and self.to_come:
            tables.append(pa.Table.from_batches([self._file.get_batch(self._next)]))
            held += tables[-1].num_rows
            self._next += 1
        self.rows = pa.concat_tables(tables).combine_chunks()

    def last(self) -> str:
        return str(self.rows[self._key][-1].as_py())

    def take(self, limit: str | None) -> pa.Table:
        """Give, and forget, the rows whose key is not after `limit`; None is all of them."""
        count = self.rows.num_rows
        if limit is not None and count:
            count = int(pc.sum(pc.less_equal(self.rows[self._key], limit)).as_py())
        given, self.rows = self.rows.slice(0, count), self.rows.slice(count)
        return given


def merged(paths: Iterable[Path], key: str, rows: int = 2 * ROWS_AT_ONCE) -> Iterator[pa.Table]:
    """Yield the rows of all runs in the order of a text column, by which each is already ordered.

    Parameters
    ----------
    paths : files of `write_run`.
    key : the column; its order is that of its bytes.
    rows : rows held at a time, of all runs together.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, keys in {"a": ["b", "d"], "b": ["a", "c", "e"]}.items():
    ...         write_run([pa.table({"id": keys})], Path(folder, name), batch=1)
    ...     whole = list(merged([Path(folder, "a"), Path(folder, "b")], "id", rows=2))
    >>> pa.concat_tables(whole)["id"].to_pylist()
    ['a', 'b', 'c', 'd', 'e']
    """
    runs = [_Run(path, key) for path in paths]
    while runs:
        for run in runs:
            run.load(-(-rows // len(runs)))
        limit = min((run.last() for run in runs if run.to_come), default=None)
        ready = pa.concat_tables([run.take(limit) for run in runs])
        yield ready.take(pc.sort_indices(ready, sort_keys=[(key, "ascending")]))
        runs = [run for run in runs if run.to_come or run.rows.num_rows]


def even(tables: Iterable[pa.Table], rows: int = ROWS_AT_ONCE) -> Iterator[pa.Table]:
    """Yield the same rows as tables of one size, the last one excepted; an empty table where there is no row.

    Examples
    --------
    >>> [t.num_rows for t in even([pa.table({"n": range(5)}), pa.table({"n": range(2)})], rows=3)]
    [3, 3, 1]
    """
    left: list[pa.Table] = []
    given = False
    for table in tables:
        left.append(table)
        while sum(part.num_rows for part in left) >= rows:
            whole = pa.concat_tables(left)
            yield whole.slice(0, rows)
            given = True
            left = [whole.slice(rows)]
    last = pa.concat_tables(left)
    if last.num_rows or not given:
        yield last

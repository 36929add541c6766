"""The tables of a country while it is drawn, each in the order of its key and in bounded memory."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.tables import open_connection, ordered_writer, schema, write_table

ORDERED = ("payroll", "payroll_months", "headcounts")
"""Large tables whose rows are drawn in the order of their key: SIRET rise with the firm."""
_NOMINATIVE = ("payroll", "claim_lines")
_GATHER_MEMORY = "1GB"


class Writing:
    """Writes the tables of a country piece by piece; use as a context, then read `rows`.

    Parameters
    ----------
    folder : where the tables go.
    parts : a folder of its own, for pieces of the tables that are sorted in the end.
    lines : False leaves out `payroll` and `claim_lines`.
    """

    def __init__(self, folder: Path, parts: Path, lines: bool) -> None:
        self.folder, self.parts, self.lines = folder, parts, lines
        self.rows: dict[str, int] = {}
        self._columns: dict[str, list[str]] = {}
        self._number = 0
        self._stack = ExitStack()
        self._add: dict[str, Callable[[pd.DataFrame], None]] = {}

    def __enter__(self) -> Writing:
        for name in ORDERED:
            if self._wanted(name):
                self._add[name] = self._stack.enter_context(ordered_writer(name, self.folder))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)
        if error is None:
            for name, columns in self._columns.items():
                self._gather(name, columns)
            written = sorted([*self._add, *self._columns])
            self.rows = {n: pq.read_metadata(self.folder / f"{n}.parquet").num_rows for n in written}

    def _wanted(self, name: str) -> bool:
        return self.lines or name not in _NOMINATIVE

    def add(self, name: str, frame: pd.DataFrame) -> None:
        """Add rows to a table."""
        if name in self._add:
            self._add[name](frame)
        elif self._wanted(name) and name not in ORDERED:
            self._columns.setdefault(name, list(frame.columns))
            self._number += 1
            _part(frame, name, self.parts / name / f"{self._number:08d}.parquet")

    def _gather(self, name: str, columns: list[str]) -> None:
        """Put the parts of one table together, in the order of its key."""
        with open_connection(memory=_GATHER_MEMORY) as con:
            parts = f"{(self.parts / name).as_posix()}/*.parquet"
            write_table(
                con.sql(f"SELECT {', '.join(columns)} FROM read_parquet('{parts}')"), name, self.folder
            )


def _part(frame: pd.DataFrame, name: str, path: Path) -> None:
    """Write some rows as they are; categories stay dictionaries, which are quick to write."""
    path.parent.mkdir(exist_ok=True)
    contract, table = schema(name).arrow(), pa.Table.from_pandas(frame, preserve_index=False)
    typed = [
        field if pa.types.is_dictionary(field.type) else contract.field(field.name) for field in table.schema
    ]
    pq.write_table(table.cast(pa.schema(typed)), path, compression="lz4")

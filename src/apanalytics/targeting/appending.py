"""Rows added to a table of a data folder, one writer at a time, and all of them or none."""

from __future__ import annotations

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from apanalytics.tables import read, schema, write_table


@contextmanager
def one_at_a_time(name: str, folder: Path) -> Iterator[None]:
    """Keep two writers from changing one table of a data folder at once.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with one_at_a_time("controls", Path(place)):
    ...         [path.name for path in Path(place).iterdir()]
    ['.controls.lock']
    """
    with (folder / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def replace_rows(rows: pd.DataFrame, name: str, key: str, folder: Path) -> None:
    """Add rows to a table; rows of the same `key` that were there before leave. The caller holds the lock.

    Parameters
    ----------
    rows : columns of the table.
    name : the table: a Parquet or a CSV file, or absent, becomes one Parquet file; parts stay parts.
    key : what makes a row the same, one column.
    folder : the data folder.
    """
    if (folder / f"{name}.parquet").is_dir():
        _replace_in_parts(rows, name, key, folder)
        return
    tables = read(folder)
    if tables.has(name):
        before = getattr(tables, name).to_pandas()
        before = before[~before[key].isin(rows[key])]
        names = [field.name for field in schema(name).fields if field.name in before.columns]
        same = rows.reindex(columns=names).astype(before[names].dtypes.to_dict())
        rows = pd.concat([before[names], same], ignore_index=True)
    write_table(rows, name, folder)
    (folder / f"{name}.csv").unlink(missing_ok=True)  # its rows are in the Parquet file now


def _replace_in_parts(rows: pd.DataFrame, name: str, key: str, folder: Path) -> None:
    """Add rows as a part of their own, then take those of the same key out of the others.

    Killed in between, a row stands twice, which `check` shows; none is ever lost.
    """
    keys = "\n".join(sorted(rows[key].astype(str)))
    part = f"added-{hashlib.sha256(keys.encode()).hexdigest()[:16]}"
    add_part(rows, name, part, folder)
    for path in sorted((folder / f"{name}.parquet").glob("*.parquet")):
        held = pd.read_parquet(path)
        kept = held[~held[key].isin(rows[key])]
        if path.stem != part and len(kept) < len(held):
            add_part(kept, name, path.stem, folder)


def add_part(rows: pd.DataFrame, name: str, part: str, folder: Path) -> None:
    """Add one file to a table kept in parts, or replace the one of its name. The caller holds the lock."""
    parts = folder / f"{name}.parquet"
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as beside:
        write_table(rows, name, beside).rename(parts / f"{part}.parquet")

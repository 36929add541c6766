"""Features as one Parquet dataset, a file per region and month of filing, kept up to date."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.features.assembly import alive, carried
from apanalytics.features.compute import Done, computed, connection, refuse_twins
from apanalytics.features.dependencies import Partition, partition_hashes
from apanalytics.features.registry import Feature, chosen
from apanalytics.features.steps import check_stage
from apanalytics.features.window import Window
from apanalytics.tables import Tables, replacing

MANIFEST = "_features.json"
"""What each file was made from. A name with `_` first is no part of the data for Spark, Arrow and pandas."""

_KEYS = ("partition_region", "partition_month")
_BESIDE = (
    f"cases.region as {_KEYS[0]}",
    f"cast(date_trunc('month', cases.known_on) as date) as {_KEYS[1]}",
)


@dataclass(frozen=True)
class Written:
    """What a run did: the cases in the dataset, its files, and how many of them were computed anew."""

    cases: int
    partitions: int
    computed: int


def write_dataset(
    tables: Tables,
    stage: str,
    out: str | Path,
    asked: Window,
    *,
    only: Iterable[str] | None = None,
    memory: str | None = None,
    done: Done = lambda step: None,
) -> Written:
    """Bring a dataset of features up to date: only partitions whose inputs changed are computed.

    A partition is a file `<region>_<month>.parquet` with the columns of `write_features`, ordered by case_id.
    `dependencies` says what it depends on. The folder is replaced as a whole, by renaming: a killed run
    leaves the old one.

    Parameters
    ----------
    tables : the canonical tables.
    stage, only, memory, done : as for `write_features`.
    out : folder of the dataset; created, or one that this function wrote.
    asked : what `window` returns; the dataset holds these cases and no other.

    Raises
    ------
    InvalidArgument : `out` is a file, or a folder of something else.
    MissingTable, DataRefused : as `features`.

    Examples
    --------
    >>> import tempfile, apanalytics as ap
    >>> from apanalytics.features import window
    >>> asked = window("2021-03-01", "2021-04-30", regions=["94"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = write_dataset(ap.read("data/synthetic"), "payment", f"{folder}/f", asked)
    ...     again = write_dataset(ap.read("data/synthetic"), "payment", f"{folder}/f", asked)
    >>> first.computed, again.computed, first.cases == again.cases
    (2, 0, True)
    """
    wanted = chosen(check_stage(stage), only)
    with connection(tables, stage, asked, memory) as con:
        hashes = partition_hashes(con, stage, wanted, alive(carried(tables), wanted))
        refuse_twins(con, stage)
    with replacing(out, mark=MANIFEST) as new:
        kept = _keep(Path(out), new, hashes)
        stale = tuple(part for part in hashes if _name(part) not in kept)
        whole = _Plan(tables, stage, replace(asked, parts=stale), wanted, memory, done)
        rows = _compute(whole, new) if stale else {}
        said = {**kept, **{_name(part): {"inputs": hashes[part], "cases": rows[part]} for part in stale}}
        (new / MANIFEST).write_text(
            json.dumps({"stage": stage, "files": dict(sorted(said.items()))}, indent=1), encoding="utf-8"
        )
    return Written(sum(file["cases"] for file in said.values()), len(said), len(stale))


def _name(partition: Partition) -> str:
    region, month = partition
    return f"{region}_{month:%Y-%m}.parquet"


def _keep(old: Path, new: Path, hashes: Mapping[Partition, str]) -> dict[str, dict[str, Any]]:
    """Link the files whose inputs are what they were; give what the manifest said of them."""
    manifest = old / MANIFEST
    if not manifest.exists():
        return {}
    said = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    kept = {}
    for partition, inputs in hashes.items():
        name = _name(partition)
        if said.get(name, {}).get("inputs") == inputs and (old / name).exists():
            _link(old / name, new / name)
            kept[name] = said[name]
    return kept


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copy2(old, new)


@dataclass(frozen=True)
class _Plan:
    """What is computed anew."""

    tables: Tables
    stage: str
    asked: Window
    wanted: tuple[Feature, ...]
    memory: str | None
    done: Done


def _compute(plan: _Plan, folder: Path) -> dict[Partition, int]:
    """Write the partitions asked for, each a file, in one pass; give their numbers of rows."""
    counts: dict[Partition, int] = {}
    tables = computed(
        plan.tables,
        plan.stage,
        plan.asked,
        plan.wanted,
        memory=plan.memory,
        done=plan.done,
        beside=_BESIDE,
        by_place=True,
    )
    with closing(tables), ExitStack() as files:
        for partition, rows in chain.from_iterable(map(_runs, tables)):
            if partition not in counts:
                files.close()  # rows come by partition: the one before is complete
                writer = pq.ParquetWriter(folder / _name(partition), rows.schema, compression="zstd")
                files.enter_context(writer)
            writer.write_table(rows)
            counts[partition] = counts.get(partition, 0) + rows.num_rows
    return counts


def _runs(table: pa.Table) -> Iterator[tuple[Partition, pa.Table]]:
    """Cut a table where the partition changes, and take the partition's own columns out."""
    keys = zip(*(table.column(name).to_pylist() for name in _KEYS), strict=True)
    rows, start = table.drop_columns(list(_KEYS)), 0
    for key, run in groupby(keys):
        length = sum(1 for _ in run)
        yield key, rows.slice(start, length)
        start += length

"""The values of all steps in a row per case, on DuckDB: each is put at the number of its case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from apanalytics.features.assembly import CASE_TABLES, as_written, twins
from apanalytics.features.registry import Feature
from apanalytics.features.sorted_runs import ROWS_AT_ONCE

CELLS_AT_ONCE = 8_000_000
"""Values that are taken from the engine at once: some 64 MB."""

NUMBER = "case_number"
_KEYS = {"authorisation": "request_id", "payment": "claim_id"}
_TYPES = {"boolean": pa.bool_(), "Int64": pa.int64(), "float64": pa.float64()}


def gathered(
    con: duckdb.DuckDBPyConnection, wanted: Sequence[Feature], found: Sequence[Feature], beside: Sequence[str]
) -> Iterator[pa.Table]:
    """Yield the rows of all cases in the order of their numbers, some at a time; an empty table for none.

    It is what `assembly` joins, in a quarter of the time: a number is a place, no table of hashes is built.
    Cases are numbered from 1 on in their order, without a gap (`case_keys`). Every step is read again for
    each part: parts are as large as `CELLS_AT_ONCE` lets them be.

    Parameters
    ----------
    con : connection on which the steps of the features have run.
    wanted : the columns, in order.
    found : those that the source allows; the others are null.
    beside : further columns of `cases` to give before the features.
    """
    ((count,),) = con.execute("select coalesce(max(k), 0) from cases").fetchall()
    rows = max(ROWS_AT_ONCE, CELLS_AT_ONCE // (len(wanted) + len(beside) + 1))
    for first in range(1, max(1, count) + 1, rows):
        yield _part(con, wanted, found, beside, (first, min(first + rows - 1, max(1, count))))


def _part(
    con: duckdb.DuckDBPyConnection,
    wanted: Iterable[Feature],
    found: Iterable[Feature],
    beside: Sequence[str],
    within: tuple[int, int],
) -> pa.Table:
    """Give the rows of the cases whose numbers lie between a first and a last one."""
    first, last = within
    columns = ", ".join(["stage", "case_id", "as_of", *beside, f"cases.k as {NUMBER}"])
    rows = con.sql(f"select {columns} from cases where cases.k between {first} and {last}").to_arrow_table()
    rows = rows.take(pc.sort_indices(rows[NUMBER]))
    numbers = rows[NUMBER].to_numpy()
    by_step: dict[str, list[Feature]] = {}
    for feature in found:
        by_step.setdefault(feature.step, []).append(feature)
    values: dict[str, pa.Array] = {}
    for step, features in by_step.items():
        read = ", ".join(["k", *(as_written(feature) for feature in features)])
        part = con.sql(f"select {read} from {step} where k between {first} and {last}").to_arrow_table()
        own = part["k"].to_numpy()
        row_of = _places(own - first, last - first + 1)
        if np.count_nonzero(row_of >= 0) != len(own):
            raise _two_rows(con, step, int(np.flatnonzero(np.bincount(own) > 1)[0]))
        at = row_of[numbers - first]
        places = pa.array(at, mask=at < 0)
        values |= {feature.name: part[feature.name].combine_chunks().take(places) for feature in features}
    for feature in wanted:
        given = values.get(feature.name)
        rows = rows.append_column(
            feature.name, pa.nulls(len(rows), _TYPES[feature.dtype]) if given is None else given
        )
    return rows.drop_columns([NUMBER])


def _places(numbers: np.ndarray, count: int) -> np.ndarray:
    """Give the row of a step for each case, -1 where it has none."""
    places = np.full(count, -1, dtype=np.int64)
    places[numbers] = np.arange(len(numbers))
    return places


def _two_rows(con: duckdb.DuckDBPyConnection, step: str, number: int) -> Exception:
    """Say why a step has two rows for a case: two cases of its id in the data, perhaps in another slice."""
    ((stage, case_id),) = con.execute("select stage, case_id from cases where k = ?", [number]).fetchall()
    if stage in CASE_TABLES:
        query = f"select count(*) from memory.main.{CASE_TABLES[stage]} where {_KEYS[stage]} = ?"
        if con.execute(query, [case_id]).fetchall() > [(1,)]:
            return twins(stage, case_id)
    return RuntimeError(f"{step} has two rows for a case")

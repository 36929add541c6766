"""One file per stage for the explorer: what it counts, filters and lists, laid out to be read in place.

The other prepared frames are compressed and gathered by region, for who reads one of them whole. The explorer
reads a few columns of every case at each click: this file is not compressed, so that it is mapped into memory
instead of loaded, and its rows are in the order of `case_id`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from apanalytics.criteria import catalogue
from apanalytics.tables.connection import literal, open_connection, quoted

FILE = "rows.arrow"
NOT_GIVEN = "?"
"""Code of a group whose value is absent from the data."""
HEADCOUNT_RATIO = {"authorisation": "headcount_over_dsn_ratio", "payment": "employees_over_dsn_ratio"}
"""Feature that compares the headcount with the DSN at each stage."""
TEXTS = ("stage", "siret", "siren", "name", "region", "department", "naf", "section", "size_class", "scheme",
         "motive", "status")  # fmt: skip
"""Columns kept as numbers of a sorted list of texts: each text is there once."""

_ROWS = """
SELECT c.stage, c.case_id, c.request_id, c.siret, c.siren, c.name,
       coalesce(c.region, $none) AS region, coalesce(c.department, $none) AS department,
       coalesce(c.naf, $none) AS naf, coalesce(c.section, $none) AS section,
       coalesce(c.size_class, $none) AS size_class, coalesce(c.scheme, $none) AS scheme,
       coalesce(CAST(c.motive AS VARCHAR), $none) AS motive, coalesce(c.status, $none) AS status,
       CAST(coalesce(c.month, date_trunc('month', c.counted_on)) AS DATE) AS period,
       CAST(c.counted_on AS DATE) AS counted_on, CAST(c.decide_by AS DATE) AS decide_by,
       CAST(c.as_of AS DATE) AS as_of, c.employees, c.hours, c.amount_eur,
       f.hours_per_employee, f.{ratio} AS headcount_ratio, a.score AS anomaly, {risk} AS risk,
       {fired} AS fired, {unverifiable} AS unverifiable, {criteria}
FROM read_parquet({cases}) AS c
JOIN read_parquet({features}) AS f USING (case_id)
JOIN read_parquet({fires}) AS k USING (case_id)
JOIN read_parquet({anomaly}) AS a USING (case_id) {scores}
ORDER BY c.case_id
"""


def write_rows(stage: str, part: Path, scores: Path | None, folder: Path) -> None:
    """Write the file of a stage.

    Parameters
    ----------
    stage : `authorisation` or `payment`.
    part : folder of the prepared frames of the stage.
    scores : folder of the scores of a model; None leaves `risk` missing.
    folder : where `rows.arrow` is written.
    """
    with open_connection() as con:
        rows = _rows(con, stage, part, scores)
    columns = {name: rows.column(name) for name in rows.column_names}
    columns |= {name: _listed(columns[name]) for name in TEXTS}
    columns["plain_name"] = _folded(columns["name"])
    batch = pa.record_batch([_whole(column) for column in columns.values()], names=list(columns))
    with pa.OSFile(str(folder / FILE), "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
        writer.write_batch(batch)


def read_rows(folder: Path) -> pa.RecordBatch:
    """Map the file of a stage into memory; nothing of it is read before it is used.

    Examples
    --------
    >>> from apanalytics.prepare import prepared
    >>> rows = read_rows(prepared("data/synthetic").parts["rows-payment"])
    >>> rows.num_rows > 1000, rows.column("region").dictionary.to_pylist()
    (True, ['32', '94'])
    """
    return pa.ipc.open_file(pa.memory_map(str(folder / FILE))).get_batch(0)


def fold(text: str) -> str:
    """Write a text as names are searched: lower case, no accents.

    Examples
    --------
    >>> fold("Été à L’ÎLE")
    'ete a l’ile'
    """
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _rows(con: duckdb.DuckDBPyConnection, stage: str, part: Path, scores: Path | None) -> pa.Table:
    codes = [one.code for one in catalogue(stage)]
    joined = f"LEFT JOIN read_parquet({_file(scores, 'scores')}) AS s USING (case_id)" if scores else ""
    sql = _ROWS.format(
        ratio=HEADCOUNT_RATIO[stage],
        risk="s.risk" if scores else "CAST(NULL AS DOUBLE)",
        scores=joined,
        fired=_sum_of(codes, "IS TRUE"),
        unverifiable=_sum_of(codes, "IS NULL"),
        criteria=", ".join(f"k.{quoted(code)}" for code in codes),
        fires=_file(part, "criteria"),
        **{name: _file(part, name) for name in ("cases", "features", "anomaly")},
    )
    con.execute("SET preserve_insertion_order = true")
    return con.sql(sql, params={"none": NOT_GIVEN}).to_arrow_table()


def _file(folder: Path, name: str) -> str:
    return literal(str(folder / f"{name}.parquet"))


def _sum_of(codes: Iterable[str], test: str) -> str:
    return f"CAST({' + '.join(f'({quoted(code)} {test})::INT' for code in codes)} AS SMALLINT)"


def _listed(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Keep a column as numbers of its sorted values, in the fewest bytes that hold them."""
    values = pc.unique(column).drop_null()
    values = values.take(pc.sort_indices(values))
    kind = next(
        kind for kind in (pa.int8(), pa.int16(), pa.int32()) if len(values) < 2 ** (kind.bit_width - 1)
    )
    places = _whole(pc.index_in(column, value_set=values).cast(kind))
    filled = places.fill_null(0).to_numpy(zero_copy_only=False)
    missing = places.is_null().to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(pa.array(filled, mask=missing), values)


def _folded(names: pa.DictionaryArray) -> pa.DictionaryArray:
    """Give names as they are searched: a text for each name, the same for names that differ by an accent."""
    plain = pa.array([fold(name) for name in names.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(names.indices, plain)


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)

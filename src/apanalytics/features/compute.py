"""Features and cases, as pandas frames or as Parquet of any size."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq

from apanalytics import law
from apanalytics.errors import DataRefused, MissingTable, NotComputable
from apanalytics.features.engine import run
from apanalytics.features.registry import Feature, of_stage
from apanalytics.features.rules import register_rules
from apanalytics.features.steps import check_stage, order, steps
from apanalytics.features.window import Day, Window, register, window
from apanalytics.tables import Tables
from apanalytics.tables.activities import nace17_of, section_of
from apanalytics.tables.connection import DEFAULT_MEMORY
from apanalytics.tables.schema import as_frame

CASE_TABLES: Mapping[str, str] = {"authorisation": "requests", "payment": "claims"}
"""The table whose rows are the cases of each stage."""

CASE_COLUMNS = (
    "case_id, stage, request_id, siret, lpad(cast(sn as varchar), 9, '0') as siren, name, region, department,"
    " naf, size_class, scheme, motive, month, filed_on, date_basis, as_of, decide_by, hours, employees,"
    " amount as amount_eur, status"
)
_SQL_TYPES = {"boolean": "boolean", "Int64": "bigint", "float64": "double"}
ROWS_AT_ONCE = 122_880
"""Rows of a Parquet row group, and of a batch between DuckDB and a file."""

Carried = Mapping[str, frozenset[str]]
"""The columns that a source really carried, by table."""


def features(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    *,
    from_: Day | None = None,
    to: Day | None = None,
    as_of: Day | pd.Series | None = None,
    lag_days: int | None = None,
    regions: Iterable[str] | None = None,
    memory: str | None = None,
) -> pd.DataFrame:
    """Compute what was known about each case on the day it is looked at.

    Parameters
    ----------
    tables : canonical tables, or a dict of frames by table name.
    stage : `authorisation` (a case is a row of `requests`) or `payment` (a row of `claims`).
    from_, to : first and last filing day, inclusive; None is open.
    as_of : one day for all cases, or a Series of days by case_id. None is the contract's default: the first
        of the decision deadline, the decision or payment, and `lag_days` after filing; a case whose control
        is closed uses the day that control was opened. Cases filed after the day are left out.
    lag_days : None is the ordinary time to decide a request (15 days).
    regions : INSEE region codes or names; None is all. Peers and shared accounts are searched everywhere.
    memory : DuckDB memory limit such as `2GB`; above it, it spills to disk.

    Returns
    -------
    A row per case, indexed and ordered by `case_id`, a column per feature of the stage (`FEATURES`):
    `float64`, `Int64` or `boolean`, doubles rounded to six decimals. Missing is «not known», never
    «compliant»; `describe_feature` says why for each. `attrs` holds `stage`, `as_of` (a Series by case_id)
    and `units`.

    Raises
    ------
    InvalidArgument : unknown stage or region, or a window that cannot be.
    MissingTable : the table of the cases is not there.
    DataRefused : two cases have the same id.

    Examples
    --------
    >>> import apanalytics as ap
    >>> frame = features(ap.read("data/synthetic"), "payment", from_="2021-03-01", to="2021-03-31")
    >>> frame.index.name, frame.attrs["units"]["hours_over_legal_ratio"]
    ('case_id', 'ratio')
    """
    asked = window(from_, to, as_of, lag_days, regions)
    wanted = of_stage(check_stage(stage))
    with computed(tables, stage, asked, wanted, memory=memory) as (con, query):
        frame = as_frame(con.sql(query).to_arrow_table())
    days = pd.Series(pd.to_datetime(frame.pop("as_of")).to_numpy(), index=frame["case_id"], name="as_of")
    frame = frame.drop(columns="stage").set_index("case_id")
    frame = frame.astype({feature.name: feature.dtype for feature in wanted})
    frame.attrs = {"stage": stage, "as_of": days, "units": {f.name: f.unit for f in wanted}}
    return frame


def cases(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    *,
    from_: Day | None = None,
    to: Day | None = None,
    as_of: Day | pd.Series | None = None,
    lag_days: int | None = None,
    regions: Iterable[str] | None = None,
    memory: str | None = None,
) -> pd.DataFrame:
    """Give what identifies and places each case: the same rows as `features`, in the same order.

    Parameters
    ----------
    tables, stage, from_, to, as_of, lag_days, regions, memory : as for `features`.

    Returns
    -------
    A row per case, indexed by `case_id`: stage, request_id, siret, siren, name, region, department (`ZZ`
    where unknown), naf, section, nace17, size_class, scheme, motive, month (claims only), filed_on (null
    where the extract has none: `date_basis` is then `proxy`), as_of, decide_by (day the administration must
    have decided or paid by), hours, employees, amount_eur (at stake), status as known on `as_of`.

    Raises
    ------
    InvalidArgument, MissingTable, DataRefused : as `features`.

    Examples
    --------
    >>> import apanalytics as ap
    >>> where = cases(ap.read("data/synthetic"), "authorisation", regions=["32"])
    >>> where["region"].unique().tolist()
    ['32']
    """
    asked = window(from_, to, as_of, lag_days, regions)
    with connection(tables, stage, asked, memory) as con:
        run(con, ["cases"], steps(stage))
        refuse_twins(con, stage)
        arrow = con.sql(f"select {CASE_COLUMNS} from cases order by case_id").to_arrow_table()
    frame = as_frame(arrow).set_index("case_id")
    at = list(frame.columns).index("naf") + 1
    frame.insert(at, "section", frame["naf"].map(section_of, na_action="ignore").astype("str"))
    frame.insert(at + 1, "nace17", frame["naf"].map(nace17_of, na_action="ignore").astype("str"))
    return frame


def write_features(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    out: str | Path,
    asked: Window,
    *,
    memory: str | None = None,
    done: Callable[[str], None] = lambda step: None,
) -> int:
    """Write the features of a stage as one Parquet file, streamed, through a temporary file beside it.

    Parameters
    ----------
    tables, stage, memory : as for `features`.
    out : path of the file; its columns are stage, case_id, as_of, then one per feature.
    asked : what `window` returns.
    done : called with the name of each step that has run.

    Returns
    -------
    The number of cases written.

    Examples
    --------
    >>> import apanalytics as ap
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     asked = window("2021-03-01", "2021-03-31", regions=["94"])
    ...     write_features(ap.read("data/synthetic"), "payment", f"{folder}/f.parquet", asked) > 0
    True
    """
    path, rows = Path(out), 0
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    try:
        with computed(tables, stage, asked, of_stage(check_stage(stage)), memory=memory, done=done) as (
            con,
            query,
        ):
            reader = con.sql(query).to_arrow_reader(ROWS_AT_ONCE)
            with pq.ParquetWriter(new, reader.schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch)
                    rows += batch.num_rows
        os.chmod(new, 0o644)
        os.replace(new, path)
    finally:
        Path(new).unlink(missing_ok=True)
    return rows


def step_count(tables: Tables | Mapping[str, pd.DataFrame], stage: str) -> int:
    """Count the steps that the features of a stage take on these tables, for a progress bar.

    Examples
    --------
    >>> import apanalytics as ap
    >>> step_count(ap.read("data/synthetic"), "payment") > step_count({}, "payment")
    True
    """
    data = tables if isinstance(tables, Tables) else Tables.from_frames(tables)
    return len(order(targets(alive(carried(data), of_stage(check_stage(stage)))), steps(stage)))


@contextmanager
def computed(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    asked: Window,
    wanted: Iterable[Feature],
    *,
    memory: str | None = None,
    done: Callable[[str], None] = lambda step: None,
    beside: Iterable[str] = (),
    order_by: str = "cases.case_id",
) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """Run the steps of the wanted features; yield the connection and the query that gives their rows."""
    data = tables if isinstance(tables, Tables) else Tables.from_frames(tables)
    wanted = tuple(wanted)
    found = alive(carried(data), wanted)
    with connection(data, stage, asked, memory) as con:
        run(con, targets(found), steps(stage), done=done)
        refuse_twins(con, stage)
        yield con, assembly(wanted, found, beside, order_by)


@contextmanager
def connection(
    tables: Tables | Mapping[str, pd.DataFrame], stage: str, asked: Window, memory: str | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that has the canonical tables, the law and the window: what steps read."""
    data = tables if isinstance(tables, Tables) else Tables.from_frames(tables)
    table = CASE_TABLES[check_stage(stage)]
    if not data.has(table):
        raise MissingTable(table, data.folder or "frames in memory")
    with data.connect(memory) as con:
        law.sql_tables(con)
        register_rules(con)
        register(con, asked)
        try:
            yield con
        except duckdb.OutOfMemoryException as error:
            raise NotComputable(
                "The memory given is too small, even with spilling to disk",
                where="memory",
                value=memory or DEFAULT_MEMORY,
                why=str(error).splitlines()[0],
                todo="Give more with --memory, or a shorter window with --from and --to.",
            ) from None


def carried(tables: Tables) -> Carried:
    """Say what a source really carried: the columns of each table that is there.

    Examples
    --------
    >>> import apanalytics as ap
    >>> "filed_on" in carried(ap.read("data/synthetic"))["requests"]
    True
    """
    return {name: frozenset(tables.columns(name)) for name in tables.names}


def alive(source: Carried, wanted: Iterable[Feature]) -> tuple[Feature, ...]:
    """Give the features whose tables, and columns named with their table, the source really carried.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> [feature.name for feature in alive({}, [FEATURES["employees"], FEATURES["dsn_headcount"]])]
    ['employees']
    """

    def there(need: str) -> bool:
        table, _, column = need.partition(".")
        return table in source and (not column or column in source[table])

    return tuple(feature for feature in wanted if all(there(need) for need in feature.needs))


def targets(features: Iterable[Feature]) -> list[str]:
    """Name the steps whose rows are kept: the cases, then one step per group of features.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> targets([FEATURES["employees"], FEATURES["hours"]])
    ['cases', 'declared_facts']
    """
    return ["cases", *dict.fromkeys(feature.step for feature in features)]


TWINS = "select case_id from cases group by case_id having count(*) > 1 order by 1 limit 1"
"""The first case id that two cases have, or no row."""


def twins(stage: str, case_id: str) -> DataRefused:
    """Refuse two cases of one id: features are a row per case.

    Examples
    --------
    >>> print(str(twins("payment", "C1")).splitlines()[0])
    Two cases have the same id (claims): 'C1'.
    """
    return DataRefused(
        "Two cases have the same id",
        where=CASE_TABLES[stage],
        value=case_id,
        todo="`apanalytics check DATA` lists duplicate keys; `ingest` puts them in quarantine.",
    )


def refuse_twins(con: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Raise `twins` where two cases have the same id."""
    twin = con.execute(TWINS).fetchone()
    if twin:
        raise twins(stage, twin[0])


def assembly(
    wanted: Iterable[Feature],
    found: Iterable[Feature],
    beside: Iterable[str] = (),
    order_by: str = "cases.case_id",
) -> str:
    """Write the query that joins the steps into a row per case, in the portable subset.

    Parameters
    ----------
    wanted : the columns, in order.
    found : those that the source allows; the others are null.
    beside : further columns of `cases` to give before the features.
    order_by : columns of `cases` that order the rows.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> assembly([FEATURES["employees"]], []).partition("as_of, ")[2]
    'cast(null as bigint) as employees from cases order by cases.case_id'
    """
    names = {feature.name for feature in found}
    columns = ["cases.stage", "cases.case_id", "cases.as_of", *beside]
    for feature in wanted:
        kind = _SQL_TYPES[feature.dtype]
        value = f"{feature.step}.{feature.name}" if feature.name in names else "null"
        if kind == "double":  # to six decimals, in a form that rounds alike on every engine; + 0 unsigns zero
            columns.append(f"round(cast({value} as double) * 1e6, 0) / 1e6 + 0 as {feature.name}")
        else:
            columns.append(f"cast({value} as {kind}) as {feature.name}")
    joins = "".join(f" left join {name} on {name}.k = cases.k" for name in targets(found)[1:])
    return f"select {', '.join(columns)} from cases{joins} order by {order_by}"

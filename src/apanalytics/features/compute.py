"""Features and cases, as pandas frames or as Parquet of any size."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from apanalytics import law
from apanalytics.errors import MissingTable, NotComputable
from apanalytics.features.assembly import (
    CASE_TABLES,
    TWINS,
    alive,
    carried,
    columns_read,
    targets,
    twins,
)
from apanalytics.features.days import Days
from apanalytics.features.engine import run
from apanalytics.features.gathering import gathered
from apanalytics.features.memory import ENGINE_DEFAULT
from apanalytics.features.pruning import pruned
from apanalytics.features.registry import Feature, chosen
from apanalytics.features.rules import register_rules
from apanalytics.features.slicing import (
    AS_VIEWS,
    Slice,
    across,
    cut,
    find_strays,
    narrow,
    of_a_slice,
    slice_count,
)
from apanalytics.features.sorted_runs import ROWS_AT_ONCE, even, merged, write_run
from apanalytics.features.steps import check_stage, order, steps
from apanalytics.features.window import Day, Window, register, window
from apanalytics.tables import Tables
from apanalytics.tables.activities import nace17_of, section_of
from apanalytics.tables.schema import as_frame

Done = Callable[[str], None]
"""Called with the name of each step that has run."""

SORTED_BY = "sorted_by"
_PLACE = (
    "concat(cases.region, '/', cast(cast(date_trunc('month', cases.known_on) as date) as varchar), '/',"
    f" cases.case_id) as {SORTED_BY}"
)
"""Region, month of filing and id of a case as one text, whose order is theirs."""

CASE_COLUMNS = (
    "case_id, stage, request_id, siret, lpad(cast(sn as varchar), 9, '0') as siren, name, region, department,"
    " naf, size_class, scheme, motive, month, filed_on, date_basis, as_of, decide_by, hours, employees,"
    " amount as amount_eur, status"
)


def features(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    *,
    from_: Day | None = None,
    to: Day | None = None,
    as_of: Day | pd.Series | None = None,
    lag_days: int | None = None,
    regions: Iterable[str] | None = None,
    only: Iterable[str] | None = None,
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
    only : names of the features wanted; None is all of the stage but those given on request (`Feature`). Only
        the steps and columns that they need are computed, and their values are those of the whole.
    memory : DuckDB memory limit such as `1GB`; None is 900MB. Cases that do not fit are computed
        slice by slice, firms together, and DuckDB spills to disk what is still too large.

    Returns
    -------
    A row per case, indexed and ordered by `case_id`, a column per feature of the stage (`FEATURES`):
    `float64`, `Int64` or `boolean`, doubles rounded to six decimals. Missing is «not known», never
    «compliant»; `describe_feature` says why for each. `attrs` holds `stage`, `units` and `as_of`: the first
    and the last day, and `attrs["as_of"].by_case`, a Series by case_id.

    Raises
    ------
    InvalidArgument : unknown stage, region or feature, or a window that cannot be.
    MissingTable : the table of the cases is not there.
    DataRefused : two cases have the same id.

    Examples
    --------
    >>> import apanalytics as ap
    >>> frame = features(ap.read("data/synthetic"), "payment", from_="2021-03-01", to="2021-03-31")
    >>> frame.index.name, frame.attrs["units"]["hours_over_legal_ratio"]
    ('case_id', 'ratio')
    >>> features(ap.read("data/synthetic"), "payment", regions=["94"], only=["hours"]).columns.tolist()
    ['hours']
    """
    asked = window(from_, to, as_of, lag_days, regions)
    wanted = chosen(check_stage(stage), only)
    frame = as_frame(pa.concat_tables(computed(tables, stage, asked, wanted, memory=memory)))
    days = pd.Series(pd.to_datetime(frame.pop("as_of")).to_numpy(), index=frame["case_id"], name="as_of")
    frame = frame.drop(columns="stage").set_index("case_id")
    frame = frame.astype({feature.name: feature.dtype for feature in wanted})
    frame.attrs = {"stage": stage, "as_of": Days(days), "units": {f.name: f.unit for f in wanted}}
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
    only: Iterable[str] | None = None,
    memory: str | None = None,
    done: Done = lambda step: None,
) -> int:
    """Write the features of a stage as one Parquet file, streamed, through a temporary file beside it.

    Parameters
    ----------
    tables, stage, only, memory : as for `features`.
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
        wanted = chosen(check_stage(stage), only)
        with closing(computed(tables, stage, asked, wanted, memory=memory, done=done)) as tables_of_rows:
            first = next(tables_of_rows)
            few = ["stage", "as_of"]  # a dictionary of other columns costs more than it saves
            with pq.ParquetWriter(new, first.schema, compression="zstd", use_dictionary=few) as writer:
                for table in chain([first], tables_of_rows):
                    writer.write_table(table)
                    rows += table.num_rows
        os.chmod(new, 0o644)
        os.replace(new, path)
    finally:
        Path(new).unlink(missing_ok=True)
    return rows


def step_count(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    asked: Window | None = None,
    *,
    only: Iterable[str] | None = None,
    memory: str | None = None,
) -> int:
    """Count the steps that the features of a stage take on these tables, for a progress bar.

    Parameters
    ----------
    tables, stage, only, memory : as for `features`.
    asked : what `window` returns; None is every case.

    Examples
    --------
    >>> import apanalytics as ap
    >>> step_count(ap.read("data/synthetic"), "payment") > step_count({}, "payment", only=["employees"])
    True
    """
    data = tables if isinstance(tables, Tables) else Tables.from_frames(tables)
    known, found = steps(stage), alive(carried(data), chosen(stage, only))
    if not data.has(CASE_TABLES[stage]):
        return len(order(targets(found), known))
    with connection(data, stage, asked or window(), memory) as con:
        slices = slice_count(con, stage, asked or window(), len(found))
    if slices == 1:
        return len(pruned(known, columns_read(found)))
    once = order(across(known, targets(found)), known)
    return len(once) + slices * len(pruned(of_a_slice(known), columns_read(found)))


def computed(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    asked: Window,
    wanted: Iterable[Feature],
    *,
    memory: str | None = None,
    done: Done = lambda step: None,
    beside: Iterable[str] = (),
    by_place: bool = False,
) -> Generator[pa.Table]:
    """Yield the rows of the wanted features, in order, as tables of `ROWS_AT_ONCE` rows but for the last.

    Parameters
    ----------
    tables, stage, memory : as for `features`.
    asked : what `window` returns.
    wanted : features of the stage.
    done : called with the name of each step that has run.
    beside : further columns of `cases` to give before the features.
    by_place : order the rows by region, month of filing and case_id, instead of case_id alone.

    Raises
    ------
    MissingTable, DataRefused, NotComputable : as `features`.
    """
    data = tables if isinstance(tables, Tables) else Tables.from_frames(tables)
    wanted = tuple(wanted)
    sort_key = (_PLACE,) if by_place else ()
    plan = _Plan(stage, wanted, alive(carried(data), wanted), (*beside, *sort_key))
    with connection(data, stage, asked, memory, by_place=by_place) as con:
        count = slice_count(con, stage, asked, len(plan.found))
        slices = cut(con, stage, asked, count) if count > 1 else []
        if len(slices) > 1:
            rows = _sliced(con, plan, slices, SORTED_BY if by_place else "case_id", done)
        else:
            rows = _whole(con, plan, done)
        for table in even(rows):
            yield table.drop_columns([SORTED_BY]) if by_place else table


@dataclass(frozen=True)
class _Plan:
    """What is computed: the features wanted, those that the source allows, and columns of the cases."""

    stage: str
    wanted: tuple[Feature, ...]
    found: tuple[Feature, ...]
    beside: tuple[str, ...]


def _whole(con: duckdb.DuckDBPyConnection, plan: _Plan, done: Done) -> Iterator[pa.Table]:
    """Run every step on all the cases, and yield their rows."""
    known = pruned(steps(plan.stage), columns_read(plan.found, plan.beside))
    run(con, targets(plan.found), known, done=done)
    yield from _assembled(con, plan)


def _sliced(
    con: duckdb.DuckDBPyConnection, plan: _Plan, slices: Sequence[Slice], key: str, done: Done
) -> Iterator[pa.Table]:
    """Run what looks across firms once and the other steps slice by slice; yield the rows of all in order."""
    known, wanted = steps(plan.stage), targets(plan.found)
    with tempfile.TemporaryDirectory(prefix="apanalytics-slices-") as folder:
        run(con, across(known, wanted), known, views=AS_VIEWS, done=done)
        find_strays(con, slices)
        known = pruned(of_a_slice(known), columns_read(plan.found, plan.beside))
        runs, batch = [], max(1, ROWS_AT_ONCE // len(slices))
        for one in slices:
            narrow(con, one)
            run(con, wanted, known, done=done)
            runs.append(Path(folder) / f"{one.number}.arrow")
            write_run(_assembled(con, plan), runs[-1], batch)
        yield from _without_twins(merged(runs, key), plan.stage)


def _assembled(con: duckdb.DuckDBPyConnection, plan: _Plan) -> Iterator[pa.Table]:
    """Yield the rows of the cases that have been computed, some at a time, in order."""
    refuse_twins(con, plan.stage)
    yield from gathered(con, plan.wanted, plan.found, plan.beside)


def _without_twins(tables: Iterable[pa.Table], stage: str) -> Iterator[pa.Table]:
    """Refuse two cases of one id that came from different slices: in the order of ids they are neighbours."""
    last = pa.array([], pa.string())
    for table in tables:
        ids = pa.concat_arrays([last, *table["case_id"].chunks])
        twin = ids.slice(1).filter(pc.equal(ids.slice(1), ids.slice(0, max(0, len(ids) - 1))))
        if len(twin):
            raise twins(stage, twin[0].as_py())
        last = ids.slice(max(0, len(ids) - 1))
        yield table


@contextmanager
def connection(
    tables: Tables | Mapping[str, pd.DataFrame],
    stage: str,
    asked: Window,
    memory: str | None,
    *,
    by_place: bool = False,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that has the canonical tables, the law and the window: what steps read."""
    data = tables if isinstance(tables, Tables) else Tables.from_frames(tables)
    table = CASE_TABLES[check_stage(stage)]
    if not data.has(table):
        raise MissingTable(table, data.folder or "frames in memory")
    with data.connect(memory or ENGINE_DEFAULT) as con:
        law.sql_tables(con)
        register_rules(con)
        register(con, asked, by_place=by_place)
        try:
            yield con
        except duckdb.OutOfMemoryException as error:
            raise NotComputable(
                "The memory given is too small, even with spilling to disk",
                where="memory",
                value=memory or ENGINE_DEFAULT,
                why=str(error).splitlines()[0],
                todo="Give more with --memory, or a shorter window with --from and --to.",
            ) from None


def refuse_twins(con: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Raise `twins` where two cases have the same id."""
    twin = con.execute(TWINS).fetchone()
    if twin:
        raise twins(stage, twin[0])

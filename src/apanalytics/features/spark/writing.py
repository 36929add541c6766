"""Features computed by the same steps on Spark, written as a Parquet dataset by region and month."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from apanalytics.errors import MissingTable
from apanalytics.features.assembly import CASE_TABLES, TWINS, alive, assembly, targets, twins
from apanalytics.features.linking import MADE, MADE_OF
from apanalytics.features.registry import chosen, of_stage
from apanalytics.features.spark.inputs import hadoop, register_law, register_tables
from apanalytics.features.spark.translation import spark_sql
from apanalytics.features.steps import Step, check_stage, order, steps
from apanalytics.features.window import Window

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PARTITION = (
    "cases.region",
    "concat(cast(year(cases.known_on) as varchar), '-', lpad(cast(month(cases.known_on) as varchar), 2, '0'))"
    " as month",
)
"""Region of the establishment, and month in which the case was filed."""


def write_features_on_spark(
    session: SparkSession,
    data: str,
    stage: str,
    out: str,
    asked: Window,
    *,
    only: Sequence[str] | None = None,
    done: Callable[[str], None] = lambda step: None,
) -> int:
    """Write the features of a stage as a Parquet dataset partitioned by `region` and `month` of filing.

    Parameters
    ----------
    session : as `open_session` gives it.
    data : path or address of the canonical tables, as Parquet.
    stage : `authorisation` or `payment`.
    out : path or address of the dataset; what is there is replaced once the new one is complete. Columns:
        stage, case_id, as_of, one per feature, then region and month from the names of the folders.
    asked : what `window` returns.
    only : features wanted, or steps of which every feature is; None is all but those given on request.
    done : called with the name of each step that has run.

    Returns
    -------
    The number of cases written.

    Raises
    ------
    MissingTable, MissingColumn, DataRefused : the data cannot be used, as for `features`.
    """
    found = register_tables(session, data)
    if CASE_TABLES[check_stage(stage)] not in found:
        raise MissingTable(CASE_TABLES[stage], data)
    register_law(session, asked)
    wanted = chosen(stage)
    if only is not None:
        wanted = tuple(f for f in of_stage(stage) if f.step in only or f.name in only)
    there = alive(found, wanted)
    with beside(session, out) as work:
        run_on_spark(session, targets(there), steps(stage), f"{work}/steps", done=done)
        for twin in session.sql(spark_sql(TWINS)).collect():
            raise twins(stage, twin[0])
        rows = session.sql(spark_sql(assembly(wanted, there, PARTITION)))
        rows = rows.repartition("region", "month").sortWithinPartitions("region", "month", "case_id")
        rows.write.partitionBy("region", "month").parquet(f"{work}/rows")
        count = session.read.schema(rows.schema).parquet(f"{work}/rows").count()
        publish(session, f"{work}/rows", out)
    return count


def run_on_spark(
    session: SparkSession,
    wanted: Sequence[str],
    known: Mapping[str, Step],
    work: str,
    *,
    done: Callable[[str], None] = lambda step: None,
) -> None:
    """Leave a view per wanted step: written under `work` where it is read more than once, else computed.

    What is written cuts the plan of the steps after it, and outlives the loss of an executor.

    Parameters
    ----------
    session : has the canonical tables, the tables of the law and the window as views.
    wanted : steps whose rows are read afterwards.
    known : the steps of the stage.
    work : path or address of a folder; the caller removes it.
    done : called with the name of each step that has run.
    """
    plan = order(wanted, known)
    times = Counter(read for name in plan for read in known[name].mentions)
    for name in plan:
        rows = made(session, name) if name in MADE else session.sql(spark_sql(known[name].sql))
        if times[name] > 1 or name in wanted:
            rows.write.parquet(f"{work}/{name}")
            rows = session.read.schema(rows.schema).parquet(f"{work}/{name}")
        rows.createOrReplaceTempView(name)
        done(name)


def made(session: SparkSession, name: str) -> DataFrame:
    """Follow the links of firms on the driver: there are few beside the cases."""
    with warnings.catch_warnings():
        # PySpark says that it does not fully support pandas 3; rows pass here as Arrow, and are tested.
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
        return session.createDataFrame(MADE[name](session.table(MADE_OF).toArrow()))


@contextmanager
def beside(session: SparkSession, out: str) -> Iterator[str]:
    """Yield the address of a folder beside `out`, of that storage, for what is not yet finished."""
    parent, _, name = out.rstrip("/").rpartition("/")
    work = f"{parent}/.{name}.{uuid4().hex}" if parent else f".{name}.{uuid4().hex}"
    try:
        yield work
    finally:
        path, files = hadoop(session, work)
        files.delete(path, True)


def publish(session: SparkSession, new: str, out: str) -> None:
    """Put a finished dataset in the place of the old one, by renaming."""
    source, files = hadoop(session, new)
    target, _ = hadoop(session, out)
    files.mkdirs(target.getParent() or target)
    if files.exists(target):
        files.delete(target, True)
    if not files.rename(source, target):
        raise OSError(f"Spark could not rename {new} into {out}")

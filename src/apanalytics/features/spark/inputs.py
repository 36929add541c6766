"""The canonical tables, the law and what is asked for, as temporary views of a Spark session."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import duckdb

from apanalytics import law
from apanalytics.errors import DataRefused, MissingColumn
from apanalytics.features.assembly import Carried
from apanalytics.features.rules import register_rules
from apanalytics.features.window import Window, register
from apanalytics.tables import TABLES, schema
from apanalytics.tables.inputs import ABSENT
from apanalytics.tables.schema import Schema

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {
    "string": ("string",),
    "date": ("date",),
    "month": ("date",),
    "integer": ("bigint", "int", "smallint", "tinyint"),
    "number": ("double", "float", "bigint", "int", "smallint", "tinyint"),
    "boolean": ("boolean",),
}
"""Spark types from which each type of the contract is read without loss."""


def register_tables(session: SparkSession, data: str) -> Carried:
    """Create a view per contract table over `DATA/<table>.parquet`, file or folder, on any storage of Spark.

    Parameters
    ----------
    session : as `open_session` gives it.
    data : path or address (`s3a://`, `hdfs://`, …) of the data folder.

    Returns
    -------
    The columns that the source really carried, by table.

    Raises
    ------
    MissingColumn : a required column is not there.
    DataRefused : a column is not of the type of the contract.
    """
    found: dict[str, frozenset[str]] = {}
    for name in TABLES:
        place = f"{data.rstrip('/')}/{name}.parquet"
        contract = schema(name)
        if not exists(session, place):
            columns = [f"cast(null as {_spark_type(contract, f.name)}) as {f.name}" for f in contract.fields]
            session.sql(f"select {', '.join(columns)} where false").createOrReplaceTempView(name)
            continue
        rows = session.read.option("mergeSchema", "true").parquet(place)
        kinds = dict(rows.dtypes)
        _check(contract, kinds, place)
        rows.selectExpr(*_select(contract, kinds)).createOrReplaceTempView(name)
        absent = _declared_absent(session, rows)
        found[name] = frozenset(f.name for f in contract.fields if f.name in kinds) - absent
    return found


def register_law(session: SparkSession, asked: Window) -> None:
    """Create the tables of the law, of `RULES` and of what is asked for: the same rows as DuckDB has."""
    with duckdb.connect() as con, warnings.catch_warnings():
        # PySpark says that it does not fully support pandas 3; rows pass here as Arrow, and are tested.
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
        law.sql_tables(con)
        register_rules(con)
        register(con, asked)
        for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall():
            rows = session.createDataFrame(con.sql(f"select * from {name}").to_arrow_table())
            rows.createOrReplaceTempView(name)


def exists(session: SparkSession, place: str) -> bool:
    """Whether something is at a path or address."""
    path, files = hadoop(session, place)
    return bool(files.exists(path))


def hadoop(session: SparkSession, place: str) -> tuple[Any, Any]:
    """Give the Hadoop path of an address, and the file system that holds it."""
    path = _jvm(session).org.apache.hadoop.fs.Path(place)
    return path, path.getFileSystem(_configuration(session))


def _jvm(session: SparkSession) -> Any:
    return session.sparkContext._jvm  # type: ignore[attr-defined, unused-ignore]


def _configuration(session: SparkSession) -> Any:
    return session.sparkContext._jsc.hadoopConfiguration()  # type: ignore[attr-defined, unused-ignore]


def _declared_absent(session: SparkSession, rows: DataFrame) -> frozenset[str]:
    """Columns that every file of a table declares absent from its source."""
    parquet = _jvm(session).org.apache.parquet.hadoop
    declared = []
    for file in rows.inputFiles():
        path, _ = hadoop(session, file)
        reader = parquet.ParquetFileReader.open(
            parquet.util.HadoopInputFile.fromPath(path, _configuration(session))
        )
        try:
            said = reader.getFileMetaData().getKeyValueMetaData().get(ABSENT.decode())
        finally:
            reader.close()
        declared.append(frozenset(filter(None, (said or "").split(","))))
    return frozenset.intersection(*declared) if declared else frozenset()


def _check(contract: Schema, kinds: dict[str, str], place: str) -> None:
    for field in contract.fields:
        if field.name not in kinds:
            if field.required and not field.nullable:
                raise MissingColumn(contract.name, field.name, present=tuple(kinds), where=place)
        elif kinds[field.name] not in _TYPES[field.type]:
            raise DataRefused(
                f"Column {field.name!r} of table {contract.name!r} is not of type {field.type}",
                where=place,
                value=kinds[field.name],
                todo="`apanalytics ingest OUT --tables DIR` writes tables with the types of the contract.",
            )


def _select(contract: Schema, kinds: dict[str, str]) -> list[str]:
    return [
        f"cast({f.name if f.name in kinds else 'null'} as {_spark_type(contract, f.name)}) as {f.name}"
        for f in contract.fields
    ]


def _spark_type(contract: Schema, column: str) -> str:
    kind = contract.sql_type(contract.field(column))
    return "string" if kind == "VARCHAR" else kind.lower()

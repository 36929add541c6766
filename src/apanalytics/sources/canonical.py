"""Canonical tables as CSV or Parquet, taken through the same judgement as any extract."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from apanalytics.errors import InvalidArgument, MissingColumn, MissingTable
from apanalytics.sources.batches import Batch, staged_raw, staged_scan
from apanalytics.sources.csv_records import csv_records
from apanalytics.sources.identity import Key, hashed_into, kind_of, refuse_without_key
from apanalytics.sources.staging import stage
from apanalytics.tables.casting import column_types
from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.inputs import CsvInput, ParquetInput, find_input
from apanalytics.tables.rules import Column, text_column
from apanalytics.tables.schema import TABLES, Schema, schema


def read_canonical(con: duckdb.DuckDBPyConnection, folder: Path, work: Path, key: Key | None) -> list[Batch]:
    """Prepare every canonical table of a folder: CSV is staged as text, Parquet is read where it lies.

    Parameters
    ----------
    con : connection on which the batches will be read; it gets the function that hashes identifiers.
    folder : holds `<table>.csv` or `<table>.parquet`.
    work : folder for the staged files.
    key : secret for identifying columns: `nir`, `iban`, `email` become `person_key`, `bank_key`, `email_key`.

    Raises
    ------
    InvalidArgument : no such folder.
    MissingTable : it holds no canonical table.
    MissingColumn : a table lacks a required column.
    DataRefused : an identifying column and no key.
    """
    if not folder.is_dir():
        raise InvalidArgument("Folder not found", where="--tables", value=str(folder), todo="Check the path.")
    if key is not None:
        _install_hash(con, key)
    batches: list[Batch] = []
    for name in TABLES:
        found = find_input(folder, name)
        if isinstance(found, CsvInput):
            batches.append(_csv(schema(name), found.path, work, key))
        elif isinstance(found, ParquetInput):
            for file in found.files:
                batches.append(_parquet(con, schema(name), file, file.relative_to(folder).as_posix(), key))
    if not batches:
        raise MissingTable("requests", folder)
    return batches


def read_table(con: duckdb.DuckDBPyConnection, name: str, path: Path, work: Path, key: Key | None) -> Batch:
    """Prepare one canonical table given as a file of its own, `.csv` or `.parquet`, whatever it is called.

    Parameters
    ----------
    con : connection on which the batch will be read.
    name : table of the contract, which is also the option's name.
    path : the file.
    work : folder for the staged file.
    key : secret for identifying columns.

    Raises
    ------
    InvalidArgument : no such file, or of another kind.
    MissingColumn : the file lacks a required column.
    """
    if not path.is_file():
        raise InvalidArgument("File not found", where=f"--{name}", value=str(path), todo="Check the path.")
    kind = path.suffix.lower()
    if kind == ".csv":
        place = work / name
        place.mkdir()
        return replace(_csv(schema(name), path, place, key), source=name)
    if kind == ".parquet":
        return replace(_parquet(con, schema(name), path, path.name, key), source=name)
    raise InvalidArgument(
        "Neither CSV nor Parquet", where=f"--{name}", value=str(path), todo="Give a .csv or a .parquet file."
    )


def _install_hash(con: duckdb.DuckDBPyConnection, key: Key) -> None:
    con.create_function("keyed_hash", key.hash, ["VARCHAR", "VARCHAR"], "VARCHAR")


def _csv(contract: Schema, path: Path, work: Path, key: Key | None) -> Batch:
    records = csv_records(path)
    first = next(records, None)
    header = [name.strip() for name in first.cells] if first else []
    lowered = {name.lower(): name.upper() for name in header}
    _require(contract, set(lowered), header, path.name)
    wanted = frozenset(name.upper() for name in (field.name for field in contract.fields))
    staged = stage(header, records, wanted, work / f"tables-{contract.name}.parquet", path.name, key)
    columns = {
        field.name: text_column(field, quoted(lowered[field.name]), field.name)
        for field in contract.fields
        if field.name in lowered
    }
    for name in staged.headers:
        if kind := kind_of(name):
            columns |= _hashed(contract, columns, kind, quoted(name), name)
    return Batch(
        "tables",
        path.name,
        "canonical csv",
        contract,
        staged_scan(staged),
        columns,
        staged.rows,
        raw=staged_raw(staged),
        problem="problem",
    )


def _parquet(
    con: duckdb.DuckDBPyConnection, contract: Schema, path: Path, file: str, key: Key | None
) -> Batch:
    rows_of_file = f"read_parquet({literal(str(path))}, file_row_number=true)"
    scan = f"(select *, file_row_number + 1 as line from {rows_of_file})"
    present = column_types(con.sql, scan, file)
    _require(contract, set(present), list(present), file)
    columns = {
        field.name: _stored(field.name, contract, present[field.name])
        for field in contract.fields
        if field.name in present
    }
    for name in present:
        if kind := kind_of(name):
            if key is None:
                raise refuse_without_key(name, file)
            text = f"text_of(cast({quoted(name)} as varchar))"
            hashed = f"case when {text} is not null then keyed_hash('{kind}', {text}) end"
            columns |= _hashed(contract, columns, kind, hashed, name)
    ((rows,),) = con.execute(f"select count(*) from {scan}").fetchall()
    texts = ", ".join(f"coalesce({column.text}, '')" for column in columns.values())
    raw = f"concat_ws(';', {texts})"
    return Batch("tables", file, "canonical parquet", contract, scan, columns, int(rows), raw=raw)


def _stored(name: str, contract: Schema, kind: str) -> Column:
    field = contract.field(name)
    if kind == contract.sql_type(field):
        return Column(f"nullif(cast({quoted(name)} as varchar), '')", quoted(name), name)
    return text_column(field, f"cast({quoted(name)} as varchar)", name)


def _hashed(
    contract: Schema, columns: dict[str, Column], kind: str, sql: str, label: str
) -> dict[str, Column]:
    target = hashed_into(kind)
    known = {field.name for field in contract.fields}
    return {target: Column(sql, sql, label)} if target in known and target not in columns else {}


def _require(contract: Schema, present: set[str], header: list[str], file: str) -> None:
    hashed = {hashed_into(kind) for name in header if (kind := kind_of(name))}
    for field in contract.fields:
        if field.required and not field.nullable and field.name not in present | hashed:
            raise MissingColumn(contract.name, field.name, present=header, where=file)

"""From the columns of an input to the types of the contract: lossless, or refused with the value lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from apanalytics.errors import DataRefused, MissingColumn, UnreadableFile
from apanalytics.tables.connection import quoted
from apanalytics.tables.schema import Field, Schema

Ask = Callable[[str], Any]
"""Runs an SQL text on whatever holds the rows: a connection's `sql`, or a relation's `query`."""

_LOSSLESS = {
    "string": ("VARCHAR", "ENUM"),
    "date": ("DATE",),
    "month": ("DATE",),
    "integer": ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UINTEGER", "USMALLINT", "UTINYINT"),
    "number": ("DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT"),
    "boolean": ("BOOLEAN",),
}


def column_types(ask: Ask, scan: str, where: str) -> dict[str, str]:
    """Return the DuckDB type of each column of a table expression.

    Raises
    ------
    UnreadableFile : the file behind it cannot be read.

    Examples
    --------
    >>> column_types(duckdb.connect().sql, "(select 1 as a, 'x' as b)", "here")
    {'a': 'INTEGER', 'b': 'VARCHAR'}
    """
    try:
        return {name: kind for name, kind, *_ in ask(f"describe select * from {scan}").fetchall()}
    except duckdb.Error as error:
        raise _unreadable(error, where) from None


def typed_columns(ask: Ask, schema: Schema, scan: str, where: str, present: dict[str, str]) -> list[str]:
    """Return the select list that gives every contract column its type; absent ones are typed nulls.

    Parameters
    ----------
    ask : runs SQL where `scan` has a meaning.
    scan : table expression that reads the rows.
    where : file or frame, for messages.
    present : DuckDB type of each column that is there.

    Raises
    ------
    MissingColumn : a required column is not there.
    DataRefused : a value does not fit its type.

    Examples
    --------
    >>> from apanalytics.tables.schema import schema
    >>> con = duckdb.connect()
    >>> rows = "(select '1' as predecessor, '2' as successor, '2020-01-31' as known_on)"
    >>> typed_columns(con.sql, schema("successions"), rows, "here", column_types(con.sql, rows, "here"))[2]
    'cast("known_on" as DATE) as "known_on"'
    """
    for field in schema.fields:
        if field.required and not field.nullable and field.name not in present:
            raise MissingColumn(schema.name, field.name, present=tuple(present), where=where)
    doubtful = [
        field
        for field in schema.fields
        if field.name in present and present[field.name].split("(")[0] not in _LOSSLESS[field.type]
    ]
    if doubtful:
        _refuse_what_is_lost(ask, schema, scan, where, doubtful, present)
    return [_typed(field, schema, field.name in present) for field in schema.fields]


def _typed(field: Field, schema: Schema, there: bool) -> str:
    value = quoted(field.name) if there else "null"
    return f"cast({value} as {schema.sql_type(field)}) as {quoted(field.name)}"


def _refuse_what_is_lost(
    ask: Ask, schema: Schema, scan: str, where: str, fields: list[Field], present: dict[str, str]
) -> None:
    """One pass over the columns of another type: a value that changes, or does not convert, is refused."""
    firsts = [
        f"any_value(cast({quoted(field.name)} as varchar)) "
        f"filter (where {_lost(field, schema, present[field.name])})"
        for field in fields
    ]
    try:
        (found,) = ask(f"select {', '.join(firsts)} from {scan}").fetchall()
    except duckdb.Error as error:
        raise _unreadable(error, where) from None
    for field, value in zip(fields, found, strict=True):
        if value is not None:
            raise DataRefused(
                f"Column {field.name!r} of table {schema.name!r} is not of type {field.type}",
                where=where,
                value=value[:60],
                why=f"The file holds {present[field.name]}; a value would be lost or changed.",
                todo="`apanalytics ingest OUT --tables DIR` sets such rows apart and says why.",
            )


def _lost(field: Field, schema: Schema, kind: str) -> str:
    """SQL condition: a value of this column, held as `kind`, does not survive the cast to its type."""
    name = quoted(field.name)
    if field.type == "string":  # a SIRET held as a number has lost its leading zeros
        return f"{name} is not null"
    fails = f"try_cast({name} as {schema.sql_type(field)}) is null"
    if field.type == "integer" and kind.split("(")[0] in ("DOUBLE", "FLOAT", "DECIMAL"):
        fails = f"({name} <> floor({name}) or {fails})"
    return f"{name} is not null and {fails}"


def _unreadable(error: duckdb.Error, where: str) -> UnreadableFile:
    return UnreadableFile("The table cannot be read", where=where, why=str(error).splitlines()[0])

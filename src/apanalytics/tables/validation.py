"""Checking a data folder against the contract, in DuckDB and so for any number of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import duckdb

from apanalytics.tables.casting import column_types
from apanalytics.tables.connection import open_connection, quoted
from apanalytics.tables.inputs import Input
from apanalytics.tables.parsing import install_parsers
from apanalytics.tables.reading import Tables
from apanalytics.tables.references import parent_values, reference_flag
from apanalytics.tables.rules import Column, judged, own_flags
from apanalytics.tables.schema import TABLES, Field, Schema, schema

FLAGS = "data_flags"


@dataclass
class TableCheck:
    """What was found in one table.

    Attributes
    ----------
    rows : number of rows.
    errors : rows refused by each rule (the first that a row breaks); `missing_column` counts columns.
    flags : rows that carry each flag; a flagged row is kept.
    missing_columns : required columns that are not there.
    """

    rows: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    flags: dict[str, int] = field(default_factory=dict)
    missing_columns: list[str] = field(default_factory=list)


@dataclass
class Check:
    """Result of a validation: what is refused makes it fail, what is flagged does not.

    Attributes
    ----------
    tables : what was found, by table.
    absent : tables that the contract does not call optional and that are not there; what needs them cannot be
        computed, and this alone does not make the check fail.
    """

    tables: dict[str, TableCheck]
    absent: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no row and no column is refused."""
        return not any(found.errors for found in self.tables.values())

    def json(self) -> dict[str, Any]:
        """Return the machine-readable form of the command `check`."""
        found = {name: vars(table) for name, table in self.tables.items()}
        return {"ok": self.ok, "tables": found, "absent": list(self.absent)}

    def text(self) -> str:
        """Return the report for a person, one table a paragraph."""
        lines = []
        for name, found in self.tables.items():
            lines.append(f"{name}: {found.rows} rows")
            lines += [f"  required column missing: {column}" for column in found.missing_columns]
            lines += [
                f"  refused, {rule}: {count}"
                for rule, count in found.errors.items()
                if rule != "missing_column"
            ]
            lines += [f"  flagged, {code}: {count}" for code, count in found.flags.items()]
        lines += [f"{name}: absent; what needs it cannot be computed" for name in self.absent]
        lines.append("The data keep to the contract." if self.ok else "The data break the contract.")
        return "\n".join(lines)


def validate(tables: Tables, memory: str | None = None) -> Check:
    """Check every table that is there against the contract: types, codes, ranges, keys, references, dates.

    Parameters
    ----------
    tables : what to check, of any size.
    memory : DuckDB memory limit, such as `2GB`.

    Returns
    -------
    Check: per table the rows, the errors (rows that `ingest` would refuse, by rule) and the flags (rows kept
    and signalled, by code). Rules: `required`, `type`, `format`, `range`, `month`, `date_order`, `siren`,
    `duplicate_key`, and `missing_column`, which counts columns.

    Raises
    ------
    UnreadableFile : a file is not Parquet or CSV.

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> validate(read("data/synthetic")).ok
    True
    """
    with open_connection(memory) as con:
        install_parsers(con)
        columns = {name: _prepare(con, name, tables.input(name)) for name in tables.names}
        found = {name: _check(con, schema(name), columns) for name in tables.names}
    absent = (name for name in TABLES if not schema(name).optional and name not in found)
    return Check(found, tuple(absent))


def _prepare(con: duckdb.DuckDBPyConnection, name: str, found: Input) -> list[str]:
    """Create the view `judged_<table>` (values, rule, reason); return the contract columns that are there."""
    contract = schema(name)
    scan = found.scan(con, name)
    present = column_types(con.sql, scan, found.where)
    columns = {
        f.name: stored_column(f, contract.sql_type(f), present[f.name])
        for f in contract.fields
        if f.name in present
    }
    con.execute(f"create view judged_{name} as {judged(contract, columns, scan)}")
    return list(columns)


def stored_column(field: Field, wanted: str, stored: str) -> Column:
    """Return how a column of a canonical file is read: as it is where its type is right, else value by value.

    Examples
    --------
    >>> from apanalytics.tables.schema import schema
    >>> stored_column(schema("claims").field("month"), "DATE", "DATE").typed
    '"month"'
    """
    name = quoted(field.name)
    text = f"nullif(cast({name} as varchar), '')"
    if stored == wanted:
        return Column(text, name, field.name)
    if wanted == "VARCHAR":
        typed = "cast(null as varchar)" if stored not in ("VARCHAR", "ENUM") else name
    elif wanted == "BIGINT" and stored.split("(")[0] in ("DOUBLE", "FLOAT", "DECIMAL"):
        typed = f"case when {name} = floor({name}) then try_cast({name} as bigint) end"
    else:
        typed = f"try_cast({name} as {wanted})"
    return Column(text, typed, field.name)


def _check(con: duckdb.DuckDBPyConnection, contract: Schema, columns: dict[str, list[str]]) -> TableCheck:
    names = columns[contract.name]
    view = f"judged_{contract.name}"
    result = TableCheck(
        missing_columns=[
            f.name for f in contract.fields if f.required and not f.nullable and f.name not in names
        ],
    )
    if result.missing_columns:
        result.errors["missing_column"] = len(result.missing_columns)
    counts = con.execute(
        f"select rule, count(*) from {view} group by rule order by rule nulls first"
    ).fetchall()
    result.rows = sum(count for _, count in counts)
    result.errors |= {rule: count for rule, count in counts if rule is not None}
    key = [quoted(name) for name in contract.primary_key if name in names]
    ((twice,),) = con.execute(
        f"select coalesce(sum(n - 1), 0) from (select count(*) as n from {view} where rule is null "
        f"group by {', '.join(key)}) "
    ).fetchall()
    if twice:
        result.errors["duplicate_key"] = int(twice)
    result.flags = _flags(con, contract, names, columns)
    return result


def _flags(
    con: duckdb.DuckDBPyConnection, contract: Schema, names: list[str], columns: dict[str, list[str]]
) -> dict[str, int]:
    """Rows kept that carry each flag: stored in `data_flags`, or shown by the rows themselves."""
    flags = own_flags(contract, names)
    for number, key in enumerate(contract.foreign_keys):
        if key.column not in names or key.target not in columns.get(key.table, ()):
            continue
        parents = f"parents_{contract.name}_{number}"
        select = parent_values(key, f"judged_{key.table}", FLAGS in columns[key.table])
        con.execute(f"create temp table {parents} as {select}")
        flags.append(reference_flag(key, parents))
    stored = f"string_split({FLAGS}, ';')" if FLAGS in names else "cast([] as varchar[])"
    if not flags and FLAGS not in names:
        return {}
    codes = f"list_distinct(list_concat([{', '.join(flags)}], coalesce({stored}, [])))"
    found = con.execute(
        f"select code, count(*) from (select unnest({codes}) as code from judged_{contract.name} "
        "where rule is null) where code is not null and code <> '' group by code order by code"
    ).fetchall()
    return dict(found)

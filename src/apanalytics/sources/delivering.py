"""From the rows kept to the canonical tables on disk: flags, missing columns, quarantine."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from apanalytics.sources.assembling import MENTIONING
from apanalytics.sources.batches import Batch
from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.masking import masked
from apanalytics.tables.references import parent_values, reference_flag
from apanalytics.tables.rules import joined, own_flags
from apanalytics.tables.schema import TABLES, Schema, schema
from apanalytics.tables.writing import ROW_GROUP, write_table

FLAGS = "data_flags"
RAW_LENGTH = 200
"""Characters of a refused row that quarantine keeps."""


def deliver(
    con: duckdb.DuckDBPyConnection,
    batches: Sequence[Batch],
    made: Mapping[str, Collection[str]],
    out: Path,
) -> dict[str, list[str]]:
    """Write every canonical table that was read or made; return the columns that no input carried, by table.

    Parameters
    ----------
    con : holds `kept_<table>` of every table read or made.
    batches : the inputs.
    made : columns of the tables that were made from several inputs, by table.
    out : folder to write.

    Notes
    -----
    Leaves for each a table `final_<table>`, with `file_no`, from which the counts are taken.
    """
    judged = {batch.contract.name for batch in batches} | set(made)
    mentioned = {"establishments"} if judged & set(MENTIONING) else set()
    names = [name for name in TABLES if name in judged | mentioned]
    missing: dict[str, list[str]] = {}
    for name in names:
        carried = _carried(name, batches) | set(made.get(name, ()))
        missing[name] = [f.name for f in schema(name).fields if f.name not in {*carried, FLAGS}]
        _flag(con, name, carried, judged)
    for name in names:
        columns = [quoted(f.name) for f in schema(name).fields if f.name not in missing[name]]
        write_table(con.sql(f"select {', '.join(columns)} from final_{name}"), name, out)
    return missing


def _carried(name: str, batches: Sequence[Batch]) -> set[str]:
    """Contract columns that an input carries, or that are made from what it carries."""
    mine = [batch for batch in batches if batch.contract.name == name]
    carried = {column for batch in mine for column in batch.columns}
    if name == "claims":
        carried.add("claim_id")
    if name == "establishments":
        carried |= {"siret", "siren", "department", "region", "size_class"}
        if any("place_naf" in batch.extras for batch in batches):
            carried.add("naf")
        if any("stock_state" in batch.extras for batch in mine):
            carried.add("closed_on")
        if any(batch.contract.name == "sirene_units" for batch in batches):
            carried |= {"name", "legal_category"}
    return carried


def _flag(con: duckdb.DuckDBPyConnection, name: str, carried: set[str], judged: set[str]) -> None:
    """Create `final_<table>`: the rows kept, with their flags where the table has a column for them."""
    contract = schema(name)
    if name == "establishments":  # their flags were set when they were assembled
        con.execute("create view final_establishments as from establishments")
        return
    names = [field.name for field in contract.fields]
    if FLAGS not in names:
        con.execute(f"create view final_{name} as from kept_{name}")
        return
    flags = own_flags(contract, [column for column in names if column in carried])
    for key in contract.foreign_keys:
        if key.table in judged:
            parents = f"parents_of_{name}_{key.column}"
            rows = "establishments" if key.table == "establishments" else f"kept_{key.table}"
            con.execute(f"create table {parents} as {parent_values(key, rows, flagged=True)}")
            flags.append(reference_flag(key, parents))
    con.execute(
        f"create table final_{name} as select * replace ({joined(flags, FLAGS)} as {FLAGS}) from kept_{name}"
    )


def cases_astray(con: duckdb.DuckDBPyConnection, contract: Schema, judged: Collection[str]) -> str | None:
    """SQL condition: the row is of a request or claim that is not there; None where the table refers to none.

    Parameters
    ----------
    con : holds `kept_<table>` of the tables judged.
    contract : a table without a column of flags, such as `controls`.
    judged : names of the tables that were judged; a reference to another one is not looked at.
    """
    flags = []
    for place, key in enumerate(contract.foreign_keys):
        if key.table in judged and key.table in MENTIONING:
            parents = f"cases_of_{contract.name}_{place}"
            con.execute(f"create temp table {parents} as {parent_values(key, f'kept_{key.table}', True)}")
            flags.append(reference_flag(key, parents))
    return f"coalesce({', '.join(flags)}) is not null" if flags else None


def quarantine(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch], out: Path) -> None:
    """Write `quarantine.parquet`: each refused row with its file, line, masked text, rule and reason."""
    con.execute(
        "create table quarantined (file_no integer, source varchar, file varchar, line bigint, raw varchar, "
        "rule varchar, reason varchar)"
    )
    with_refusals = {number for (number,) in con.execute("select distinct file_no from refused").fetchall()}
    for number in sorted(with_refusals):
        batch = batches[number]
        raw = f"left({masked(f'cast({batch.raw} as varchar)')}, {RAW_LENGTH})"
        origin = f"{number}, {literal(batch.source)}, {literal(batch.file)}"
        con.execute(
            f"insert into quarantined select {origin}, r.line // {batch.per_line}, t.raw, r.rule, "
            f"r.reason from refused as r "
            f"join (select line, {raw} as raw from {batch.scan}) as t using (line) "
            f"where r.file_no = {number}"
        )
    rows = con.sql("select * exclude (file_no) from quarantined order by file_no, line")
    texts = [(name, pa.string()) for name in ("raw", "rule", "reason")]
    arrow = pa.schema([("source", pa.string()), ("file", pa.string()), ("line", pa.int64()), *texts])
    with pq.ParquetWriter(out / "quarantine.parquet", arrow, compression="zstd") as writer:
        for batch_of_rows in rows.to_arrow_reader(ROW_GROUP):
            writer.write_table(pa.Table.from_batches([batch_of_rows]).cast(arrow))

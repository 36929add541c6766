"""Each row of each input is kept or refused, in DuckDB; a refused row goes to quarantine with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from apanalytics.sources.batches import PLACE, Batch
from apanalytics.tables.connection import quoted
from apanalytics.tables.rules import judged
from apanalytics.tables.schema import Schema

EXTRAS = {
    **dict.fromkeys(PLACE, "VARCHAR"),
    "stock_diffusion": "VARCHAR",
    "stock_state": "VARCHAR",
    "stock_since": "DATE",
    "more_flags": "VARCHAR",
}
"""Columns that an input may give beside those of the contract; they serve to place an establishment."""

_TOGETHER = 40
"""Files judged in one query, at most: planning it takes longer than reading a small file."""


def judge(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> None:
    """Create, for each table, `kept_<table>`, and `refused` (file_no, line, rule, reason) for all of them.

    `kept_<table>` has `file_no` (place of the batch in `batches`), `line`, the contract's columns and
    `EXTRAS`.
    """
    con.execute("create table refused (file_no integer, line bigint, rule varchar, reason varchar)")
    _name_files(con, batches)
    contracts = {batch.contract.name: batch.contract for batch in batches}
    for contract in contracts.values():
        create_rows(con, f"judged_{contract.name}", contract, "rule varchar", "reason varchar")
        mine = [(number, batch) for number, batch in enumerate(batches) if batch.contract is contract]
        for alike in _alike(mine):
            _judge_alike(con, alike)
        _settle(con, contract)


def create_rows(con: duckdb.DuckDBPyConnection, name: str, contract: Schema, *more: str) -> None:
    """Create an empty table with `file_no`, `line`, the columns of a contract, `EXTRAS` and `more`.

    Examples
    --------
    >>> from apanalytics.tables import schema
    >>> con = duckdb.connect()
    >>> create_rows(con, "kept_successions", schema("successions"))
    >>> [name for name, *_ in con.execute("describe kept_successions").fetchall()][:4]
    ['file_no', 'line', 'predecessor', 'successor']
    """
    typed = [f"{quoted(field.name)} {contract.sql_type(field)}" for field in contract.fields]
    extras = [f"{extra} {kind}" for extra, kind in EXTRAS.items()]
    con.execute(
        f"create table {name} ({', '.join(['file_no integer', 'line bigint', *typed, *extras, *more])})"
    )


def _alike(batches: Sequence[tuple[int, Batch]]) -> Iterator[list[tuple[int, Batch]]]:
    """Group batches that are read in the same way, so that they are judged in one query; some at a time."""
    groups: list[list[tuple[int, Batch]]] = []
    for number, batch in batches:
        if groups and len(groups[-1]) < _TOGETHER and _way(groups[-1][0][1]) == _way(batch):
            groups[-1].append((number, batch))
        else:
            groups.append([(number, batch)])
    yield from groups


def _way(batch: Batch) -> tuple[object, ...]:
    return batch.columns, batch.extras, batch.problem


def _judge_alike(con: duckdb.DuckDBPyConnection, batches: Sequence[tuple[int, Batch]]) -> None:
    _, first = batches[0]
    carry = (
        "file_no as file_no",
        "line as line",
        *(f"{sql} as {name}" for name, sql in first.extras.items()),
    )
    scans = " union all by name ".join(
        f"select {number} as file_no, * from {batch.scan}" for number, batch in batches
    )
    select = judged(first.contract, first.columns, f"({scans})", carry, first.problem)
    con.execute(f"insert into judged_{first.contract.name} by name {select}")


def _settle(con: duckdb.DuckDBPyConnection, contract: Schema) -> None:
    """Number the claims, set duplicates apart, and keep the rest."""
    name = contract.name
    con.execute(
        f"insert into refused select file_no, line, rule, reason from judged_{name} where rule is not null"
    )
    if name == "claims":
        _number_claims(con)
    con.execute(f"insert into refused {_duplicates(contract)}")
    con.execute(
        f"create table kept_{name} as select * exclude (rule, reason) from judged_{name} as j "
        "where not exists (from refused as r where r.file_no = j.file_no and r.line = j.line)"
    )
    con.execute(f"drop table judged_{name}")


def _name_files(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> None:
    con.execute(
        "create or replace temp table files as "
        "select unnest($number) as file_no, unnest($file) as file, unnest($per_line) as per_line",
        {
            "number": list(range(len(batches))),
            "file": [batch.file for batch in batches],
            "per_line": [batch.per_line for batch in batches],
        },
    )


_CLAIM = "request_id, siret, month, employees, idle_hours, amount"


def _number_claims(con: duckdb.DuckDBPyConnection) -> None:
    """Give claims without a number `request-YYYY-MM`, then `-2`, `-3`… for further ones of that month.

    A row found again in another file, word for word, is one claim delivered twice: it is refused as
    `duplicate_row`. Found twice in one file, it is two claims.
    """
    con.execute(
        f"""
        create temp table unnumbered as
        with nth as (
            select file_no, line, {_CLAIM},
                row_number() over (partition by {_CLAIM}, file_no order by line) as n
            from judged_claims where rule is null and claim_id is null
        )
        select file_no, line, request_id, month,
            first_value(file_no) over same as first_file, first_value(line) over same as first_line
        from nth window same as (partition by {_CLAIM}, n order by file_no, line)
        """
    )
    con.execute(
        """
        insert into refused
        select u.file_no, u.line, 'duplicate_row', concat('identical to line ', u.first_line, ' of ', f.file)
        from unnumbered as u join files as f on f.file_no = u.first_file where u.file_no <> u.first_file
        """
    )
    con.execute(
        """
        update judged_claims set claim_id = numbered.claim_id from (
            select file_no, line, concat(
                request_id, strftime(month, '-%Y-%m'),
                case when row_number() over same > 1 then concat('-', row_number() over same) end
            ) as claim_id
            from unnumbered where file_no = first_file
            window same as (partition by request_id, month order by file_no, line)
        ) as numbered
        where judged_claims.file_no = numbered.file_no and judged_claims.line = numbered.line
        """
    )
    con.execute("drop table unnumbered")


def _duplicates(contract: Schema) -> str:
    """SQL of the refusals of rows whose key is taken: by an identical row, a newer version, or another row.

    Of several versions of a request, the one with the latest status is kept; of other rows, the first.
    """
    key = ", ".join(quoted(name) for name in contract.primary_key)
    content = ", ".join(quoted(field.name) for field in contract.fields)
    dated = contract.name == "requests"
    version = "status_on" if dated else "cast(null as date)"
    order = "version desc nulls last, file_no, line" if dated else "file_no, line"
    return f"""
        with free as (
            select file_no, line, {key}, hash({content}) as content, {version} as version
            from judged_{contract.name} as j
            where not exists (from refused as r where r.file_no = j.file_no and r.line = j.line)
        ), placed as (
            select *, row_number() over same as place, first_value(file_no) over same as first_file,
                first_value(line) over same as first_line, first_value(content) over same as first_content,
                first_value(version) over same as first_version
            from free window same as (partition by {key} order by {order})
        )
        select p.file_no, p.line,
            case when content = first_content then 'duplicate_row'
                when version < first_version then 'superseded' else 'duplicate_key' end,
            case when content = first_content
                then concat('identical to line ', first_line // f.per_line, ' of ', f.file)
                when version < first_version
                then concat('older version, of ', version, '; that of ', first_version, ' is line ',
                    first_line // f.per_line, ' of ', f.file)
                else concat('same {", ".join(contract.primary_key)} as line ', first_line // f.per_line,
                    ' of ', f.file) end
        from placed as p join files as f on f.file_no = p.first_file
        where place > 1
    """

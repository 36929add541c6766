"""Establishments from what is at hand: SIRENE, canonical tables, and what the extracts say themselves."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from apanalytics.sources.batches import PLACE
from apanalytics.sources.judging import create_rows
from apanalytics.sources.sirene import PERIODS, SIZE_UNKNOWN, UNITS
from apanalytics.tables.connection import quoted
from apanalytics.tables.geography import UNKNOWN
from apanalytics.tables.references import PSEUDO_SIRET
from apanalytics.tables.rules import joined, own_flags
from apanalytics.tables.schema import schema

MENTIONING = ("requests", "claims")
"""Tables whose establishments get a row, whether or not SIRENE knows them."""


def assemble_establishments(con: duckdb.DuckDBPyConnection, judged: Collection[str]) -> None:
    """Create `establishments`, with `file_no` and `line`, null for the rows that no register gave.

    Parameters
    ----------
    con : holds `kept_<table>` for each name in `judged`.
    judged : tables that were judged: those of the contract, `sirene_units`, `sirene_periods`.
    """
    for contract in (schema("establishments"), UNITS, PERIODS):
        if contract.name not in judged:
            create_rows(con, f"kept_{contract.name}", contract)
    _take_from_registers(con)
    unknown = "siret_unknown" if "establishments" in judged else "sirene_absent"
    mentioning = [name for name in MENTIONING if name in judged]
    if mentioning:
        _add_mentioned(con, mentioning, unknown)


def _take_from_registers(con: duckdb.DuckDBPyConnection) -> None:
    """Add to the stock the name of legal persons that accept diffusion, and the day of closure.

    Closed establishments: the first day of the last run of closed periods, so that a reopening is not
    forgotten; without the history, the day since which the stock says closed.
    """
    contract = schema("establishments")
    names = [field.name for field in contract.fields]
    made = {
        "name": "coalesce(e.name, case when u.diffusion = 'O' and coalesce(e.stock_diffusion, 'O') = 'O' "
        "and u.legal_category not like '1%' then u.name end)",
        "legal_category": "coalesce(e.legal_category, u.legal_category)",
        "closed_on": "coalesce(e.closed_on, "
        "case when e.stock_state = 'F' then coalesce(c.closed_on, e.stock_since) end)",
    }
    columns = ", ".join(f"{made.get(name, 'e.' + name)} as {quoted(name)}" for name in names)
    flags = joined([*own_flags(contract, names), "more_flags"], "data_flags")
    con.execute(
        f"""
        create table establishments as
        with opened as (
            select siret, max(starts_on) filter (where state = 'A') as last_opened
            from kept_sirene_periods group by siret
        ), closures as (
            select p.siret, min(p.starts_on) as closed_on
            from kept_sirene_periods as p join opened using (siret)
            where p.state = 'F' and (last_opened is null or p.starts_on > last_opened) group by p.siret
        ), completed as (
            select e.file_no, e.line, e.more_flags, {columns} from kept_establishments as e
            left join kept_sirene_units as u on u.siren = e.siren left join closures as c on c.siret = e.siret
        )
        select * exclude (more_flags) replace ({flags} as data_flags) from completed
        """
    )


def _add_mentioned(con: duckdb.DuckDBPyConnection, tables: list[str], unknown: str) -> None:
    """Add the establishments that the tables mention and no register has, as the extracts place them."""
    flags = own_flags(schema("establishments"), ["siret"])
    flags.append(f"case when substr(siret, 10, 1) not in {PSEUDO_SIRET} then '{unknown}' end")
    mentions = " union all ".join(
        f"select siret, file_no, line, {', '.join(PLACE)} from kept_{t}" for t in tables
    )
    first = {
        place: f"arg_min({place}, (file_no, line)) filter (where {place} is not null) as {place}"
        for place in PLACE
    }
    con.execute(
        f"""
        insert into establishments by name
        with mentioned as (
            select siret, {", ".join(first.values())} from ({mentions})
            where siret not in (select siret from establishments) group by siret
        )
        select siret, left(siret, 9) as siren, coalesce(place_department, '{UNKNOWN}') as department,
            case when place_department is not null then region_of_department(place_department)
                else coalesce(place_region, '{UNKNOWN}') end as region,
            place_naf as naf, '{SIZE_UNKNOWN}' as size_class, {joined(flags)} as data_flags
        from mentioned
        """
    )

"""Departments, regions and activities as extracts write them, read by DuckDB macros."""

from __future__ import annotations

import duckdb

from apanalytics.tables.connection import literal
from apanalytics.tables.geography import DEPARTMENTS, REGIONS, UNKNOWN

_DEPARTMENTS = ", ".join(literal(code) for code in DEPARTMENTS if code != UNKNOWN)
_REGIONS = ", ".join(literal(code) for code in REGIONS if code != UNKNOWN)
_REGION_OF = ", ".join(f"{literal(code)}: {literal(region)}" for code, (_, region) in DEPARTMENTS.items())

MACROS = rf"""
create or replace temp macro known_department(d) as case when d in ({_DEPARTMENTS}) then d end;

create or replace temp macro department_of(t) as coalesce(
    known_department(upper(trim(t))),
    known_department(regexp_replace(upper(trim(t)), '^0(\d[\dAB])$', '\1')),
    known_department('0' || upper(trim(t))));

create or replace temp macro department_of_commune(t) as case
    when regexp_full_match(upper(trim(t)), '(\d{{2}}|2[AB])\d{{3}}')
    then coalesce(known_department(left(upper(trim(t)), 3)), known_department(left(upper(trim(t)), 2))) end;

create or replace temp macro region_code(t) as case when lpad(trim(t), 2, '0') in ({_REGIONS})
    then lpad(trim(t), 2, '0') end;

create or replace temp macro region_of_department(d) as map {{{_REGION_OF}}}[coalesce(d, '{UNKNOWN}')];

create or replace temp macro naf_of(t) as case
    when regexp_full_match(upper(trim(t)), '\d{{2}}\.?\d{{2}}[A-Z]')
    then left(trim(t), 2) || '.' || right(upper(trim(t)), 3) end;
"""


def install_places(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros on a connection: what cannot be placed is null.

    Examples
    --------
    >>> con = duckdb.connect()
    >>> install_places(con)
    >>> con.execute("select department_of('073'), department_of('1'), department_of('587')").fetchone()
    ('73', '01', None)
    >>> con.execute("select department_of_commune('2A004'), department_of_commune('97411')").fetchone()
    ('2A', '974')
    >>> con.execute("select naf_of('2573a'), naf_of('56.10A'), region_of_department('59')").fetchone()
    ('25.73A', '56.10A', '32')
    """
    con.execute(MACROS)

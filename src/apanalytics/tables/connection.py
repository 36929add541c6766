"""DuckDB connections that spill to a folder of their own instead of dying."""

from __future__ import annotations

import re
import weakref
from pathlib import Path

import duckdb

from apanalytics.errors import InvalidArgument
from apanalytics.tables.spill import spill_folder

DEFAULT_MEMORY = "2GB"
"""Memory that a connection may use before it spills to disk, unless told otherwise."""

_SIZE = r"0*[1-9]\d*(\.\d+)? *[KMGT]i?B"


def open_connection(
    memory: str | None = None, threads: int | None = None, database: str | Path = ":memory:"
) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB with a memory limit and its own spill folder, removed with the connection.

    Parameters
    ----------
    memory : DuckDB size such as `2GB`; None is `DEFAULT_MEMORY`.
    threads : number of threads; None leaves DuckDB's choice, the number of cores.
    database : a file for what should not stay in memory.

    Raises
    ------
    InvalidArgument : the size of memory is not one.

    Examples
    --------
    >>> with open_connection(memory="500MB") as con:
    ...     con.execute("select 40 + 2").fetchone()
    (42,)
    """
    if memory is not None and not re.fullmatch(_SIZE, memory.strip(), re.IGNORECASE):
        raise InvalidArgument(
            "Not a size of memory", where="memory", value=memory, todo="Write it as 2GB or 500MB."
        )
    spill, remove = spill_folder()
    con = duckdb.connect(
        database,
        config={
            "memory_limit": memory or DEFAULT_MEMORY,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
            **({"threads": threads} if threads else {}),
        },
    )
    _without_progress_bar(con)
    weakref.finalize(con, remove)
    return con


def _without_progress_bar(con: duckdb.DuckDBPyConnection) -> None:
    """Keep the engine's bar out of what a command prints; in a notebook it is off and cannot be set."""
    if con.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0][0]:
        con.execute("SET enable_progress_bar = false")


def quoted(name: str) -> str:
    """Quote an SQL identifier.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote an SQL text literal, for places where DuckDB takes no bound parameter (views, file names).

    Examples
    --------
    >>> literal("Côte-d'Or")
    "'Côte-d''Or'"
    """
    return "'" + text.replace("'", "''") + "'"

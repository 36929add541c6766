"""How the memory given to a whole process is shared between DuckDB and the rest of it."""

from __future__ import annotations

import re

from apanalytics.errors import InvalidArgument

ENGINE_DEFAULT = "900MB"
"""Memory that DuckDB is given for features unless told otherwise: more makes them no quicker (measured on
three million claims), as cases that do not fit are computed slice by slice."""

RESERVED_MB = 400
"""Memory that Python, its packages and the rows between DuckDB and a file take beside DuckDB: measured."""

LEAST_MB = 100
"""Least that DuckDB is given."""

_MB = {"K": 1e-3, "M": 1.0, "G": 1e3, "T": 1e6}


def engine_share(memory: str | None) -> str:
    """Say what DuckDB may use, so that the process as a whole stays within the memory given to it.

    Parameters
    ----------
    memory : memory of the process, such as `1GB`; None leaves DuckDB `ENGINE_DEFAULT`.

    Raises
    ------
    InvalidArgument : it is no size of memory, or too little for anything.

    Examples
    --------
    >>> engine_share("1GB"), engine_share(None)
    ('600MB', '900MB')
    """
    if memory is None:
        return ENGINE_DEFAULT
    size = re.fullmatch(r"(\d+(?:\.\d+)?) *([KMGT])(i?)B", memory.strip(), re.IGNORECASE)
    if size is None:
        raise InvalidArgument(
            "Not a size of memory", where="memory", value=memory, todo="Write it as 2GB or 500MB."
        )
    whole = float(size[1]) * _MB[size[2].upper()] * (1.024 if size[3] else 1.0)
    if whole < RESERVED_MB + LEAST_MB:
        raise InvalidArgument(
            "Too little memory",
            where="memory",
            value=memory,
            why=f"Python and what it holds beside DuckDB take {RESERVED_MB}MB.",
            todo=f"Give {RESERVED_MB + LEAST_MB}MB or more.",
        )
    return f"{whole - RESERVED_MB:.0f}MB"

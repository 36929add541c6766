"""Running the steps on DuckDB: a temp table for a step read more than once, a view for one read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import duckdb

from apanalytics.features.linking import MADE, MADE_OF
from apanalytics.features.steps import Step, order

MACROS: Mapping[str, str] = {
    "add_months(d, n)": "cast(d + to_months(n) as date)",
    "micro(x)": "cast(round(1e6 * x, 0) as bigint)",
}
"""Functions of the portable subset, as DuckDB says them. `micro` turns a number into whole millionths before
it is summed, so that no sum depends on the order of its rows. `spark.translation` says them for Spark."""

FENCES = frozenset({"request_shelves"})
"""Steps made tables though they are read once, so that the planner joins to their rows as they are: seen
through, it may join an establishment's requests to one another before it compares their shelves."""


def run(
    con: duckdb.DuckDBPyConnection,
    wanted: Sequence[str],
    known: Mapping[str, Step],
    *,
    views: frozenset[str] = frozenset(),
    done: Callable[[str], None] = lambda step: None,
) -> None:
    """Leave a temp table for each wanted step; everything else is dropped after its last use.

    Parameters
    ----------
    con : connection that already has the canonical tables, the tables of the law and the window asked for.
    wanted : steps whose rows are to be kept.
    known : the steps of the stage, or what `pruning` leaves of them; one that is not among them is taken to
        be there.
    views : steps that stay views however often they are read.
    done : called with the name of each step that has run.
    """
    for macro, text in MACROS.items():
        con.execute(f"create or replace temp macro {macro} as {text}")
    plan = order(wanted, known)
    times = Counter(read for name in plan for read in known[name].mentions)
    left = Counter(read for name in plan for read in known[name].reads & known.keys() - {name})
    always = FENCES | MADE.keys() | set(wanted)
    tables = {name for name in plan if name in always or times[name] > 1} - views
    for name in plan:
        create(con, known[name], "table" if name in tables else "view")
        if name in tables:
            _release(con, name, known, left, keep=set(wanted), tables=tables)
        done(name)


def create(con: duckdb.DuckDBPyConnection, step: Step, kind: str) -> None:
    """Make a temp table or view of a step, from its text or from the code that follows links."""
    if step.name in MADE:
        made = MADE[step.name](con.sql(f"select * from {MADE_OF}").to_arrow_table())
        con.register("made_rows", made)
        con.execute(f"create or replace temp table {step.name} as select * from made_rows")
        con.unregister("made_rows")
    else:
        con.execute(f"create or replace temp {kind} {step.name} as {step.sql}")


def _release(
    con: duckdb.DuckDBPyConnection,
    name: str,
    known: Mapping[str, Step],
    left: Counter[str],
    *,
    keep: set[str],
    tables: set[str],
) -> None:
    """Count what `name` has just read, through views too, and drop what nobody will read again."""
    for read in known[name].reads & known.keys() - {name}:
        left[read] -= 1
        if left[read] > 0 or read in keep:
            continue
        if read in tables:
            con.execute(f"drop table {read}")
        else:
            _release(con, read, known, left, keep=keep, tables=tables)
            con.execute(f"drop view {read}")

"""Steps without the columns and joins that nobody reads: what a run for a few features does not compute.

DuckDB prunes the columns of a query, but not those of a table that a step leaves for others, and it cannot
know that a left join to a row per case changes nothing. Here the plan is followed from its end: of each step,
only what the steps after it name is kept. It works on the engine's own syntax tree, and where it cannot be
sure it keeps a column or a join.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import duckdb

from apanalytics.features.steps import Step, order

Tree = Any
"""A part of the syntax tree that `json_serialize_sql` gives."""

A_ROW_PER_CASE = frozenset(
    {
        *("closures", "dsn_month", "dsn_pay", "dsn_request", "dsn_staff", "dsn_usual", "legal_time"),
        *(
            "month_claims",
            "recent_requests",
            "request_claims",
            "request_overlaps",
            "rolling_months",
            "same_claims",
        ),
    }
)
"""Inner steps with at most a row for a `k`: a left join to one, on `k`, goes where nothing else is read
of it."""


def pruned(known: Mapping[str, Step], wanted: Mapping[str, Iterable[str] | None]) -> dict[str, Step]:
    """Give the steps that the wanted ones need, without columns and joins that nobody reads.

    Parameters
    ----------
    known : the steps of the stage.
    wanted : steps whose rows are kept, with the columns that are read of them afterwards; None is all.

    Examples
    --------
    >>> from apanalytics.features.steps import steps
    >>> found = pruned(steps("payment"), {"dsn_claim_facts": ["k", "dsn_idle_hours"]})
    >>> found["dsn_claim_facts"].sql
    'SELECT c.k, d.idle_hours AS dsn_idle_hours FROM (cases AS c LEFT JOIN dsn_month AS d ON ((d.k = c.k)))'
    >>> "overtime_hours" in found["dsn_month"].sql
    False
    >>> "dsn_staff" in pruned(steps("payment"), {"dsn_facts": ["k", "usual_worked_share"]})
    False
    """
    needed: dict[str, set[str] | None] = {
        name: None if columns is None else set(columns) for name, columns in wanted.items()
    }
    found: dict[str, Step] = {}
    with duckdb.connect() as con:
        for name in reversed(order(wanted, known)):
            if name not in needed:
                continue
            tree, columns = _parse(con, known[name].sql), needed[name]
            if columns is not None:
                _prune(tree["statements"][0]["node"], columns)
            found[name] = known[name] if columns is None else replace(known[name], sql=_text(con, tree))
            for read in found[name].reads & known.keys() - {name}:
                _need(needed, read, tree, columns)
    return found


def _parse(con: duckdb.DuckDBPyConnection, sql: str) -> Tree:
    ((text,),) = con.execute("select json_serialize_sql(?)", [sql]).fetchall()
    return json.loads(text)


def _text(con: duckdb.DuckDBPyConnection, tree: Tree) -> str:
    ((text,),) = con.execute("select json_deserialize_sql(cast(? as json))", [json.dumps(tree)]).fetchall()
    return str(text)


def _need(needed: dict[str, set[str] | None], read: str, tree: Tree, columns: set[str] | None) -> None:
    """Add what a step names to what is needed of one that it reads; a star hands on what is needed of it."""
    stars = _has_star(tree)
    so_far = needed.get(read, set())
    if so_far is None or (stars and columns is None):
        needed[read] = None
    else:
        named = _names(tree) | (columns or set()) if stars else _names_of(tree, read)
        needed[read] = so_far | named


def _prune(node: Tree, columns: set[str]) -> None:
    """Take out of a SELECT, and of the subqueries it names, the columns that are neither wanted nor used."""
    if node["type"] != "SELECT_NODE":
        return
    used = columns | _names(
        {key: part for key, part in node.items() if key not in ("select_list", "cte_map")}
    )
    if not any(modifier["type"] == "DISTINCT_MODIFIER" for modifier in node["modifiers"]):
        kept = [item for item in node["select_list"] if _output(item) in used or _has_star(item)]
        node["select_list"] = kept or node["select_list"][:1]
    node["from_table"] = _without_idle_joins(node["from_table"], node)
    for entry in reversed(node["cte_map"]["map"]):
        others = [other for other in node["cte_map"]["map"] if other is not entry]
        rest = [others, {key: part for key, part in node.items() if key != "cte_map"}]
        _prune(entry["value"]["query_node"], _names(rest) | (columns if _has_star(rest) else set()))


def _without_idle_joins(table: Tree, node: Tree) -> Tree:
    """Leave out of what a SELECT reads the left joins that neither add, drop nor give anything."""
    while _is_idle(table, node):
        table = table["left"]
    if table["type"] == "JOIN":
        table["left"] = _without_idle_joins(table["left"], node)
    return table


def _is_idle(table: Tree, node: Tree) -> bool:
    """Whether this is a left join on `k` to a row per case of which the SELECT names nothing else."""
    if table["type"] != "JOIN" or table["join_type"] != "LEFT" or table["right"]["type"] != "BASE_TABLE":
        return False
    step, alias = table["right"]["table_name"], table["right"]["alias"] or table["right"]["table_name"]
    condition = table["condition"] or {}
    sides = [condition.get(side, {}).get("column_names", []) for side in ("left", "right")]
    own = {key: part for key, part in node.items() if key != "cte_map"}
    refs = [part["column_names"] for part in _parts(own) if part.get("class") == "COLUMN_REF"]
    return (
        step in A_ROW_PER_CASE
        and condition.get("type") == "COMPARE_EQUAL"
        and [alias, "k"] in sides
        and [len(side) for side in sides] == [2, 2]
        and not _has_star(own)
        and all(len(names) > 1 for names in refs)
        and sum(names[0] == alias for names in refs) == 1
    )


def _output(item: Tree) -> str:
    """Name the column that an item of a SELECT delivers; a name that nothing wants where it has none."""
    return str(item.get("alias") or (item.get("column_names") or [""])[-1])


def _parts(tree: Tree) -> Iterator[Mapping[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for part in tree:
            yield from _parts(part)


def _names(tree: Tree) -> set[str]:
    """Every column that is named, whatever the table it is of."""
    named = {part["column_names"][-1] for part in _parts(tree) if part.get("class") == "COLUMN_REF"}
    return named.union(*(part.get("using_columns", ()) for part in _parts(tree)))


def _names_of(tree: Tree, step: str) -> set[str]:
    """Every column that is named of a step, or without saying of what."""
    parts = list(_parts(tree))
    aliases = {part["alias"] or step for part in parts if part.get("table_name") == step}
    refs = [part["column_names"] for part in parts if part.get("class") == "COLUMN_REF"]
    named = {names[-1] for names in refs if len(names) == 1 or names[-2] in aliases}
    return named.union(*(part.get("using_columns", ()) for part in parts))


def _has_star(tree: Tree) -> bool:
    return any(part.get("class") == "STAR" for part in _parts(tree))

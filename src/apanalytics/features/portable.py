"""The portable subset: the SQL that gives the same rows on DuckDB and, translated, on Spark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

Types = Mapping[str, Mapping[str, str]]
"""DuckDB type of each column of each table that steps read."""

FUNCTIONS = frozenset(
    {
        *(
            "AddMonths",
            "And",
            "ArgMax",
            "Avg",
            "Case",
            "Cast",
            "Coalesce",
            "Concat",
            "Count",
            "DateDiff",
            "Day",
        ),
        *(
            "Exp",
            "Floor",
            "Greatest",
            "If",
            "Lag",
            "LastDay",
            "LastValue",
            "Lead",
            "Least",
            "Ln",
            "Max",
            "Min",
        ),
        *(
            "Month",
            "Nullif",
            "Or",
            "Pad",
            "Round",
            "RowNumber",
            "Sqrt",
            "Substring",
            "Sum",
            "TryCast",
            "Year",
        ),
        "micro",
    }
)
"""What was seen to give equal values on both engines; all else is refused until somebody has looked."""
CASTS = frozenset({"BIGINT", "DOUBLE", "VARCHAR", "DATE", "BOOLEAN"})
NEVER_ZERO = frozenset({"t.month_legal_hours"})
"""Divisors from the tables of the law: legal hours of a month."""


def faults(sql: str, types: Types | None = None) -> list[str]:
    """Say what in a step the two engines would not do alike.

    Parameters
    ----------
    sql : one SELECT in DuckDB's dialect.
    types : DuckDB types of what it reads; None leaves out the rules that need them.

    Returns
    -------
    A sentence per fault, with the text concerned; empty inside the subset.

    Examples
    --------
    >>> faults("select a / b as c from t")
    ['a division that may be by zero: a / b']
    >>> faults("select a - b as days from t", {"t": {"a": "DATE", "b": "DATE"}})
    ['days are a number in DuckDB and an interval in Spark, use date_diff: t.a - t.b']
    """
    found = [fault for node in sqlglot.parse_one(sql, read="duckdb").walk() for fault in _plain(node)]
    if types is not None and not found:
        found = [fault for node in _typed(sql, types).walk() for fault in _by_type(node)]
    return list(dict.fromkeys(found))


def _plain(node: exp.Expr) -> Iterator[str]:
    text = node.sql(dialect="duckdb")
    if isinstance(node, exp.Func):
        name = node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__
        if name not in FUNCTIONS:
            yield f"not among the functions seen to be equal: {text}"
    if isinstance(node, exp.Literal) and not node.is_string and "." in text and "e" not in text.lower():
        yield f"a decimal constant is a DECIMAL in Spark, write it with an exponent: {text}"
    if isinstance(node, exp.Cast) and node.to.sql(dialect="duckdb").split("(")[0] not in {*CASTS, "TEXT"}:
        yield f"a cast outside {', '.join(sorted(CASTS))}: {text}"
    if isinstance(node, exp.Interval) and not _inside_cast_to_date(node):
        yield f"a day plus an interval is a TIMESTAMP in DuckDB, cast it to date: {text}"
    if isinstance(node, exp.DateDiff) and str(node.args["unit"]).upper() != "DAY":
        yield f"DuckDB counts boundaries, Spark whole periods: {text}"
    if isinstance(node, exp.Round) and str(node.args.get("decimals")) != "0":
        yield f"decimals are rounded from the text of the number in Spark, round a multiple to 0: {text}"
    if isinstance(node, exp.Div) and not _never_zero(node):
        yield f"a division that may be by zero: {text}"
    if isinstance(node, exp.ArgMax) and not _skips_null(node):
        yield f"DuckDB skips a null value and Spark returns it, filter it out: {text}"
    yield from _window(node, text)


def _window(node: exp.Expr, text: str) -> Iterator[str]:
    if not isinstance(node, exp.Window):
        return
    if node.find(exp.Distinct):
        yield f"Spark counts nothing distinct in a window: {text}"
    named = node.args.get("alias")
    frame = node.args.get("spec") or (named and _frame_of(node, named.name))
    if frame and isinstance(node.this, exp.Lead | exp.Lag | exp.RowNumber):
        yield f"Spark gives this function no frame: {text}"


def _frame_of(node: exp.Expr, name: str) -> exp.Expr | None:
    select = node.find_ancestor(exp.Select)
    windows = select.args.get("windows") or [] if select else []
    return next((w.args.get("spec") for w in windows if w.name == name or w.this.name == name), None)


def _inside_cast_to_date(node: exp.Expr) -> bool:
    cast = node.find_ancestor(exp.Cast)
    return cast is not None and cast.to.sql(dialect="duckdb") == "DATE"


def _never_zero(division: exp.Div) -> bool:
    """Whether the divisor is a constant, is guarded by nullif or by a condition, or has a floor."""
    divisor = division.expression.unnest()
    inner = divisor.this.unnest() if isinstance(divisor, exp.Cast) else divisor
    if isinstance(inner, exp.Nullif) or (isinstance(inner, exp.Literal) and float(inner.name) != 0):
        return True
    if isinstance(inner, exp.Greatest):
        return any(isinstance(part.unnest(), exp.Literal | exp.Cast) for part in inner.iter_expressions())
    if isinstance(inner, exp.Func) and inner.sql(dialect="duckdb").startswith("DAY(LAST_DAY("):
        return True
    if isinstance(inner, exp.Add) and isinstance(inner.this, exp.DateDiff):
        return any("ends_on >= " in scope.sql(dialect="duckdb") for scope in _scopes(division))
    text = inner.sql(dialect="duckdb")
    return text in NEVER_ZERO or any(
        f"{text} > 0" in scope.sql(dialect="duckdb") for scope in _scopes(division)
    )


def _scopes(node: exp.Expr) -> Iterator[exp.Expr]:
    """Conditions under which a node is computed: those of the cases around it, and of its query."""
    step: exp.Expr | None = node
    while step is not None and not isinstance(step, exp.Select):
        if isinstance(step, exp.If):
            yield step.this
        step = step.parent
    where = step.args.get("where") if step is not None else None
    if where is not None:
        yield where


def _skips_null(node: exp.ArgMax) -> bool:
    around = node.parent
    text = node.this.sql(dialect="duckdb")
    return isinstance(around, exp.Filter) and f"NOT {text} IS NULL" in around.expression.sql(dialect="duckdb")


def _typed(sql: str, types: Types) -> exp.Expr:
    """Parse a step with the type of every expression."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    for call in list(tree.find_all(exp.Anonymous)):  # micro, the one function that is not known to sqlglot
        call.replace(exp.cast(exp.Round(this=call.expressions[0].copy()), "bigint"))
    schema: dict[str, object] = {table: dict(columns) for table, columns in types.items()}
    whole = qualify(tree, schema=schema, dialect="duckdb", quote_identifiers=False, identify=False)
    return annotate_types(whole, schema=schema, dialect="duckdb")


def _by_type(node: exp.Expr) -> Iterator[str]:
    text = node.sql(dialect="duckdb")
    if isinstance(node, exp.Sub) and node.this.is_type("date") and node.expression.is_type("date"):
        yield f"days are a number in DuckDB and an interval in Spark, use date_diff: {text}"
    if isinstance(node, exp.Cast) and node.this.is_type(*exp.DataType.REAL_TYPES):
        exact = isinstance(node.this.unnest(), exp.Round | exp.Floor)
        if node.to.is_type("text"):
            yield f"the text of a double differs: {text}"
        if node.to.is_type("bigint") and not exact:
            yield f"DuckDB rounds and Spark truncates, round or floor first: {text}"
    if isinstance(node, exp.Sum | exp.Avg) and node.this.is_type(*exp.DataType.REAL_TYPES):
        yield f"a sum of doubles depends on the order of the rows, sum micro(…): {text}"
    if isinstance(node, exp.Sum) and node.this.is_type("boolean"):
        yield f"Spark sums no booleans: {text}"

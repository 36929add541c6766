"""The Spark text of a step: sqlglot translates it, and two functions are said as Spark needs."""

from __future__ import annotations

from functools import cache

import sqlglot
from sqlglot import exp

from apanalytics.features.engine import MACROS


@cache
def spark_sql(sql: str) -> str:
    """Translate a step from DuckDB's dialect, inside the portable subset, to Spark's.

    Parameters
    ----------
    sql : one SELECT that `portable.faults` finds nothing in.

    Raises
    ------
    sqlglot.errors.UnsupportedError : Spark has no form for something in it.

    Examples
    --------
    >>> spark_sql("select cast(add_months(d, n) as date) as e from t")
    'SELECT\\n  CAST(ADD_MONTHS(d, CAST(n AS INT)) AS DATE) AS e\\nFROM t'
    """
    tree = sqlglot.parse_one(sql, read="duckdb").transform(_as_spark_says)
    return tree.sql(dialect="spark", pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE)


def _as_spark_says(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.AddMonths) and not isinstance(node.expression, exp.Literal):
        node.set("expression", exp.cast(node.expression, "int"))
    if isinstance(node, exp.Anonymous) and node.name.lower() == "micro":
        body = sqlglot.parse_one(MACROS["micro(x)"], read="duckdb")
        (argument,) = node.expressions
        return exp.replace_tree(body, lambda part: argument.copy() if _is_parameter(part) else part)
    return node


def _is_parameter(part: exp.Expr) -> bool:
    return isinstance(part, exp.Column) and part.name == "x"

"""The query that joins the steps into a row per case, and the features that a source allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from apanalytics.errors import DataRefused
from apanalytics.features.registry import Feature
from apanalytics.tables import Tables

CASE_TABLES: Mapping[str, str] = {"authorisation": "requests", "payment": "claims"}
"""The table whose rows are the cases of each stage."""

TWINS = "select case_id from cases group by case_id having count(*) > 1 order by 1 limit 1"
"""The first case id that two cases have, or no row."""

_SQL_TYPES = {"boolean": "boolean", "Int64": "bigint", "float64": "double"}

Carried = Mapping[str, frozenset[str]]
"""The columns that a source really carried, by table."""


def carried(tables: Tables) -> Carried:
    """Say what a source really carried: the columns of each table that is there.

    Examples
    --------
    >>> import apanalytics as ap
    >>> "filed_on" in carried(ap.read("data/synthetic"))["requests"]
    True
    """
    return {name: frozenset(tables.columns(name)) for name in tables.names}


def alive(source: Carried, wanted: Iterable[Feature]) -> tuple[Feature, ...]:
    """Give the features whose tables, and columns named with their table, the source really carried.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> [feature.name for feature in alive({}, [FEATURES["employees"], FEATURES["dsn_headcount"]])]
    ['employees']
    """

    def there(need: str) -> bool:
        table, _, column = need.partition(".")
        return table in source and (not column or column in source[table])

    return tuple(feature for feature in wanted if all(there(need) for need in feature.needs))


def targets(features: Iterable[Feature]) -> list[str]:
    """Name the steps whose rows are kept: the cases, then one step per group of features.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> targets([FEATURES["employees"], FEATURES["hours"]])
    ['cases', 'declared_facts']
    """
    return ["cases", *dict.fromkeys(feature.step for feature in features)]


def columns_read(found: Iterable[Feature], beside: Iterable[str] = ()) -> dict[str, list[str]]:
    """Give the columns that the assembly reads of each step: the number of the case, and the features.

    Parameters
    ----------
    found : the features that the source allows.
    beside : further columns of `cases` that are given before the features.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> columns_read([FEATURES["employees"], FEATURES["hours"]], ["cases.region as place"])
    {'cases': ['k', 'stage', 'case_id', 'as_of', 'region'], 'declared_facts': ['k', 'employees', 'hours']}
    """
    further = re.findall(r"\bcases\.(\w+)", " ".join(beside))
    columns = {"cases": ["k", "stage", "case_id", "as_of", *further]}
    for feature in found:
        columns.setdefault(feature.step, ["k"]).append(feature.name)
    return columns


def twins(stage: str, case_id: str) -> DataRefused:
    """Refuse two cases of one id: features are a row per case.

    Examples
    --------
    >>> print(str(twins("payment", "C1")).splitlines()[0])
    Two cases have the same id (claims): 'C1'.
    """
    return DataRefused(
        "Two cases have the same id",
        where=CASE_TABLES[stage],
        value=case_id,
        todo="`apanalytics check DATA` lists duplicate keys; `ingest` puts them in quarantine.",
    )


def assembly(
    wanted: Iterable[Feature],
    found: Iterable[Feature],
    beside: Iterable[str] = (),
) -> str:
    """Write the query that joins the steps into a row per case, in no order, for Spark.

    Parameters
    ----------
    wanted : the columns, in order.
    found : those that the source allows; the others are null.
    beside : further columns of `cases` to give before the features.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> assembly([FEATURES["employees"]], []).partition("as_of, ")[2]
    'cast(null as bigint) as employees from cases as cases'
    """
    found = tuple(found)
    names = {feature.name for feature in found}
    columns = ["cases.stage", "cases.case_id", "cases.as_of", *beside]
    columns += [as_written(feature, there=feature.name in names) for feature in wanted]
    joins = "".join(f" left join {name} as {name} on {name}.k = cases.k" for name in targets(found)[1:])
    return f"select {', '.join(columns)} from cases as cases{joins}"


def as_written(feature: Feature, there: bool = True) -> str:
    """Write the column of a feature: its type, and of a double six decimals.

    Parameters
    ----------
    feature : the feature.
    there : False where the source does not allow it, and it is null.

    Examples
    --------
    >>> from apanalytics.features import FEATURES
    >>> as_written(FEATURES["employees"])
    'cast(declared_facts.employees as bigint) as employees'
    """
    kind = _SQL_TYPES[feature.dtype]
    value = f"{feature.step}.{feature.name}" if there else "null"
    if kind == "double":  # rounded in a form that rounds alike on every engine; + 0 unsigns zero
        return f"round(cast({value} as double) * 1e6, 0) / 1e6 + 0 as {feature.name}"
    return f"cast({value} as {kind}) as {feature.name}"

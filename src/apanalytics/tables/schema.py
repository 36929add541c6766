"""The contract as data: one Table Schema (JSON) per canonical table, read once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import pandas as pd
import pyarrow as pa

from apanalytics.errors import InvalidArgument
from apanalytics.tables.activities import SIZE_CLASSES
from apanalytics.tables.codelists import REGIMES
from apanalytics.tables.geography import DEPARTMENTS, REGIONS

TABLES: tuple[str, ...] = (
    "establishments",
    "successions",
    "requests",
    "request_events",
    "agreements",
    "claims",
    "claim_lines",
    "payroll",
    "payroll_months",
    "headcounts",
    "insolvencies",
    "signals",
    "selections",
    "controls",
    "truth",
)
"""The canonical tables of a data folder, parents before children."""

_CODE_LISTS: dict[str, tuple[str, ...]] = {
    "departments": tuple(DEPARTMENTS),
    "regions": tuple(REGIONS),
    "size_classes": tuple(SIZE_CLASSES),
    "regimes": REGIMES,
}
_SQL_TYPES = {
    "string": "VARCHAR",
    "date": "DATE",
    "month": "DATE",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}
_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True)
class Field:
    """One column of a table.

    Attributes
    ----------
    name : column name, as in the files.
    type : `string`, `date`, `month` (a date, first day of the month), `integer`, `number` or `boolean`.
    title, description : in French, for readers.
    required : the column must be there; its values too, unless `nullable`.
    nullable : a required column whose value may be unknown (activity of an establishment not in SIRENE).
    enum : codes allowed, empty if free; another code is kept and flagged.
    labels : French label of each code, by the code as text.
    minimum, maximum : closed range; outside it the row is refused.
    above : open lower bound (a probability of selection is above 0).
    pattern : regular expression that the text must match, or the row is refused.
    unit : French unit (`heures`, `€`), None where there is none.
    separator : what joins several codes in one value, None if there is one code only.
    """

    name: str
    type: str
    title: str
    description: str
    required: bool = False
    nullable: bool = False
    enum: tuple[str | int, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    pattern: str | None = None
    unit: str | None = None
    separator: str | None = None


@dataclass(frozen=True)
class ForeignKey:
    """A reference to another table; a row that breaks it is kept, and flagged with `flag`.

    Attributes
    ----------
    column, table, target : `column` of this table refers to `target` of `table`.
    flag : code written in `data_flags`, or counted by `check` where the table has no such column.
    when : (column, value) outside which the reference does not apply, or None.
    """

    column: str
    table: str
    target: str
    flag: str
    when: tuple[str, str] | None = None


@dataclass(frozen=True)
class Schema:
    """One table of the contract.

    Attributes
    ----------
    name, title, description : name in the files; title and description in French.
    fields : its columns, in order.
    primary_key : columns that no two rows share; a missing value counts as a value of its own.
    foreign_keys : references to other tables.
    ordered : pairs of dates of which the second may not come before the first.
    optional : the table may be absent.
    """

    name: str
    title: str
    description: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    optional: bool = False

    def field(self, name: str) -> Field:
        """Return the column called `name`; raises InvalidArgument where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise InvalidArgument(
            f"Table {self.name!r} has no column of this name",
            value=name,
            todo=f"Its columns: {', '.join(field.name for field in self.fields)}.",
        )

    def sql_type(self, field: Field) -> str:
        """Return the DuckDB type of a column."""
        return _SQL_TYPES[field.type]

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema with which the table is written."""
        return pa.schema([(field.name, _ARROW_TYPES[self.sql_type(field)]) for field in self.fields])

    def empty(self) -> pd.DataFrame:
        """Return a frame with every column, its type, and no row: the start of a table in a test.

        Examples
        --------
        >>> schema("successions").empty().dtypes.astype(str).to_dict()
        {'predecessor': 'str', 'successor': 'str', 'known_on': 'datetime64[us]'}
        """
        return as_frame(self.arrow().empty_table())


_PANDAS_TYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=float("nan")),
}


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into pandas: `str`, `Int64`, `float64`, `boolean`, `datetime64[us]`.

    Examples
    --------
    >>> as_frame(pa.table({"headcount": pa.array([3, None], pa.int64())}))["headcount"].tolist()
    [3, <NA>]
    """
    fields = [
        pa.field(f.name, pa.timestamp("us") if pa.types.is_date(f.type) else f.type) for f in table.schema
    ]
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas(types_mapper=_PANDAS_TYPES.get)
    return frame


@cache
def schema(name: str) -> Schema:
    """Return the contract of one canonical table, or of `targets`, the list that a campaign delivers.

    Parameters
    ----------
    name : one of `TABLES`, or `targets`.

    Raises
    ------
    InvalidArgument : the contract has no such table.

    Examples
    --------
    >>> claims = schema("claims")
    >>> claims.title, claims.primary_key, claims.field("idle_hours").unit
    ("Demandes d'indemnisation", ('claim_id',), 'heures')
    """
    if name not in (*TABLES, "targets"):
        raise InvalidArgument(
            "Unknown table", value=name, todo=f"The contract has: {', '.join(TABLES)}, targets."
        )
    text = files("apanalytics.tables").joinpath("schemas", f"{name}.json").read_text("utf-8")
    return parse_schema(json.loads(text))


def parse_schema(text: dict[str, Any]) -> Schema:
    """Build a schema from its Table Schema JSON, as loaded.

    Examples
    --------
    >>> day = {"name": "day", "type": "date", "title": "Jour", "description": "Jour."}
    >>> parse_schema(
    ...     {"name": "t", "title": "T", "description": "", "fields": [day], "primaryKey": ["day"]}
    ... ).fields[0].type
    'date'
    """
    return Schema(
        name=text["name"],
        title=text["title"],
        description=text["description"],
        fields=tuple(_parse_field(field) for field in text["fields"]),
        primary_key=tuple(text["primaryKey"]),
        foreign_keys=tuple(_parse_reference(key) for key in text.get("foreignKeys", ())),
        ordered=tuple((first, last) for first, last in text.get("ordered", ())),
        optional=text.get("optional", False),
    )


def _parse_field(text: dict[str, Any]) -> Field:
    rules = text.get("constraints", {})
    codes = _CODE_LISTS[text["codeList"]] if "codeList" in text else tuple(rules.get("enum", ()))
    return Field(
        name=text["name"],
        type=text.get("granularity", text["type"]),
        title=text["title"],
        description=text["description"],
        required=rules.get("required", False),
        nullable=text.get("nullable", False),
        enum=codes,
        labels=tuple(text.get("labels", {}).items()),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        above=rules.get("exclusiveMinimum"),
        pattern=rules.get("pattern"),
        unit=text.get("unit"),
        separator=text.get("separator"),
    )


def _parse_reference(text: dict[str, Any]) -> ForeignKey:
    when = next(iter(text["when"].items())) if "when" in text else None
    (column,), (target,) = text["fields"], text["reference"]["fields"]
    return ForeignKey(column, text["reference"]["resource"], target, text["flag"], when)

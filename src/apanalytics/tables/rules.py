"""What makes a row refused, or kept and flagged, as SQL built from the table's schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.masking import masked
from apanalytics.tables.parsing import MACRO_OF_TYPE
from apanalytics.tables.schema import Field, Schema
from apanalytics.tables.siret import siret_is_valid

FIRST_DAY, LAST_DAY = "1900-01-01", "2099-12-31"
"""Days outside this range are typing errors, whatever the column."""

_NAMES = {
    "number": "a number",
    "integer": "a whole number",
    "date": "a date",
    "month": "a month",
    "boolean": "yes or no",
    "string": "text (numbers lose their leading zeros)",
}


@dataclass(frozen=True)
class Column:
    """How one contract column is read from an input.

    Attributes
    ----------
    text : SQL of the value as text, null where it is empty.
    typed : SQL of the value with its contract type, null where the text cannot be read as one.
    label : what the input calls the column, for the reason.
    """

    text: str
    typed: str
    label: str


def text_column(field: Field, source: str, label: str) -> Column:
    """Column read from text in any of the forms that extracts hold; `source` is the SQL of the text.

    Examples
    --------
    >>> from apanalytics.tables.schema import schema
    >>> text_column(schema("claims").field("month"), "MOIS", "MOIS").typed
    'month_of(MOIS)'
    """
    return Column(f"text_of({source})", f"{MACRO_OF_TYPE[field.type]}({source})", label)


def judged(
    schema: Schema,
    columns: Mapping[str, Column],
    scan: str,
    carry: tuple[str, ...] = (),
    problem: str = "null",
) -> str:
    """SQL that gives each row its typed values and the first rule that it breaks.

    Parameters
    ----------
    schema : contract of the table.
    columns : how each column that the input holds is read.
    scan : table expression that reads the input.
    carry : further SQL columns to keep, each `expression as name`.
    problem : SQL of what already made the row unreadable, or null.

    Returns
    -------
    A SELECT: `carry`, the columns read, then `rule` and `reason` (text, null where the row is kept).
    """
    names = [field.name for field in schema.fields if field.name in columns]
    texts = [f"{columns[name].text} as {quoted('text of ' + name)}" for name in names]
    typed = [f"{columns[name].typed} as {quoted(name)}" for name in names]
    inner = ", ".join([*carry, f"{problem} as problem", *typed, *texts])
    kept = [item.rsplit(" as ", 1)[1] for item in carry] + [quoted(name) for name in names]
    clauses = [
        f"when {condition} then [{literal(rule)}, {reason}]"
        for rule, condition, reason in (
            ("unreadable", "problem is not null", "problem"),
            *(clause for name in names for clause in _field_rules(schema.field(name), columns[name].label)),
            *_row_rules(schema, names),
        )
    ]
    return (
        f"select {', '.join(kept)}, verdict[1] as rule, verdict[2] as reason "
        f"from (select *, case {' '.join(clauses)} end as verdict from (select {inner} from {scan}))"
    )


def _field_rules(field: Field, label: str) -> Iterator[tuple[str, str, str]]:
    """Rules of one column: (rule, SQL condition, SQL of the reason), the gravest first."""
    value, text = quoted(field.name), quoted("text of " + field.name)
    shown = literal(f"{label}: «") + f" || {masked(f'left({text}, 60)')} || " + literal("» ")
    if field.required and not field.nullable:
        yield "required", f"{text} is null", literal(f"{label} is empty")
    yield "type", f"{text} is not null and {value} is null", f"{shown} || 'is not {_NAMES[field.type]}'"
    if field.pattern:
        yield (
            "format",
            f"not regexp_full_match({value}, {literal(field.pattern)})",
            f"{shown} || {literal('is not of the form ' + field.pattern)}",
        )
    if field.type in ("date", "month"):
        yield (
            "range",
            f"{value} not between date '{FIRST_DAY}' and date '{LAST_DAY}'",
            f"{shown} || 'is outside {FIRST_DAY}..{LAST_DAY}'",
        )
    if field.type == "month":
        yield "month", f"day({value}) <> 1", f"{shown} || 'is not the first day of its month'"
    if field.type == "number":
        yield "range", f"not isfinite({value})", f"{shown} || 'is not finite'"
    for condition, bound in (
        ("<", field.minimum),
        (">", field.maximum),
        ("<=", field.above),
    ):
        if bound is not None:
            limit = {"<": "below", ">": "above", "<=": "not above"}[condition]
            yield "range", f"{value} {condition} {bound}", f"{shown} || 'is {limit} {bound}'"


def _row_rules(schema: Schema, names: list[str]) -> Iterator[tuple[str, str, str]]:
    for first, last in schema.ordered:
        if first in names and last in names:
            yield (
                "date_order",
                f"{quoted(last)} < {quoted(first)}",
                f"concat('{last} ', {quoted(last)}, ' is before {first} ', {quoted(first)})",
            )
    if "siren" in names and "siret" in names:
        yield "siren", "siren <> left(siret, 9)", literal("siren is not the first 9 digits of siret")


def own_flags(schema: Schema, names: list[str]) -> list[str]:
    """SQL expressions, each a flag's code or null, that need no other table: check digits, unknown codes.

    Examples
    --------
    >>> from apanalytics.tables.schema import schema
    >>> print(*own_flags(schema("agreements"), ["kind"]))
    case when "kind" not in ('agreement', 'unilateral') then 'unknown_code:kind' end
    """
    flags = []
    if "siret" in names:
        flags.append(f"case when not {siret_is_valid('siret')} then 'siret_check_digit' end")
    for name in names:
        field = schema.field(name)
        if not field.enum:
            continue
        codes = ", ".join(literal(code) if isinstance(code, str) else str(code) for code in field.enum)
        parts = f"string_split({quoted(name)}, '{field.separator}')" if field.separator else ""
        unknown = f"not list_has_all([{codes}], {parts})" if parts else f"{quoted(name)} not in ({codes})"
        flags.append(f"case when {unknown} then 'unknown_code:{name}' end")
    return flags


def joined(flags: list[str], stored: str = "null") -> str:
    """SQL that joins by `;` the codes of `flags` that are there and those `stored` before; null if none.

    Examples
    --------
    >>> import duckdb
    >>> flags = joined(["'siret_check_digit'", "null"], stored="'claim_without_request'")
    >>> duckdb.execute(f"select {flags}, {joined(['null'])}").fetchone()
    ('claim_without_request;siret_check_digit', None)
    """
    before = f"coalesce(string_split({stored}, ';'), [])"
    codes = f"list_sort(list_distinct(list_concat([cast(null as varchar), {', '.join(flags)}], {before})))"
    return f"nullif(array_to_string({codes}, ';'), '')"

"""References to rows that are not there."""

from __future__ import annotations

from apanalytics.tables.connection import literal, quoted
from apanalytics.tables.schema import ForeignKey

NOT_IN_SIRENE = ("siret_unknown", "sirene_absent")
"""Flags of the establishments that no register gave: unknown to SIRENE, or SIRENE was not at hand."""

PSEUDO_SIRET = ("5", "6", "7", "9")
"""10th digit of the pseudo-SIRETs of URSSAF (temporary work, models, film): not in SIRENE, not unknown."""


def reference_flag(key: ForeignKey, parents: str) -> str:
    """SQL expression: the flag of a row whose reference leads nowhere, or null.

    Parameters
    ----------
    key : the reference.
    parents : name of a table or view with a `target` column of the values that exist.

    Examples
    --------
    >>> from apanalytics.tables.schema import schema
    >>> print(reference_flag(schema("claims").foreign_keys[1], "known_requests"))
    case when "request_id" not in (select target from known_requests) then 'claim_without_request' end
    """
    condition = f"{quoted(key.column)} not in (select target from {parents})"
    if key.table == "establishments":
        condition += f" and substr({quoted(key.column)}, 10, 1) not in {PSEUDO_SIRET}"
    if key.when:
        condition += f" and {quoted(key.when[0])} = {literal(key.when[1])}"
    return f"case when {condition} then {literal(key.flag)} end"


def parent_values(key: ForeignKey, table: str, flagged: bool) -> str:
    """SQL of the distinct values that a reference may lead to, as `target`.

    Parameters
    ----------
    key : the reference.
    table : what holds the parents' rows.
    flagged : whether that has `data_flags`: an establishment that SIRENE does not know is no parent.

    Examples
    --------
    >>> from apanalytics.tables.schema import schema
    >>> parent_values(schema("claims").foreign_keys[1], "requests", flagged=True)
    'select distinct "request_id" as target from requests where "request_id" is not null'
    """
    where = f"{quoted(key.target)} is not null"
    if key.table == "establishments" and flagged:
        where += " and not list_contains(string_split(coalesce(data_flags, ''), ';'), 'siret_unknown')"
    return f"select distinct {quoted(key.target)} as target from {table} where {where}"

"""The rows of a view, a page at a time, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from apanalytics.explorer.columns import BY_NAME
from apanalytics.explorer.scope import Scope
from apanalytics.explorer.selecting import Parameters, conditions, where
from apanalytics.explorer.view import View
from apanalytics.tables.connection import quoted

ALWAYS = ("case_id", "siret", "siren", "name")
"""Columns that a row of the list always carries, for its links."""


@dataclass(frozen=True)
class Totals:
    """What a view holds: cases, establishments, euros at stake, hours."""

    cases: int
    establishments: int
    amount_eur: float | None
    hours: float | None

    def pages(self, size: int) -> int:
        """Number of pages of `size` rows, at least one."""
        return max(1, -(-self.cases // size))


def selection(view: View, last_day: date | None) -> tuple[str, Parameters]:
    """Give FROM and WHERE of a view, with its parameters.

    Examples
    --------
    >>> selection(View(stage="payment"), None)
    ('FROM seen_payment WHERE TRUE', {})
    """
    parts, parameters = conditions(view, last_day)
    return f"FROM seen_{view.stage} WHERE {where(parts)}", parameters


def totals(scope: Scope, view: View, last_day: date | None) -> Totals:
    """Count and sum the cases of a view."""
    chosen, parameters = selection(view, last_day)
    (row,) = scope.rows(
        f"SELECT count(*) AS cases, count(DISTINCT siret) AS establishments, "
        f"sum(amount_eur) AS amount_eur, sum(hours) AS hours {chosen}",
        parameters,
    )
    return Totals(**row)


def page(scope: Scope, view: View, last_day: date | None) -> list[dict[str, Any]]:
    """Give the rows of one page of a view; equal values follow in the order of the case number."""
    chosen, parameters = selection(view, last_day)
    parameters |= {"size": view.size, "start": (view.page - 1) * view.size}
    names = ", ".join(quoted(name) for name in dict.fromkeys((*ALWAYS, *BY_NAME)))
    return scope.rows(f"SELECT {names} {chosen} {order(view)} LIMIT $size OFFSET $start", parameters)


def order(view: View) -> str:
    """Give the ORDER BY of a view; missing values last.

    Examples
    --------
    >>> order(View(sort="amount_eur", down=False))
    'ORDER BY "amount_eur" ASC NULLS LAST, case_id'
    """
    return f"ORDER BY {quoted(view.sort)} {'DESC' if view.down else 'ASC'} NULLS LAST, case_id"

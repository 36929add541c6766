"""The rows of a view, a page at a time, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apanalytics.explorer.columns import BY_NAME
from apanalytics.explorer.selecting import Selection

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


def totals(selection: Selection) -> Totals:
    """Count and sum the cases of a view."""
    seen, cases = selection.seen, selection.cases
    return Totals(
        seen.count(cases),
        seen.distinct(cases, "siret"),
        seen.total(cases, "amount_eur"),
        seen.total(cases, "hours"),
    )


def page(selection: Selection) -> list[dict[str, Any]]:
    """Give the rows of one page of a view; equal values follow in the order of the case number."""
    view = selection.view
    return selection.seen.records(
        selection.cases,
        list(dict.fromkeys((*ALWAYS, *BY_NAME))),
        view.sort,
        view.down,
        (view.page - 1) * view.size,
        view.size,
    )

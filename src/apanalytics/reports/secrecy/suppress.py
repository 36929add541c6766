"""Secondary secrecy: the further cells to hide so that no hidden cell can be derived from the totals.

A pattern is accepted only after linear programmes have failed to bound any hidden cell too closely, for every
measure, also for an enterprise that is alone in a hidden cell and so knows it. Where one is bounded, a mixed
integer programme chooses the cheapest further cells that free it. Hiding more never frees a reader's hand, so
the cells that were safe stay safe, and the search ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from apanalytics.errors import NotComputable
from apanalytics.reports.secrecy.cells import Tabulation
from apanalytics.reports.secrecy.primary import sensitive
from apanalytics.reports.secrecy.repair import cheapest
from apanalytics.reports.secrecy.rules import RULES, Rules
from apanalytics.reports.secrecy.witnesses import Witnesses

TOLERANCE = 1e-6
"""Relative slack of the solver, given to the reader."""


@dataclass(frozen=True)
class Suppression:
    """Which cells are hidden, and why: `units`, `dominance`, or `secondary`."""

    reasons: pd.Series[str]

    @property
    def hidden(self) -> frozenset[str]:
        """The cells that are not published."""
        return frozenset(self.reasons.index)


@dataclass(frozen=True)
class _Doubt:
    """A hidden cell looked at in one measure by one reader: by whom it must not be bounded."""

    cell: str
    measure: str
    known: frozenset[str]


@dataclass(frozen=True)
class _Search:
    """What a search goes by; the witnesses of each measure grow on the way."""

    tabulation: Tabulation
    primary: pd.Series[str]
    rules: Rules
    witnesses: dict[str, Witnesses]


def suppress(tabulation: Tabulation, rules: Rules = RULES) -> Suppression:
    """Hide what is sensitive, and what would give it back.

    The same cells are hidden in every measure.

    Raises
    ------
    NotComputable : no pattern protects a cell; the tables cannot be published.

    Examples
    --------
    >>> from apanalytics.reports.secrecy.cells import Relation
    >>> names = ["all", "a", "b", "c"]
    >>> values = pd.DataFrame({"hours": [100.0, 5.0, 35.0, 60.0]}, index=names)
    >>> units, largest = pd.Series([12, 2, 4, 6], index=names), values * 0 + 0.3
    >>> found = suppress(Tabulation(values, units, largest, (Relation("all", ("a", "b", "c")),)))
    >>> found.reasons.to_dict()
    {'a': 'units', 'b': 'secondary'}
    """
    tabulation.check()
    primary = sensitive(tabulation, rules)
    measures = [str(name) for name in tabulation.values]
    search = _Search(tabulation, primary, rules, {m: Witnesses(tabulation, m) for m in measures})
    hidden = set(map(str, primary.index))
    _protect(search, hidden)
    reasons = {cell: str(primary.get(cell, "secondary")) for cell in sorted(hidden)}
    return Suppression(pd.Series(reasons, dtype=object))


def _protect(search: _Search, hidden: set[str]) -> None:
    """Hide more until no reader can bound a hidden cell too closely."""
    tabulation = search.tabulation
    first = _largest_first(tabulation, hidden)
    todo = deque(doubt for cell in first for doubt in _doubts(tabulation, cell, hidden))
    while todo:
        doubt = todo.popleft()
        if _safe(search, doubt, hidden):
            continue
        more = _repair(search, doubt, hidden)
        hidden |= more
        todo.append(doubt)
        for cell in sorted(more):
            todo.extend(_doubts(tabulation, cell, hidden))
            if tabulation.units[cell] == 1:
                todo.extend(_doubts_of(tabulation, cell, hidden))


def _largest_first(tabulation: Tabulation, cells: set[str]) -> list[str]:
    first = str(tabulation.values.columns[0])
    return sorted(cells, key=lambda cell: (-tabulation.value(cell, first), cell))


def _doubts(tabulation: Tabulation, cell: str, hidden: set[str]) -> Iterator[_Doubt]:
    """One per measure, for an outsider and for each enterprise alone in a hidden cell beside this one."""
    alone = sorted(n for n in tabulation.near([cell]) & hidden - {cell} if tabulation.units[n] == 1)
    for measure in map(str, tabulation.values.columns):
        if tabulation.value(cell, measure) > 0:
            yield _Doubt(cell, measure, frozenset())
            for insider in alone:
                if tabulation.twin[cell] != tabulation.twin[insider]:
                    yield _Doubt(cell, measure, frozenset({insider}))


def _doubts_of(tabulation: Tabulation, insider: str, hidden: set[str]) -> Iterator[_Doubt]:
    """What the enterprise alone in a cell that has just been hidden could find out of the cells beside it."""
    for cell in sorted(tabulation.near([insider]) & hidden - {insider}):
        if tabulation.twin[cell] != tabulation.twin[insider]:
            for measure in map(str, tabulation.values.columns):
                if tabulation.value(cell, measure) > 0:
                    yield _Doubt(cell, measure, frozenset({insider}))


def need(tabulation: Tabulation, doubt: _Doubt, primary: pd.Series[str], rules: Rules) -> tuple[float, bool]:
    """How much must stay unknown, and whether on either side of the value or between the two bounds.

    An outsider must be left the full protection on either side of a sensitive cell. Of any other hidden cell
    the bounds must be apart; an enterprise, which may itself make most of the cell, must be left in doubt
    about the rest of it.
    """
    value = tabulation.value(doubt.cell, doubt.measure)
    both_sides = doubt.cell in primary.index and not doubt.known
    rest = abs(value - sum(tabulation.value(part, doubt.measure) for part in _inside(tabulation, doubt)))
    share = rules.protection * value if both_sides else rules.derivable * rest
    return max(1.0, share) if doubt.measure in tabulation.counts else share, both_sides


def _inside(tabulation: Tabulation, doubt: _Doubt) -> list[str]:
    """The cells that the reader knows and that are parts of the one looked at."""
    totals = [tabulation.relations[row] for row in tabulation.of_cell[doubt.cell]]
    return [c for c in doubt.known if any(r.total == doubt.cell and c in r.parts for r in totals)]


def _safe(search: _Search, doubt: _Doubt, hidden: set[str]) -> bool:
    """Whether a witness, found before or now, leaves this reader in doubt."""
    value = search.tabulation.value(doubt.cell, doubt.measure)
    wanted, both_sides = need(search.tabulation, doubt, search.primary, search.rules)
    wanted -= TOLERANCE * max(1.0, value)
    witnesses = search.witnesses[doubt.measure]

    def convinced() -> bool:
        below, above = witnesses.reach(doubt.cell, doubt.known)
        return (below >= min(wanted, value) and above >= wanted) if both_sides else below + above >= wanted

    for far in (False, True):
        for sign in (1.0, -1.0):
            if convinced():
                return True
            witnesses.search(hidden, doubt.cell, doubt.known, sign, far)
    return convinced()


def _repair(search: _Search, doubt: _Doubt, hidden: set[str]) -> set[str]:
    """The cheapest cells that free this one: looked for nearby first, then everywhere."""
    wanted, both_sides = need(search.tabulation, doubt, search.primary, search.rules)
    wanted *= 1 + 100 * TOLERANCE
    for steps in (1, 2, 4, None):
        among = set(search.tabulation.place)
        if steps is not None:
            among = search.tabulation.near([doubt.cell], steps)
        more = cheapest(
            search.tabulation, doubt.measure, doubt.cell, wanted, hidden, among, doubt.known, both_sides
        )
        if more:
            return more
    raise NotComputable(
        "No pattern of hidden cells keeps this cell secret",
        where=doubt.measure,
        value=doubt.cell,
        todo="Publish coarser tables: fewer dimensions, or larger groups.",
    )

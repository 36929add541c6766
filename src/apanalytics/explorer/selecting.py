"""A view as sets of cases: one for each group of filters that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from apanalytics.explorer.bits import Bits
from apanalytics.explorer.picks import SECTION, is_code, picked
from apanalytics.explorer.scope import Scope
from apanalytics.explorer.seen import Seen
from apanalytics.explorer.view import View
from apanalytics.prepare.rows import fold

CRITERIA, ACTIVITY = "criteria", "activity"
"""Names of the tick boxes that the criteria are, and of the tree of sections, divisions and classes."""
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Selection:
    """A view over what a user sees.

    Parameters
    ----------
    seen : the user's cases of the stage.
    view : what the address asks for.
    parts : for each group of filters that the view uses, the cases that it keeps.
    """

    seen: Seen
    view: View
    parts: Mapping[str, Bits]

    @cached_property
    def cases(self) -> Bits:
        """The cases of the view."""
        return self.without()

    def without(self, *names: str) -> Bits:
        """Give the cases that the view would have without some groups of filters."""
        found = self.seen.every.copy()
        for name, bits in self.parts.items():
            if name not in names:
                found &= bits
        return found


def select(scope: Scope, view: View, last_day: date | None) -> Selection:
    """Apply a view to what a user sees.

    Parameters
    ----------
    scope : of the user.
    view : what the address asks for.
    last_day : last filing day of the data, from which deadlines count where the view says no day.
    """
    seen = scope.seen(view.stage)
    return Selection(seen, view, dict(_parts(seen, view, last_day)))


def _parts(seen: Seen, view: View, last_day: date | None) -> Iterator[tuple[str, Bits]]:
    if view.fires or view.unverifiable:
        yield CRITERIA, _ticked(seen, view)
    for name, values in view.groups.items():
        if name != SECTION:
            yield name, seen.among(name, values)
    if picks := picked(view):
        yield ACTIVITY, _active(seen, picks)
    for name, ends in view.limits.items():
        yield name, seen.between(name, *ends)
    if any(view.months):
        yield "months", seen.between("period", *map(_days, view.months))
    start = view.on or last_day
    if view.due_days is not None and start is not None:
        first = start.toordinal() - EPOCH
        yield "due", seen.between("decide_by", first, first + view.due_days)
    if view.search:
        yield "q", _found(seen, view.search)


def _active(seen: Seen, picks: tuple[str, ...]) -> Bits:
    """Give the cases of some sections and of the NAF codes that begin in some ways."""
    found = seen.among(SECTION, [one for one in picks if not is_code(one)])
    for start in filter(is_code, picks):
        found |= seen.starting("naf", start)
    return found


def _ticked(seen: Seen, view: View) -> Bits:
    """Give the cases that meet all or any of the criteria ticked, firing or «non vérifiable»."""
    each = [seen.fires(code) for code in view.fires] + [seen.unverifiable(code) for code in view.unverifiable]
    found = each[0].copy()
    for bits in each[1:]:
        if view.every:
            found &= bits
        else:
            found |= bits
    return found


def _found(seen: Seen, text: str) -> Bits:
    """Look for digits in SIRET, names and case numbers, for anything else in names and case numbers."""
    bare = re.sub(r"\s", "", text)
    if re.fullmatch(r"[0-9]+", bare):
        numbers = seen.starting("siret", bare) | seen.starting("case_id", bare)
        return numbers | seen.containing("plain_name", bare)
    return seen.containing("plain_name", fold(text)) | seen.starting("case_id", text)


def _days(day: date | None) -> int | None:
    return None if day is None else day.toordinal() - EPOCH

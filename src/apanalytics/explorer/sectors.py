"""Activities as a tree, from the section to the division to the NAF class, each with what a tick gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from apanalytics.explorer.columns import GROUP_BY_NAME
from apanalytics.explorer.facets import Box
from apanalytics.explorer.picks import SECTION, activity_fr, holds, picked, section_at
from apanalytics.explorer.selecting import ACTIVITY, Selection
from apanalytics.explorer.view import View
from apanalytics.tables.activities import NAF

Counts = Mapping[str, int]
"""Cases by NAF class, `?` where none is given."""


@dataclass(frozen=True)
class Branch:
    """A tick box and the branches below it; `open` where one of them is ticked."""

    box: Box
    name: str
    below: tuple[Branch, ...] = ()

    @property
    def open(self) -> bool:
        """Whether a box below is ticked."""
        return any(one.box.ticked or one.open for one in self.below)


def counts_of(selection: Selection) -> dict[str, int]:
    """Count the cases of each NAF class, given every filter of a view but those on the activity."""
    numbers, values = selection.seen.values(selection.without(ACTIVITY), "naf")
    counted = np.bincount(numbers, minlength=len(values))
    return {str(value): int(n) for value, n in zip(values, counted, strict=True) if n}


def tree(view: View, counts: Counts) -> tuple[Branch, ...]:
    """Give the sections that have cases or are ticked, with their divisions; classes below those ticked.

    Parameters
    ----------
    view : what the address asks for.
    counts : cases of each NAF class, given every filter but those on the activity.

    Examples
    --------
    >>> food, metal = tree(View(naf=("56",)), {"56.10A": 3, "25.62B": 2})[::-1]
    >>> food.name, food.box.after, [one.name for one in food.below[0].below]
    ('I Hébergement et restauration', 3, ['56.10A Restauration traditionnelle'])
    >>> metal.box.after, metal.box.added
    (5, True)
    """
    ticked = {*view.groups.get(SECTION, ()), *view.naf}
    weigh = _Weigh(counts, picked(view))
    known = {section_at(naf) for naf in counts} | set(view.groups.get(SECTION, ()))
    known |= {section_at(one) for one in view.naf}
    return tuple(
        Branch(
            weigh.box(one, one in ticked), GROUP_BY_NAME[SECTION].label(one), _divisions(one, ticked, weigh)
        )
        for one in sorted(known, key=lambda one: (one not in GROUP_BY_NAME[SECTION].labels, one))
    )


def without_box(view: View, branches: tuple[Branch, ...]) -> tuple[str, ...]:
    """Give the starts of NAF codes that were typed and are no box of the tree.

    Examples
    --------
    >>> view = View(naf=("56", "56.1"))
    >>> without_box(view, tree(view, {"56.10A": 3}))
    ('56.1',)
    """
    shown = {two.box.value for one in branches for two in one.below}
    shown |= {three.box.value for one in branches for two in one.below for three in two.below}
    return tuple(one for one in view.naf if one not in shown)


def _divisions(section: str, ticked: set[str], weigh: _Weigh) -> tuple[Branch, ...]:
    present = {naf[:2] for naf in weigh.counts if holds(section, naf)}
    present |= {one for one in ticked if len(one) == 2 and holds(section, one)}
    return tuple(
        Branch(
            weigh.box(one, one in ticked),
            activity_fr(one),
            _classes(one, ticked, weigh) if any(two.startswith(one) for two in ticked) else (),
        )
        for one in sorted(present)
    )


def _classes(division: str, ticked: set[str], weigh: _Weigh) -> tuple[Branch, ...]:
    present = {naf for naf in weigh.counts if holds(division, naf)}
    present |= {one for one in ticked if holds(division, one) and one in NAF}
    return tuple(Branch(weigh.box(one, one in ticked), activity_fr(one)) for one in sorted(present))


class _Weigh:
    """What a tick gives, from the cases of each class and what is ticked already."""

    def __init__(self, counts: Counts, picks: tuple[str, ...]) -> None:
        self.counts, self.picks = counts, picks
        self._sums: Counter[str] = Counter()
        for naf, n in counts.items():
            for value in {naf, naf[:2], section_at(naf)}:
                self._sums[value] += n
        for one in picks:
            self._sums[one] = self._sums.get(one) or sum(n for naf, n in counts.items() if holds(one, naf))
        self.now = sum(self._sums[one] for one in picks)

    def box(self, value: str, ticked: bool) -> Box:
        count = self._sums[value]
        if ticked or any(holds(value, one) for one in self.picks):
            return Box(value, "", ticked, self.now, not ticked, count if ticked else 0)
        above = [one for one in self.picks if holds(one, value)]
        after = self.now - sum(self._sums[one] for one in above) + count
        return Box(value, "", False, after, bool(self.picks) and not above, count)

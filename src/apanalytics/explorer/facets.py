"""How many cases each tick box stands for, given the other filters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apanalytics.criteria import Criterion
from apanalytics.explorer.bits import Bits
from apanalytics.explorer.columns import GROUPS, Group, families
from apanalytics.explorer.picks import SECTION
from apanalytics.explorer.selecting import CRITERIA, Selection
from apanalytics.explorer.view import View


@dataclass(frozen=True)
class Box:
    """One tick box.

    Parameters
    ----------
    value : of the address parameter.
    label : French label.
    ticked : whether it is ticked.
    after : cases of the list where this box is ticked and all else stays as it is.
    added : whether the tick adds to what is ticked beside it, instead of narrowing it.
    count : the number shown: with `added`, how many more cases; beside others of which any may hold, the
        cases of this box alone; else `after`.
    """

    value: str
    label: str
    ticked: bool
    after: int
    added: bool
    count: int


@dataclass(frozen=True)
class Boxes:
    """A group of values with their counts."""

    group: Group
    boxes: tuple[Box, ...]

    @property
    def any_ticked(self) -> bool:
        """Whether one of them is ticked."""
        return any(box.ticked for box in self.boxes)


@dataclass(frozen=True)
class Ticks:
    """A criterion with the box «incohérence» and the box «non vérifiable»."""

    criterion: Criterion
    fires: Box
    unverifiable: Box


@dataclass(frozen=True)
class Family:
    """A family of criteria with their counts."""

    name: str
    ticks: tuple[Ticks, ...]

    @property
    def any_ticked(self) -> bool:
        """Whether a box of the family is ticked."""
        return any(one.fires.ticked or one.unverifiable.ticked for one in self.ticks)


def group_boxes(selection: Selection) -> list[Boxes]:
    """Count the cases of each value of each group, given every filter but those of the group itself.

    A value ticked is shown even where it has no case left; so are values that the code list lacks. Sections
    stand in a tree of their own.
    """
    counted = selection.seen.count_values
    return [
        _one_group(selection.view, group, counted(selection.without(group.name), group.name))
        for group in GROUPS
        if group.name != SECTION
    ]


def _one_group(view: View, group: Group, counts: dict[str, int]) -> Boxes:
    chosen = view.groups.get(group.name, ())
    now = sum(counts.get(value, 0) for value in chosen)
    known = {value: place for place, value in enumerate(group.labels)}
    values = sorted({*counts, *chosen}, key=lambda value: (known.get(value, len(known)), value))
    boxes = []
    for value in values:
        n, is_ticked = counts.get(value, 0), value in chosen
        after = now if is_ticked else now + n
        boxes.append(Box(value, group.label(value), is_ticked, after, bool(chosen) and not is_ticked, n))
    return Boxes(group, tuple(boxes))


def criteria_boxes(selection: Selection) -> list[Family]:
    """Count what ticking each criterion would give, given every filter but the criteria.

    With «toutes», the cases of the list that also meet it; with «au moins une», the cases that it adds.
    """
    seen, view = selection.seen, selection.view
    alone = CRITERIA not in selection.parts
    others = selection.without(CRITERIA)
    listed = np.zeros_like(others) if alone else selection.cases
    left_out = others & ~listed
    now = seen.count(listed)

    def box(one: Criterion, met: Bits, chosen: tuple[str, ...]) -> Box:
        inside, outside = seen.count(listed & met), seen.count(left_out & met)
        if one.code in chosen and not alone and not view.every:
            return Box(one.code, one.label_fr, True, now, False, inside + outside)
        if alone or view.every:
            after = outside if alone else inside
            return Box(one.code, one.label_fr, one.code in chosen, after, False, after)
        return Box(one.code, one.label_fr, False, now + outside, True, outside)

    return [
        Family(
            name,
            tuple(
                Ticks(
                    one,
                    box(one, seen.fires(one.code), view.fires),
                    box(one, seen.unverifiable(one.code), view.unverifiable),
                )
                for one in group
            ),
        )
        for name, group in families(view.stage)
    ]

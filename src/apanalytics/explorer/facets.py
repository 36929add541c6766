"""How many cases each tick box stands for, given the other filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from apanalytics.criteria import Criterion
from apanalytics.explorer.columns import GROUPS, Group, families
from apanalytics.explorer.scope import Scope
from apanalytics.explorer.selecting import CRITERIA, Parameters, conditions, ticked, where
from apanalytics.explorer.view import View
from apanalytics.tables.connection import quoted


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


def group_boxes(scope: Scope, view: View, last_day: date | None) -> list[Boxes]:
    """Count the cases of each value of each group, given every filter but those of the group itself.

    A value ticked is shown even where it has no case left; so are values that the code list lacks.
    """
    parts, parameters = conditions(view, last_day)
    return [_one_group(scope, view, group, where(parts, group.name), parameters) for group in GROUPS]


def _one_group(scope: Scope, view: View, group: Group, others: str, parameters: Parameters) -> Boxes:
    column = quoted(group.name)
    rows = scope.rows(
        f"SELECT {column} AS value, count(*) AS n FROM seen_{view.stage} WHERE {others} "
        f"GROUP BY 1 ORDER BY 1",
        parameters,
    )
    counts = {row["value"]: row["n"] for row in rows}
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


def criteria_boxes(scope: Scope, view: View, last_day: date | None) -> list[Family]:
    """Count what ticking each criterion would give, in one pass over the cases of the other filters.

    With «toutes», the cases of the list that also meet it; with «au moins une», the cases that it adds.
    """
    parts, parameters = conditions(view, last_day)
    already = ticked(view) if CRITERIA in parts else "FALSE"
    members = [one for _, found in families(view.stage) for one in found]
    counted = ", ".join(
        f"count(*) FILTER ({quoted(one.code)}) AS f{place}, count(*) - count({quoted(one.code)}) AS u{place}"
        for place, one in enumerate(members)
    )
    rows = scope.rows(
        f"SELECT {already} AS already, count(*) AS now, {counted} "
        f"FROM seen_{view.stage} WHERE {where(parts, CRITERIA)} GROUP BY 1",
        parameters,
    )
    counts = {bool(row["already"]): row for row in rows}
    return list(_families(view, members, counts.get(True, {}), counts.get(False, {})))


def _families(
    view: View, members: list[Criterion], listed: dict[str, int], left_out: dict[str, int]
) -> Iterator[Family]:
    """Give the families from the counts of the cases already in the list and of those left out of it."""
    places = {one.code: place for place, one in enumerate(members)}
    alone = not view.fires and not view.unverifiable

    def box(one: Criterion, letter: str, chosen: tuple[str, ...]) -> Box:
        name = f"{letter}{places[one.code]}"
        inside, outside, now = listed.get(name, 0), left_out.get(name, 0), listed.get("now", 0)
        if one.code in chosen and not alone and not view.every:
            return Box(one.code, one.label_fr, True, now, False, inside + outside)
        if alone or view.every:
            after = outside if alone else inside
            return Box(one.code, one.label_fr, one.code in chosen, after, False, after)
        return Box(one.code, one.label_fr, False, now + outside, True, outside)

    for name, group in families(view.stage):
        ticks = (Ticks(one, box(one, "f", view.fires), box(one, "u", view.unverifiable)) for one in group)
        yield Family(name, tuple(ticks))

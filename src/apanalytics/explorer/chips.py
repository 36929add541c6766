"""The filters of a view in words, each with the address of the same view without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apanalytics.criteria import criterion
from apanalytics.explorer.columns import BOUNDS, GROUPS
from apanalytics.explorer.picks import activity_fr
from apanalytics.explorer.view import View, written


@dataclass(frozen=True)
class Chip:
    """One filter: its words, and the address without it."""

    words: str
    without: str


def chips(view: View) -> list[Chip]:
    """Give every filter of a view, in the order of the form.

    Examples
    --------
    >>> [chip.words for chip in chips(View(groups={"region": ("94",)}, naf=("56",)))]
    ['Région : Corse', 'Activité : 56 Restauration']
    """
    found = [_chip(view, _criterion(code), fires=_less(view.fires, code)) for code in view.fires]
    found += [
        _chip(view, f"Non vérifiable : {_criterion(code)}", unverifiable=_less(view.unverifiable, code))
        for code in view.unverifiable
    ]
    for group in GROUPS:
        for value in view.groups.get(group.name, ()):
            left = {**view.groups, group.name: _less(view.groups[group.name], value)}
            found.append(_chip(view, f"{group.title} : {group.label(value)}", groups=left))
    for bounds in BOUNDS:
        least, most = view.limits.get(bounds.name, (None, None))
        if least is not None:
            text = f"{bounds.title} : au moins {_typed(least / bounds.scale)}"
            found.append(_chip(view, text, limits={**view.limits, bounds.name: (None, most)}))
        if most is not None:
            text = f"{bounds.title} : au plus {_typed(most / bounds.scale)}"
            found.append(_chip(view, text, limits={**view.limits, bounds.name: (least, None)}))
    return found + _others(view)


def _others(view: View) -> list[Chip]:
    found = []
    first, last = view.months
    if first:
        found.append(_chip(view, f"Depuis {first:%m/%Y}", months=(None, last)))
    if last:
        found.append(_chip(view, f"Jusqu’à {last:%m/%Y}", months=(first, None)))
    for start in view.naf:
        found.append(_chip(view, f"Activité : {activity_fr(start)}", naf=_less(view.naf, start)))
    if view.due_days is not None:
        found.append(_chip(view, f"À décider sous {view.due_days} jours", due_days=None, on=None))
    if view.search:
        found.append(_chip(view, f"Recherche : {view.search}", search=""))
    return found


def _chip(view: View, words: str, **changes: Any) -> Chip:
    return Chip(words, view.address(**changes))


def _criterion(code: str) -> str:
    return f"{criterion(code).label_fr} ({code})"


def _less(values: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != one)


def _typed(value: float) -> str:
    return written(value).replace(".", ",")

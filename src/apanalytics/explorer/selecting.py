"""A view as SQL conditions: column names from fixed lists, every value a bound parameter."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from apanalytics.explorer.columns import BOUNDS, GROUPS
from apanalytics.explorer.view import View
from apanalytics.tables.connection import quoted

CRITERIA = "criteria"
"""Name of the group of tick boxes that the criteria are."""
Conditions = dict[str, str]
Parameters = dict[str, Any]


def conditions(view: View, last_day: date | None) -> tuple[Conditions, Parameters]:
    """Give the SQL condition of each group of filters that a view uses, and the parameters of all.

    Parameters
    ----------
    view : what the address asks for.
    last_day : last filing day of the data, from which deadlines count where the view says no day.

    Examples
    --------
    >>> conditions(View(groups={"region": ("32",)}), None)
    ({'region': '"region" IN ($region_0)'}, {'region_0': '32'})
    """
    parts: Conditions = {}
    parameters: Parameters = {}
    if view.fires or view.unverifiable:
        parts[CRITERIA] = ticked(view)
    for group in GROUPS:
        if values := view.groups.get(group.name):
            names = [f"{group.name}_{place}" for place in range(len(values))]
            parts[group.name] = f"{quoted(group.name)} IN ({', '.join(f'${name}' for name in names)})"
            parameters |= dict(zip(names, values, strict=True))
    _add_limits(view, parts, parameters)
    _add_dates(view, last_day, parts, parameters)
    if view.naf:
        parts["naf"] = "starts_with(naf, $naf)"
        parameters["naf"] = view.naf
    if view.search:
        parts["q"], parameters["q"] = _search(view.search)
    return parts, parameters


def ticked(view: View) -> str:
    """Give the condition on the criteria ticked: all or any of them, firing or «non vérifiable».

    Examples
    --------
    >>> ticked(View(fires=("EFF-01",), unverifiable=("HRS-03",), every=True))
    '("EFF-01" IS TRUE AND "HRS-03" IS NULL)'
    """
    each = [f"{quoted(code)} IS TRUE" for code in view.fires]
    each += [f"{quoted(code)} IS NULL" for code in view.unverifiable]
    return f"({(' AND ' if view.every else ' OR ').join(each)})"


def where(parts: Conditions, *without: str) -> str:
    """Join conditions, those of some groups left out.

    Examples
    --------
    >>> where({"a": "a > 1", "b": "b = 2"}, "b"), where({})
    ('a > 1', 'TRUE')
    """
    return " AND ".join(part for name, part in parts.items() if name not in without) or "TRUE"


def _add_limits(view: View, parts: Conditions, parameters: Parameters) -> None:
    for bounds in BOUNDS:
        for sign, end, value in zip(
            (">=", "<="), ("min", "max"), view.limits.get(bounds.name, (None, None)), strict=True
        ):
            if value is not None:
                name = f"{bounds.name}_{end}"
                parts[name] = f"{quoted(bounds.name)} {sign} ${name}"
                parameters[name] = value


def _add_dates(view: View, last_day: date | None, parts: Conditions, parameters: Parameters) -> None:
    for sign, name, month in zip((">=", "<="), ("from", "to"), view.months, strict=True):
        if month:
            parts[name] = f"period {sign} $month_{name}"
            parameters[f"month_{name}"] = month
    start = view.on or last_day
    if view.due_days is not None and start is not None:
        parts["due"] = "decide_by BETWEEN $due_from AND $due_to"
        latest = min(start.toordinal() + view.due_days, date.max.toordinal())
        parameters |= {"due_from": start, "due_to": start + timedelta(latest - start.toordinal())}


def _search(text: str) -> tuple[str, str]:
    """Look for digits in SIRET and case numbers, for anything else in names and case numbers."""
    bare = re.sub(r"\s", "", text)
    if re.fullmatch(r"[0-9]+", bare):
        return "(starts_with(siret, $q) OR starts_with(case_id, $q) OR contains(plain_name, $q))", bare
    return "(contains(plain_name, lower(strip_accents($q))) OR starts_with(case_id, $q))", text

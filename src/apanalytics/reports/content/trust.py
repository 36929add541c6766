"""How far the figures can be trusted: what has drifted, and whom a ranking weighs on."""

from __future__ import annotations

import pandas as pd

from apanalytics.evaluation.drift import drift
from apanalytics.evaluation.fairness import fairness
from apanalytics.evaluation.regional import drawn_members
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.regional import CASES, Regional, month_before
from apanalytics.reports.table import Column, table
from apanalytics.tables.activities import SIZE_CLASSES

SHOWN = 8
"""Features shown, the most changed first."""
BACK = 3
"""Months between the two periods that are compared: the report's month and the one so long before it."""
FEWEST = 30
"""Cases of a month below which nothing is compared."""


def drifted(regional: Regional, stage: str) -> Block:
    """The features that changed most since three months before, false alarms being kept to one in twenty.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "dérive" in drifted(open_region("data/synthetic", "32", "2021-09"), "payment").html.lower()
    True
    """
    earlier = month_before(regional.month, BACK)
    now, before = regional.filed(stage), regional.filed(stage, earlier)
    if min(len(now), len(before)) < FEWEST:
        return note(
            "La dérive n’est pas mesurée pour les {} : moins de {} dossiers en {} ou en {}.",
            CASES[stage],
            FEWEST,
            french.month(earlier),
            french.month(regional.month),
        )
    frame = regional.derived.features(stage, regional.region)
    numbers = frame.select_dtypes(["number", "boolean"])
    found = drift(numbers.loc[before.index], numbers.loc[now.index])
    alarms = found[found["alarm"].fillna(False).astype(bool)]
    opening = finding(
        "Entre {} et {}, {} sur {} signalent une dérive dans les {}.",
        french.month(earlier),
        french.month(regional.month),
        french.count(len(alarms), "variable"),
        len(found),
        CASES[stage],
    )
    if alarms.empty:
        return opening
    columns = (
        Column("feature", "Variable"),
        Column("distance", "Écart des distributions (0 à 1)", _two),
        Column("missing_before", "Manquante avant", french.percent),
        Column("missing_now", "Manquante maintenant", french.percent),
    )
    reading = note(
        "Une dérive des dossiers n’est pas encore une dérive de la non-conformité : la lire avec le taux que "
        "donne le tirage au hasard. Une alarme sur vingt environ est due au hasard."
    )
    return (
        opening
        + table(alarms.head(SHOWN), f"Variables qui ont le plus changé ({CASES[stage]})", columns)
        + reading
    )


def burden(regional: Regional, stage: str) -> Block:
    """Selection and precision by size of establishment, among the cases that campaigns could choose.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "équité" in burden(open_region("data/synthetic", "32", "2021-09"), "payment").html.lower()
    True
    """
    if not regional.tables.has("selections"):
        return note("L’équité n’est pas mesurée : aucun registre des campagnes n’est conservé.")
    last = (pd.Timestamp(regional.month) + pd.offsets.MonthEnd(0)).date()
    members = drawn_members(regional.tables, stage, last)
    cases = regional.cases[stage]
    here = members[members.index.isin(cases.index)]
    if len(here) < FEWEST:
        return note(
            "L’équité n’est pas mesurée pour les {} : moins de {} dossiers éligibles.", CASES[stage], FEWEST
        )
    sizes = cases["size_class"].reindex(here.index).map(SIZE_CLASSES)
    by_size = fairness(
        here.assign(size=sizes, chosen=here["listed"] & (here["channel"] == "targeted")), "size"
    )
    order = {label: place for place, label in enumerate(SIZE_CLASSES.values())}
    by_size = by_size.sort_values("group", key=lambda group: group.map(order), ignore_index=True)
    shown = by_size.assign(
        selection=[_interval(row, "selection_rate") for row in by_size.to_dict("records")],
        found=[_interval(row, "precision") for row in by_size.to_dict("records")],
        weight=[_burden(row) for row in by_size.to_dict("records")],
    )
    columns = (
        Column("group", "Effectif"),
        Column("cases", "Dossiers éligibles", french.number),
        Column("selection", "Part ciblée"),
        Column("found", "Précision"),
        Column("weight", "Conformes ciblés pour 1 000"),
    )
    caption = f"Équité du ciblage des {CASES[stage]} selon la taille (intervalles à 95 %)"
    return table(shown, caption, columns)


def _two(value: float) -> str:
    return french.number(value, 2)


def _interval(row: dict[object, object], name: str) -> str:
    value, low, high = (row.get(f"{name}{end}") for end in ("", "_low", "_high"))
    if french.absent(value):
        return str(row.get("why") or "données insuffisantes")
    return f"{french.percent(value, 0)} ({french.interval(low, high)})"  # type: ignore[arg-type]


def _burden(row: dict[object, object]) -> str:
    value = row.get("burden")
    return "données insuffisantes" if french.absent(value) else french.number(value)  # type: ignore[arg-type]

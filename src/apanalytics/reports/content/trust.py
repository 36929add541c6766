"""How far the figures can be trusted: what has drifted, and whom a ranking weighs on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from apanalytics.evaluation.drift import drift
from apanalytics.features import FEATURES
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.breakdown import NOT_GIVEN
from apanalytics.reports.content.closed import ENOUGH, known_outcomes, rate, written
from apanalytics.reports.content.regional import CASES, Regional, month_before
from apanalytics.reports.table import Column, table
from apanalytics.risk import Interval, wilson
from apanalytics.tables.activities import SIZE_CLASSES

SHOWN = 8
"""Features shown, the most changed first."""
OFFERED_SQL = """
SELECT case_id, bool_or(listed AND channel = 'targeted') AS chosen
FROM selections SEMI JOIN own_{stage} USING (case_id)
WHERE stage = $stage AND drawn_on <= $last GROUP BY case_id ORDER BY case_id
"""
BACK = 3
"""Months between the two periods that are compared: the report's month and the one so long before it."""
CALENDAR = ["legal_hours", "working_hours", "public_holidays"]
"""Features that tell of the month alone: they differ between any two months."""
UNITS = {
    "hours": ("h", "h"),
    "days": ("jour", "jours"),
    "months": ("mois", "mois"),
    "eur": ("€", "€"),
    "eur_per_hour": ("€/h", "€/h"),
    "employees": ("salarié", "salariés"),
    "persons": ("personne", "personnes"),
}
"""French units of the features, for one and for several; ratios, counts and standard deviations have none."""
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
    numbers = frame.select_dtypes(["number", "boolean"]).drop(columns=CALENDAR, errors="ignore")
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
    return opening + _alarms(alarms.head(SHOWN), numbers, (before, now), (earlier, regional.month), stage)


def _alarms(
    alarms: pd.DataFrame,
    numbers: pd.DataFrame,
    cases: tuple[pd.DataFrame, pd.DataFrame],
    months: tuple[date, date],
    stage: str,
) -> Block:
    """The features that changed, by their French label, with what they were and are."""
    names = alarms["feature"].tolist()
    earlier, now = ([typical(name, numbers.loc[some.index, name]) for name in names] for some in cases)
    shown = alarms.assign(
        label=[FEATURES[name].label_fr if name in FEATURES else name for name in names],
        earlier=earlier,
        now=now,
    )
    first, last = (french.short_month(month).replace("\n", " ") for month in months)
    columns = (
        Column("label", "Variable"),
        Column("earlier", f"Médiane ou part de oui, {first}", str),
        Column("now", f"Médiane ou part de oui, {last}", str),
        Column("missing_before", f"Manquante, {first}", french.percent),
        Column("missing_now", f"Manquante, {last}", french.percent),
        Column("distance", "Écart (de 0 à 1)", _two),
    )
    return table(shown, f"Variables qui ont le plus changé ({CASES[stage]})", columns) + note(
        "L’écart est le plus grand entre les deux distributions ; il n’est pas donné où trop de valeurs "
        "manquent. Une dérive des dossiers n’est pas encore une dérive de la non-conformité : la lire avec "
        "le taux que donne le tirage au hasard. Une alarme sur vingt environ est due au hasard ; les "
        "variables qui ne disent que le calendrier sont laissées de côté."
    )


def typical(name: str, values: pd.Series[Any]) -> str:
    """The median of a feature with its unit, or how often a yes-or-no one is yes.

    Examples
    --------
    >>> typical("filing_delay_days", pd.Series([2.0, 3.0, 90.0]))
    '3\xa0jours'
    """
    unit = FEATURES[name].unit if name in FEATURES else ""
    middle = values.astype("Float64").mean() if unit == "bool" else values.median()
    if french.absent(middle):
        return french.MISSING
    if unit in ("bool", "share"):
        return french.percent(float(middle), 0) + (f"{french.NO_BREAK}de oui" if unit == "bool" else "")
    shown = french.number(float(middle), 0 if float(middle).is_integer() else 2)
    return f"{shown}{french.NO_BREAK}{french.agreed(middle, *UNITS[unit])}" if unit in UNITS else shown


def burden(regional: Regional, stage: str) -> Block:
    """Who is targeted, how precisely and at what cost to the conforming, by size of establishment.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "éligibles" in burden(open_region("data/synthetic", "32", "2021-09"), "payment").html
    True
    """
    if not regional.tables.has("selections"):
        return note("L’équité n’est pas mesurée : aucun registre des campagnes n’est conservé.")
    here = _offered(regional, stage)
    if len(here) < FEWEST:
        return note(
            "L’équité n’est pas mesurée pour les {} : moins de {} dossiers éligibles.", CASES[stage], FEWEST
        )
    by_size = reach(here)
    columns = (
        Column("size", "Effectif"),
        Column("cases", "Dossiers éligibles", french.number),
        Column("share", "Part ciblée (intervalle à 95 %)"),
        Column("precision", "Précision des contrôles ciblés"),
        Column("disturbed", "Conformes contrôlés, pour 1 000 éligibles", french.number),
    )
    caption = f"À quelles tailles le ciblage des {CASES[stage]} s’adresse, depuis le premier mois des données"
    return (
        finding("{}", _spread(by_size, stage))
        + table(by_size, caption, columns)
        + note(
            "Précision : part de non conformes parmi les contrôles ciblés dont le résultat est connu ; sous "
            "{} résultats, elle n’est pas imprimée. Une taille plus souvent ciblée et moins précise que les "
            "autres porterait plus que sa part du dérangement.",
            ENOUGH,
        )
    )


def _offered(regional: Regional, stage: str) -> pd.DataFrame:
    """The region's cases that campaigns could choose, with what `reach` wants to know of them."""
    drawn = regional.rows(OFFERED_SQL.format(stage=stage), stage=stage, last=regional.last_day)
    here = drawn.set_index("case_id")
    sizes = regional.cases[stage]["size_class"].reindex(here.index).map(SIZE_CLASSES).fillna(NOT_GIVEN)
    if not regional.tables.has("controls"):
        return here.assign(size=sizes, nonconforming=None)
    known = known_outcomes(regional, stage)["nonconforming"].astype(object)
    return here.assign(size=sizes, nonconforming=known.reindex(here.index))


def reach(members: pd.DataFrame) -> pd.DataFrame:
    """How often each size is targeted, how precisely, and how many conforming cases it costs.

    Parameters
    ----------
    members : cases that campaigns could choose: ``size`` (label), ``chosen`` (bool: the score listed it) and
        ``nonconforming`` (missing where unknown).

    Returns
    -------
    A row per size, the smallest first: ``cases``, ``rate`` (share chosen) with ``low`` and ``high``,
    ``share`` and ``precision`` as printed, ``disturbed`` (conforming cases controlled per 1,000 cases).

    Examples
    --------
    >>> found = [True] * 15 + [False] * 15 + [None] * 70
    >>> members = pd.DataFrame(
    ...     {"size": "3 à 5 salariés", "chosen": [True] * 30 + [False] * 70, "nonconforming": found}
    ... )
    >>> reach(members)[["cases", "rate", "disturbed"]].values.tolist()
    [[100.0, 0.3, 150.0]]
    """
    rows = []
    for size, some in members.groupby("size", sort=False):
        chosen = int(some["chosen"].sum())
        known = some.loc[some["chosen"], "nonconforming"].dropna().astype(bool)
        share = Interval(chosen / len(some), *wilson(chosen, len(some)), n=len(some))
        precision = rate(int(known.sum()), len(known))
        rows.append(
            {
                "size": size,
                "cases": len(some),
                "rate": share.value,
                "low": share.low,
                "high": share.high,
                "share": written(share),
                "precision": written(precision) or str(precision.why),
                "disturbed": 1000 * int((~known).sum()) / len(some),
            }
        )
    order = {label: place for place, label in enumerate([*SIZE_CLASSES.values(), NOT_GIVEN])}
    return pd.DataFrame(rows).sort_values("size", key=lambda size: size.map(order), ignore_index=True)


def _spread(by_size: pd.DataFrame, stage: str) -> str:
    """The sizes that targeting reaches least and most, among those with enough cases to tell."""
    enough = by_size[by_size["cases"] >= FEWEST].sort_values("rate", kind="stable")
    if len(enough) < 2:
        return f"Pour les {CASES[stage]}, une seule taille compte assez de dossiers pour juger de l’équité."
    least, most = enough.iloc[0], enough.iloc[-1]
    apart = "au-delà" if least["high"] < most["low"] else "dans les limites"
    return (
        f"Pour les {CASES[stage]}, le ciblage a retenu de {french.percent(least['rate'], 0)} des dossiers "
        f"éligibles ({least['size'].lower()}) à {french.percent(most['rate'], 0)} ({most['size'].lower()}) : "
        f"un écart {apart} de ce que le hasard explique."
    )


def _two(value: float) -> str:
    return french.number(value, 2)

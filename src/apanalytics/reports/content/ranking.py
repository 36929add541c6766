"""What the coming list would look like: the month's cases ranked by risk, or by distance from their peers."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, note
from apanalytics.reports.content.regional import CASES, Regional
from apanalytics.reports.table import Column, table
from apanalytics.tables.geography import DEPARTMENTS, UNKNOWN_LABEL
from apanalytics.targeting.draw import ranked

SHARE = 0.10
"""Share of the month's cases that the summary looks at."""


def ranking(regional: Regional, stage: str) -> Block:
    """The tenth of the month's cases ranked first, by department: cases, euros, and risk where it is known.

    No case is named: the list itself, with its reasons, is what `apanalytics target` writes.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "premier rang" in ranking(open_region("data/synthetic", "32", "2021-09"), "payment").html
    True
    """
    cases = first_ranked(regional, stage)
    if cases.empty:
        return finding("Aucun dossier de cette étape n’a été déposé dans le mois.")
    known = cases["risk"].notna().any()
    rows = cases.assign(label=_labels(cases)).groupby("label", sort=True)
    shown = pd.DataFrame(
        {"cases": rows.size(), "amount_eur": rows["amount_eur"].sum(), "risk": rows["risk"].mean()}
    ).reset_index()
    shown = shown.sort_values(["cases", "label"], ascending=[False, True], ignore_index=True)
    columns = [
        Column("label", "Département"),
        Column("cases", "Dossiers de premier rang", french.number, bar=True),
        Column("amount_eur", "Montant en jeu", french.euros),
    ]
    if known:
        columns.append(Column("risk", "Risque moyen estimé", french.percent))
    first = f"Les {french.percent(SHARE, 0)} de {CASES[stage]} classées en tête"
    caption = f"{first}, parmi celles déposées en {french.month(regional.month)}"
    return finding("{}", _finding(cases, stage)) + table(shown, caption, columns) + _about(bool(known))


@lru_cache(maxsize=4)
def first_ranked(regional: Regional, stage: str) -> pd.DataFrame:
    """The month's cases ranked first, the tenth of them rounded up; `risk` is missing without a model.

    Equal scores are ordered as on a list: by a hash of the case, which favours no one.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> cases = first_ranked(open_region("data/synthetic", "32", "2021-09"), "payment")
    >>> bool(cases["score"].is_monotonic_decreasing)
    True
    """
    cases = regional.filed(stage)
    scores = regional.derived.scores(stage, regional.region)
    if scores is None:
        scores = regional.derived.anomaly(stage, regional.region)[["score"]].assign(risk=float("nan"))
    scored = cases.join(scores[["score", "risk"]])
    return scored.loc[ranked(scored["score"])].head(-(-len(scored) * round(100 * SHARE) // 100))


def _labels(cases: pd.DataFrame) -> pd.Series[str]:
    labels = {code: f"{label} ({code})" for code, (label, _) in DEPARTMENTS.items()}
    return cases["department"].map(labels).fillna(UNKNOWN_LABEL)


def _finding(cases: pd.DataFrame, stage: str) -> str:
    amount = french.euros(cases["amount_eur"].sum())
    flagged = int(cases["flagged"].sum())
    which = f"dont {french.number(flagged)} avec une"
    if flagged in (0, len(cases)):
        which = "sans" if not flagged else french.agreed(flagged, "avec une", "tous avec une")
    return (
        f"{french.count(len(cases), 'dossier')} de premier rang parmi les {CASES[stage]} du mois, pour "
        f"{amount} en jeu, {which} incohérence{' au moins' if flagged else ''}."
    )


def _about(known: bool) -> Block:
    if known:
        return note(
            "Rang selon le modèle de risque, appris sur les contrôles passés de la région et du pays. Le "
            "risque est une probabilité estimée, jamais un constat."
        )
    return note(
        "Aucun modèle de risque n’a été fourni. Le rang suit les incohérences du dossier, les plus rares "
        "pesant le plus, et son écart à ses pairs (même activité, même taille, même période) : il ne dit pas "
        "une probabilité de non-conformité."
    )

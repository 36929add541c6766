"""Which inconsistencies come together in the same cases."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from apanalytics.criteria import catalogue
from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding, text
from apanalytics.reports.content.regional import CASE, CASES, Regional
from apanalytics.reports.table import Column, table

SHOWN = 8
"""Pairs shown."""
FEWEST = 2
"""Cases that a pair must have to be shown: one case is no pattern."""


def overlap(regional: Regional, stage: str) -> Block:
    """How many cases show several inconsistencies, and which pairs are the most frequent.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "incohérence" in overlap(open_region("data/synthetic", "32", "2021-09"), "payment").html
    True
    """
    fires = regional.checks(stage).fillna(False).astype(bool)
    number = fires.sum(axis=1)
    flagged, several = int((number > 0).sum()), int((number > 1).sum())
    if not flagged:
        return text("")
    opening = finding(
        "{} {} une incohérence au moins, et {} plusieurs.",
        french.count(flagged, CASE[stage], CASES[stage]),
        french.agreed(flagged, "présente", "présentent"),
        f"{french.number(several)} d’entre elles en {french.agreed(several, 'présente', 'présentent')}"
        if several
        else "aucune n’en présente",
    )
    rows = pairs(fires)
    if rows.empty:
        return opening
    columns = (
        Column("label", "Incohérences relevées ensemble"),
        Column("cases", "Dossiers", french.number, bar=True),
        Column("share", "Part de la plus rare des deux", french.percent),
    )
    return opening + table(rows, f"Paires les plus fréquentes dans les {CASES[stage]} du mois", columns)


def pairs(fires: pd.DataFrame) -> pd.DataFrame:
    """The most frequent pairs of criteria: `label`, `cases`, `share` of the cases of the rarer one (0..1).

    Parameters
    ----------
    fires : a boolean per criterion, a row per case.

    Examples
    --------
    >>> fires = pd.DataFrame({"EFF-01": [True, True, False], "EFF-03": [True, True, True]})
    >>> pairs(fires)[["cases", "share"]].values.tolist()
    [[2.0, 1.0]]
    """
    labels = {criterion.code: criterion.label_fr for criterion in catalogue()}
    counts = fires.sum()
    ones = fires.to_numpy(dtype=int)
    together = pd.DataFrame(ones.T @ ones, index=fires.columns, columns=fires.columns).to_dict()
    rows = []
    for one, other in combinations(sorted(map(str, fires.columns)), 2):
        cases = int(together[one][other])
        if cases >= FEWEST:
            label = f"{labels.get(one, one)} ({one}) + {labels.get(other, other)} ({other})"
            rows.append((label, cases, cases / int(min(counts[one], counts[other]))))
    frame = pd.DataFrame(rows, columns=["label", "cases", "share"])
    return frame.sort_values(["cases", "label"], ascending=[False, True], ignore_index=True).head(SHOWN)

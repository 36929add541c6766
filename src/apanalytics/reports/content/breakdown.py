"""Where the month's filings come from: departments, sectors of activity, sizes of establishments."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, finding
from apanalytics.reports.content.regional import AUTHORISATION, PAYMENT, Regional
from apanalytics.reports.content.territory import territory
from apanalytics.reports.table import Column, table
from apanalytics.tables.activities import SECTIONS, SIZE_CLASSES
from apanalytics.tables.geography import DEPARTMENTS, UNKNOWN, UNKNOWN_LABEL

NOT_GIVEN = "Non renseigné"
LEADERS = 3
"""How many groups the finding names."""

COLUMNS = (
    Column("authorisation", "Demandes d’autori\u00adsation", french.number),
    Column("payment", "Demandes d’indem\u00adnisation", french.number),
    Column("hours", "Heures chômées", french.number, bar=True),
    Column("amount_eur", "Allocation demandée", french.euros),
    Column("flagged", "Part avec incohérence", french.percent),
)


def departments(regional: Regional) -> Block:
    """The month's filings by department, on a map and in a table; an unknown place is shown as such.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "Pas-de-Calais" in departments(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    labels = {code: f"{label} ({code})" for code, (label, _) in DEPARTMENTS.items()}
    labels[UNKNOWN] = UNKNOWN_LABEL
    rows = breakdown(regional, "department", labels)
    said = finding("{}", _finding(rows, "département"))
    return said + territory(regional) + _show(rows, "Département", "par département", regional)


def sectors(regional: Regional) -> Block:
    """The month's filings by section of activity (NAF rév. 2).

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "Industrie manufacturière" in sectors(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    rows = breakdown(regional, "section", SECTIONS)
    return finding("{}", _finding(rows.assign(group=_quoted(rows["group"])), "secteur")) + _show(
        rows, "Secteur", "par secteur d’activité", regional
    )


def sizes(regional: Regional) -> Block:
    """The month's filings by headcount class of the establishment, the smallest first.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "salariés" in sizes(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    rows = breakdown(regional, "size_class", SIZE_CLASSES)
    order = {label: place for place, label in enumerate([*SIZE_CLASSES.values(), NOT_GIVEN])}
    rows = rows.sort_values("group", key=lambda group: group.map(order), ignore_index=True)
    said = finding("{}", _finding_of_sizes(rows))
    return said + _show(rows, "Effectif de l’établissement", "par taille d’établissement", regional)


def breakdown(regional: Regional, by: str, labels: Mapping[str, str]) -> pd.DataFrame:
    """The month's filings by a column of the cases; a row per group that has any, the most hours first.

    `group` (label), `authorisation`, `payment` (cases), `hours`, `amount_eur` (of the claims), and `flagged`
    (share 0..1 of all its cases with one inconsistency at least). Totals of the rows are those of the region.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> region = open_region("data/synthetic", "32", "2021-09")
    >>> int(breakdown(region, "section", SECTIONS)["payment"].sum()) == len(region.filed("payment"))
    True
    """
    stages = [regional.filed(stage).assign(stage=stage) for stage in (AUTHORISATION, PAYMENT)]
    cases = pd.concat(stages)
    cases["group"] = cases[by].map(labels).fillna(NOT_GIVEN)
    claimed = cases["stage"] == PAYMENT
    cases["authorisation"], cases["payment"] = ~claimed, claimed
    cases[["hours", "amount_eur"]] = cases[["hours", "amount_eur"]].where(claimed, 0.0)
    groups = cases.groupby("group", sort=True)
    rows = groups[["authorisation", "payment", "hours", "amount_eur"]].sum()
    rows["flagged"] = groups["flagged"].mean().astype(float)
    return rows.reset_index().sort_values(["hours", "group"], ascending=[False, True], ignore_index=True)


def _quoted(labels: pd.Series[str]) -> list[str]:
    """Labels that hold commas and «et» themselves, set apart in a sentence."""
    return [f"« {label} »" for label in labels]


def _finding(rows: pd.DataFrame, noun: str) -> str:
    total = float(rows["hours"].sum())
    if not total:
        return "Aucune heure chômée n’a été déclarée ce mois-ci."
    first = rows.head(LEADERS)
    if len(rows) <= LEADERS:
        top = rows.iloc[0]
        share = french.percent(top["hours"] / total, 0)
        return f"{top['group']} : {share} des heures chômées déclarées dans le mois."
    share = french.percent(first["hours"].sum() / total, 0)
    names = french.listing(list(first["group"]))
    return f"Trois {noun}s réunissent {share} des heures chômées déclarées : {names}."


def _finding_of_sizes(rows: pd.DataFrame) -> str:
    total = float(rows["hours"].sum())
    if not total:
        return "Aucune heure chômée n’a été déclarée ce mois-ci."
    first = rows.iloc[int(rows["hours"].argmax())]
    return (
        f"Les établissements de la tranche « {first['group']} » réunissent "
        f"{french.percent(first['hours'] / total, 0)} des heures chômées déclarées, pour "
        f"{french.percent(first['payment'] / rows['payment'].sum(), 0)} des demandes d’indemnisation."
    )


def _show(rows: pd.DataFrame, title: str, how: str, regional: Regional) -> Block:
    sums = rows[["authorisation", "payment", "hours", "amount_eur"]].sum()
    cases = rows["authorisation"] + rows["payment"]
    share = float((rows["flagged"] * cases).sum() / cases.sum())
    total = pd.Series({"group": "Ensemble", **sums, "flagged": share}, dtype=object)
    caption = (
        f"Dossiers déposés en {french.month(regional.month)}, {how} "
        "(heures et euros des demandes d’indemnisation)"
    )
    return table(rows, caption, (Column("group", title), *COLUMNS), total=total)

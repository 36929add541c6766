"""The public page: everything on it comes from the published tables, so nothing hidden can slip in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, KeyFigure, bullets, finding, key_figures, note, text
from apanalytics.reports.figure import BLUE, figure
from apanalytics.reports.parameters import COUNTRY, label_of, parse_month
from apanalytics.reports.publication.tables import HIDDEN, NAMES
from apanalytics.reports.table import Column, table
from apanalytics.tables.activities import NACE17, SIZE_CLASSES
from apanalytics.tables.geography import DEPARTMENTS, UNKNOWN, UNKNOWN_LABEL

SECRET = "secret"
"""What stands in the page for a figure that is hidden."""
NOT_GIVEN = "Non renseigné"
LONGEST = 36
"""Characters of a label beside a bar."""
TEXT = {"mois", "region", "departement", "secteur", "taille", "critere", "libelle", "secret"}


@dataclass(frozen=True)
class Published:
    """The published tables of one month, seen from one region or from the whole country."""

    folder: Path
    region: str
    month: date

    def table(self, stage: str, name: str) -> pd.DataFrame:
        """The rows of one table for this region; none where nothing was filed at that stage."""
        path = self.folder / f"{NAMES[stage]}_{name}.csv"
        if not path.is_file():
            return pd.DataFrame(columns=["region", "demandes", "secret"])
        head = pd.read_csv(path, nrows=0).columns
        kinds = {column: "str" if column in TEXT else "Int64" for column in head}
        whole = pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=[""])
        return whole[whole["region"] == self.region].reset_index(drop=True)


def open_published(tables: str, region: str, month: str) -> Published:
    """The published tables of a month.

    Examples
    --------
    >>> open_published("nowhere", "32", "2021-09").table("payment", "regions").empty
    True
    """
    return Published(Path(tables), region, parse_month(month))


def public_header(published: Published) -> Block:
    """The head of the public page.

    Examples
    --------
    >>> "Hauts-de-France" in public_header(open_published("nowhere", "32", "2021-09")).html
    True
    """
    return text(
        '<p class="kind">Activité partielle — données publiques</p>\n<h1>{}</h1>\n'
        '<p class="dates">Demandes déposées au mois {}.</p>',
        label_of(published.region),
        french.of_month(published.month),
    )


def public_summary(published: Published) -> Block:
    """Requests and claims of the month, where they may be told.

    Examples
    --------
    >>> "secret" in public_summary(open_published("nowhere", "32", "2021-09")).html
    False
    """
    figures = []
    for stage, label in (
        ("authorisation", "Demandes d’autorisation"),
        ("payment", "Demandes d’indemnisation"),
    ):
        rows = published.table(stage, "regions")
        figures.append(KeyFigure(label, _first(rows, "demandes", french.number)))
        if stage == "payment" and len(rows):
            figures.append(KeyFigure("Heures chômées déclarées", _first(rows, "heures", french.hours)))
            figures.append(KeyFigure("Allocation demandée", _first(rows, "montant_eur", french.euros)))
    total = _filed(published.table("payment", "regions"))
    opening = finding("{}, {} : {}.", label_of(published.region), french.month(published.month), total)
    return opening + key_figures(figures)


def _filed(rows: pd.DataFrame) -> str:
    if len(rows) and rows["secret"].iloc[0] == HIDDEN:
        return "le nombre de demandes d’indemnisation est couvert par le secret statistique"
    filed = int(rows["demandes"].iloc[0]) if len(rows) else 0
    return french.count(filed, "demande d’indemnisation déposée", "demandes d’indemnisation déposées")


def _first(rows: pd.DataFrame, column: str, show: Callable[[Any], str]) -> str:
    if rows.empty:
        return "0"
    return SECRET if rows["secret"].iloc[0] == HIDDEN else show(rows[column].iloc[0])


DIMENSIONS = {
    "departements": ("departement", "Département", {c: f"{n} ({c})" for c, (n, _) in DEPARTMENTS.items()}),
    "secteurs": ("secteur", "Groupe d’activités", NACE17),
    "tailles": ("taille", "Effectif de l’établissement", SIZE_CLASSES),
}
LABELS_OF_UNKNOWN = {UNKNOWN: UNKNOWN_LABEL}


def public_breakdown(published: Published, stage: str, name: str) -> Block:
    """The month's cases by department, activity or size; «secret» where a figure is hidden.

    Examples
    --------
    >>> "Aucune" in public_breakdown(open_published("nowhere", "32", "2021-09"), "payment", "secteurs").html
    True
    """
    rows = published.table(stage, name)
    if rows.empty:
        return finding("Aucune demande n’a été déposée à cette étape, ou ce tableau n’est pas publié.")
    column, title, labels = DIMENSIONS[name]
    rows = rows.assign(label=rows[column].map({**labels, **LABELS_OF_UNKNOWN}).fillna(NOT_GIVEN))
    if name != "tailles":
        rows = rows.sort_values(["demandes", "label"], ascending=[False, True], na_position="last")
    columns = [Column("label", title)]
    measures = (
        ("demandes", "Demandes", french.number),
        ("etablissements", "Établisse\u00adments", french.number),
        ("salaries", "Salariés", french.number),
        ("heures", "Heures", french.number),
        ("montant_eur", "Allocation", french.euros),
    )
    columns += [Column(measure, head, partial(_or_secret, show=show)) for measure, head, show in measures]
    caption = f"Demandes d’{NAMES[stage]} déposées en {french.month(published.month)}, par {title.lower()}"
    blocks = finding("{}", _leading(rows, title)) + _bars(rows, stage, title, published)
    return blocks + table(rows, caption, columns)


def _or_secret(value: object, show: Callable[[Any], str]) -> str:
    return SECRET if french.absent(value) else show(value)


def _leading(rows: pd.DataFrame, title: str) -> str:
    shown = rows[rows["secret"] != HIDDEN]
    hidden = len(rows) - len(shown)
    if shown.empty:
        return "Toutes les lignes sont couvertes par le secret statistique."
    top = shown.sort_values("demandes", ascending=False, kind="stable").iloc[0]
    tail = f" ; {french.count(hidden, 'ligne couverte', 'lignes couvertes')} par le secret statistique"
    return (
        f"{title} qui compte le plus de demandes : « {top['label']} », "
        f"avec {french.number(top['demandes'])}{tail if hidden else ''}."
    )


def _bars(rows: pd.DataFrame, stage: str, title: str, published: Published) -> Block:
    shown = rows[rows["secret"] != HIDDEN]
    if len(shown) < 2:
        return text("")
    ends = shown.sort_values("demandes")
    return figure(
        partial(_draw, shown),
        alt=f"De {french.number(ends['demandes'].iloc[0])} à {french.number(ends['demandes'].iloc[-1])} "
        f"demandes selon la ligne, pour {len(shown)} lignes publiées.",
        caption=f"Nombre de demandes d’{NAMES[stage]} par {title.lower()}, "
        f"{french.month(published.month)} ; les lignes secrètes ne sont pas dessinées.",
        height=0.3 + 0.09 * len(shown),
    )


def _draw(shown: pd.DataFrame, axes: Axes) -> None:
    places = list(range(len(shown)))[::-1]
    values = shown["demandes"].astype(float)
    axes.barh(places, values, color=BLUE, height=0.66)
    for place, value in zip(places, values, strict=True):
        axes.annotate(
            french.number(value), (value, place), xytext=(4, 0), textcoords="offset points", va="center"
        )
    axes.set_yticks(places, [_short(label) for label in shown["label"]], fontsize=8.5)
    axes.set_xlim(0, 1.15 * max(1.0, float(values.max())))
    axes.grid(visible=False)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"


def public_criteria(published: Published, stage: str) -> Block:
    """How many cases show each inconsistency, where that may be told.

    Examples
    --------
    >>> "pays" in public_criteria(open_published("nowhere", "FR", "2021-09"), "payment").html
    True
    """
    if published.region == COUNTRY:
        return note("Les incohérences sont publiées par région, sans total du pays.")
    rows = published.table(stage, "criteres")
    rows = rows[(rows["secret"] == HIDDEN) | (rows["demandes"].fillna(0) > 0)]
    if rows.empty:
        return finding("Aucune incohérence n’est relevée dans les demandes d’{} du mois.", NAMES[stage])
    rows = rows.sort_values(["demandes", "critere"], ascending=[False, True], na_position="last")
    columns = [
        Column("libelle", "Incohérence"),
        Column("demandes", "Demandes", partial(_or_secret, show=french.number)),
    ]
    caption = (
        f"Incohérences relevées dans les demandes d’{NAMES[stage]} ; une demande peut en présenter plusieurs"
    )
    opening = finding(
        "{} dans les demandes d’{} : ce sont des écarts à examiner, non des constats.",
        french.count(len(rows), "incohérence est relevée", "incohérences sont relevées").capitalize(),
        NAMES[stage],
    )
    return opening + table(rows, caption, columns)


def public_files(published: Published) -> Block:
    """The files of the open data, with what they hold."""
    names = sorted(path.name for path in published.folder.glob("*.csv"))
    return bullets(
        [text("<code>{}</code>, et son schéma <code>{}.schema.json</code>", n, n[:-4]) for n in names]
    )

"""What can be filtered, shown and sorted: the only column names that ever reach a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from apanalytics.criteria import FAMILIES, Criterion, catalogue
from apanalytics.prepare.rows import NOT_GIVEN
from apanalytics.reports.french import NARROW, absent, number
from apanalytics.tables import schema
from apanalytics.tables.activities import SECTIONS, SIZE_CLASSES
from apanalytics.tables.geography import DEPARTMENTS, REGIONS

STAGES_FR = {"authorisation": "Demandes d’autorisation", "payment": "Demandes d’indemnisation"}
"""French name of the cases of each stage."""
UNKNOWN_FR = "non connu"

Kind = Literal["text", "date", "month", "count", "hours", "euros", "ratio", "share", "score"]


@dataclass(frozen=True)
class Group:
    """A group of tick boxes: the values of one column, of which any may hold.

    Parameters
    ----------
    name : of the column and of the address parameter.
    title : French legend.
    labels : French label by value, in the order shown.
    """

    name: str
    title: str
    labels: Mapping[str, str]

    def label(self, value: str) -> str:
        """Give the French label of a value, the value itself where the code list lacks it."""
        return "non renseigné" if value == NOT_GIVEN else self.labels.get(value, value)


def _labels(table: str, field: str) -> dict[str, str]:
    (found,) = (one for one in schema(table).fields if one.name == field)
    return dict(found.labels)


GROUPS: tuple[Group, ...] = (
    Group("region", "Région", REGIONS),
    Group("department", "Département", {code: f"{code} {label}" for code, (label, _) in DEPARTMENTS.items()}),
    Group("section", "Secteur (section NAF)", {code: f"{code} {label}" for code, label in SECTIONS.items()}),
    Group("size_class", "Taille de l’établissement", SIZE_CLASSES),
    Group("scheme", "Dispositif", _labels("requests", "scheme")),
    Group("motive", "Motif de recours", _labels("requests", "motive")),
    Group("status", "Statut", {**_labels("requests", "status"), "paid": "payée"}),
)
"""Groups of tick boxes beside the criteria."""


@dataclass(frozen=True)
class Bounds:
    """A column of which a least and a most may be typed.

    Parameters
    ----------
    name : of the column; the address has `name_min` and `name_max`.
    title : French label with the unit.
    scale : what one typed unit is in the column (0.01 for a percentage typed for a fraction).
    """

    name: str
    title: str
    scale: float = 1.0


BOUNDS: tuple[Bounds, ...] = (
    Bounds("risk", "Risque estimé (%)", 0.01),
    Bounds("anomaly", "Score d’atypie"),
    Bounds("amount_eur", "Montant (€)"),
    Bounds("headcount_ratio", "Effectif déclaré ÷ effectif DSN"),
    Bounds("hours_per_employee", "Heures par salarié"),
    Bounds("fired", "Nombre d’incohérences"),
)
"""Columns with typed limits."""


@dataclass(frozen=True)
class Column:
    """A column of the list.

    Parameters
    ----------
    name : in the table of cases.
    title : French title.
    kind : how a value is written.
    usual : whether it is shown where no column was chosen.
    """

    name: str
    title: str
    kind: Kind = "text"
    usual: bool = False

    @property
    def numeric(self) -> bool:
        """Whether its values are aligned to the right."""
        return self.kind not in ("text", "date", "month")


COLUMNS: tuple[Column, ...] = (
    Column("case_id", "Dossier", usual=True),
    Column("name", "Établissement", usual=True),
    Column("department", "Département", usual=True),
    Column("fired", "Incohérences", "count", usual=True),
    Column("anomaly", "Atypie", "score", usual=True),
    Column("risk", "Risque estimé", "share", usual=True),
    Column("amount_eur", "Montant", "euros", usual=True),
    Column("period", "Mois", "month", usual=True),
    Column("decide_by", "À décider avant le", "date", usual=True),
    Column("status", "Statut", usual=True),
    Column("hours", "Heures", "hours"),
    Column("employees", "Salariés", "count"),
    Column("region", "Région"),
    Column("siret", "SIRET"),
    Column("naf", "Activité (NAF)"),
    Column("size_class", "Taille"),
    Column("scheme", "Dispositif"),
    Column("motive", "Motif"),
    Column("counted_on", "Déposé le", "date"),
    Column("hours_per_employee", "Heures par salarié", "hours"),
    Column("headcount_ratio", "Effectif déclaré ÷ DSN", "ratio"),
    Column("unverifiable", "Non vérifiables", "count"),
)
"""Columns of the list, in the order shown."""

BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
GROUP_BY_NAME: Mapping[str, Group] = {group.name: group for group in GROUPS}

WRITTEN: Mapping[Kind, Callable[[Any], str]] = {
    "text": str,
    "date": lambda value: f"{value:%d/%m/%Y}",
    "month": lambda value: f"{value:%m/%Y}",
    "count": number,
    "hours": lambda value: number(value, 0 if round(float(value), 1).is_integer() else 1),
    "euros": lambda value: f"{number(value)}\u00a0€",
    "ratio": lambda value: number(value, 2),
    "share": lambda value: f"{number(100 * value)}{NARROW}%",
    "score": lambda value: number(value, 1),
}
"""How a value of each kind is written."""


def shown(column: Column, value: Any) -> str:
    """Write one value of a column in French; what is not known says so.

    Examples
    --------
    >>> shown(BY_NAME["decide_by"], date(2021, 9, 1)), shown(BY_NAME["amount_eur"], None)
    ('01/09/2021', 'non connu')
    """
    if absent(value):
        return UNKNOWN_FR
    if column.name in GROUP_BY_NAME:
        return GROUP_BY_NAME[column.name].label(str(value))
    return WRITTEN[column.kind](value)


def month_of(text: str) -> date | None:
    """Read a month of the address, `2021-09`; None where it is not one.

    Examples
    --------
    >>> month_of("2021-09"), month_of("septembre")
    (datetime.date(2021, 9, 1), None)
    """
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


@cache
def families(stage: str) -> tuple[tuple[str, tuple[Criterion, ...]], ...]:
    """Give the criteria of a stage by family, families without any left out.

    Examples
    --------
    >>> families("authorisation")[0][0]
    'Effectifs'
    """
    found = ((name, tuple(one for one in catalogue(stage) if one.family == name)) for name in FAMILIES)
    return tuple((name, members) for name, members in found if members)

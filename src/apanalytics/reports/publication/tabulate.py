"""The published tables of one month and stage, before secrecy: every cell, and the sums between the cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from apanalytics.reports.secrecy import Relation, Tabulation
from apanalytics.tables.geography import UNKNOWN

MEASURES = ("montant_eur", "heures", "salaries", "demandes", "etablissements")
COUNTS = frozenset({"demandes", "etablissements"})
COUNTRY = "FR"


@dataclass(frozen=True)
class Table:
    """One published table: the dimensions that its rows have, and what a row is."""

    name: str
    dimensions: tuple[str, ...]
    title: str


TABLES = (
    Table("regions", ("region",), "Ensemble des dossiers par région"),
    Table("departements", ("region", "departement"), "Dossiers par département"),
    Table("secteurs", ("region", "secteur"), "Dossiers par région et groupe d’activités"),
    Table("tailles", ("region", "taille"), "Dossiers par région et tranche d’effectif de l’établissement"),
    Table(
        "departements_secteurs",
        ("region", "departement", "secteur"),
        "Dossiers par département et groupe d’activités",
    ),
)
"""The tables, each a breakdown of the ones above; the row of the country stands under region `FR`."""
OVER_COUNTRY = ("regions", "secteurs", "tailles")
"""Tables that also have rows for the whole country."""


def cell(region: str, departement: str = "", secteur: str = "", taille: str = "") -> str:
    """Name of a cell; an empty part means «all».

    Examples
    --------
    >>> cell("32", secteur="C1")
    '32||C1|'
    """
    return "|".join((region, departement, secteur, taille))


def tabulate(cases: pd.DataFrame) -> Tabulation:
    """Count the cases of a month into the cells of every table.

    Parameters
    ----------
    cases : one row per case: `siret`, `siren`, `region`, `department`, `nace17`, `size_class`, `employees`,
        `hours`, `amount_eur`. A missing place or activity is `ZZ`; a missing quantity counts as zero.

    Returns
    -------
    The cells that are not empty, the units being enterprises (`siren`), and the relations between them.

    Examples
    --------
    >>> one = {"siret": "1", "siren": "1", "region": "32", "department": "59", "nace17": "C1"}
    >>> one |= {"size_class": "03", "employees": 5, "hours": 80.0, "amount_eur": 640.0}
    >>> int(tabulate(pd.DataFrame([one])).values.loc["32|59||", "etablissements"])
    1
    """
    rows = _by_establishment(cases)
    parts = [_cells(rows, table, over) for table, over in _groupings()]
    found = pd.concat(parts)
    values = found[list(MEASURES)]
    largest = found[[f"largest_{name}" for name in MEASURES]].set_axis(list(MEASURES), axis=1)
    relations = tuple(_relations(rows, set(map(str, found.index))))
    result = Tabulation(values, found["units"], largest, relations, COUNTS)
    result.check()
    return result


def _by_establishment(cases: pd.DataFrame) -> pd.DataFrame:
    """A row per establishment with one place, activity and size, so that parts add up to their total."""
    named = cases.rename(
        columns={
            "department": "departement",
            "nace17": "secteur",
            "size_class": "taille",
            "employees": "salaries",
            "hours": "heures",
            "amount_eur": "montant_eur",
        }
    )
    keys = ["region", "departement", "secteur", "taille"]
    named[keys] = named[keys].astype(object).fillna(UNKNOWN)
    groups = named.sort_index(kind="stable").groupby("siret", sort=True)
    rows = groups[["siren", *keys]].last()
    sums = groups[["montant_eur", "heures", "salaries"]].sum().astype(float).clip(lower=0.0)
    return rows.join(sums).assign(demandes=groups.size().astype(float), etablissements=1.0)


def _groupings() -> Iterator[tuple[tuple[str, ...], bool]]:
    """The dimensions of each kind of cell, and whether it is of the whole country."""
    for table in TABLES:
        yield table.dimensions, False
        if table.name in OVER_COUNTRY:
            yield table.dimensions, True


def _cells(rows: pd.DataFrame, dimensions: tuple[str, ...], over_country: bool) -> pd.DataFrame:
    if over_country:
        rows = rows.assign(region=COUNTRY)
    firms = rows.groupby([*dimensions, "siren"], sort=True)[list(MEASURES)].sum()
    groups = firms.groupby(level=list(dimensions), sort=True)
    sums, most = groups.sum(), groups.max()
    result = sums.assign(units=groups.size())
    for name in MEASURES:
        result[f"largest_{name}"] = (most[name] / sums[name]).where(sums[name] > 0)
    keys = [key if isinstance(key, tuple) else (key,) for key in result.index]
    result.index = pd.Index(
        [cell(**{k: str(v) for k, v in zip(dimensions, key, strict=True)}) for key in keys], dtype=object
    )
    return result


def _relations(rows: pd.DataFrame, cells: set[str]) -> Iterator[Relation]:
    """Every sum that the tables let a reader write down, among the cells that are not empty."""
    regions = sorted(rows["region"].unique())
    sectors, sizes = sorted(rows["secteur"].unique()), sorted(rows["taille"].unique())
    within = rows.groupby("region")["departement"].unique()
    candidates = [(cell(COUNTRY), [cell(r) for r in regions])]
    candidates += [(cell(COUNTRY), [cell(COUNTRY, secteur=s) for s in sectors])]
    candidates += [(cell(COUNTRY), [cell(COUNTRY, taille=t) for t in sizes])]
    candidates += [(cell(COUNTRY, secteur=s), [cell(r, secteur=s) for r in regions]) for s in sectors]
    candidates += [(cell(COUNTRY, taille=t), [cell(r, taille=t) for r in regions]) for t in sizes]
    for r in regions:
        places = sorted(within[r])
        candidates += [(cell(r), [cell(r, d) for d in places])]
        candidates += [(cell(r), [cell(r, secteur=s) for s in sectors])]
        candidates += [(cell(r), [cell(r, taille=t) for t in sizes])]
        candidates += [(cell(r, d), [cell(r, d, s) for s in sectors]) for d in places]
        candidates += [(cell(r, secteur=s), [cell(r, d, s) for d in places]) for s in sectors]
    for total, parts in candidates:
        held = tuple(part for part in parts if part in cells)
        if held:
            yield Relation(total, held)

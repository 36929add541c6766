"""The published tables as files: CSV, a Table Schema beside each, and the package that describes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from apanalytics.reports.publication.tables import CRITERIA, HIDDEN, SHOWN
from apanalytics.reports.publication.tabulate import COUNTRY, TABLES
from apanalytics.reports.secrecy import RULES

SCHEMA = "https://specs.frictionlessdata.io/schemas/table-schema.json"
LICENCE = {"name": "etalab-2.0", "title": "Licence Ouverte 2.0"}
SECRET = (
    f"« {HIDDEN} » : la cellule est couverte par le secret statistique et ses valeurs sont vides ; "
    f"« {SHOWN} » : elle est publiée"
)
FIELDS: dict[str, dict[str, Any]] = {
    "mois": {"type": "string", "title": "Mois de dépôt", "constraints": {"pattern": r"\d{4}-\d{2}"}},
    "region": {
        "type": "string",
        "title": "Région",
        "description": f"Code INSEE ; {COUNTRY} : pays entier ; ZZ : non localisé",
    },
    "departement": {
        "type": "string",
        "title": "Département",
        "description": "Code INSEE ; ZZ : non localisé",
    },
    "secteur": {
        "type": "string",
        "title": "Groupe d’activités",
        "description": "NAF rév. 2, 17 postes ; ZZ : inconnu",
    },
    "taille": {
        "type": "string",
        "title": "Tranche d’effectif",
        "description": "Code INSEE de l’établissement",
    },
    "critere": {"type": "string", "title": "Critère", "description": "Code du catalogue des incohérences"},
    "libelle": {"type": "string", "title": "Libellé du critère"},
    "etablissements": {
        "type": "integer",
        "title": "Établissements",
        "description": "Nombre d’établissements (SIRET) distincts",
    },
    "demandes": {"type": "integer", "title": "Demandes déposées"},
    "salaries": {"type": "integer", "title": "Salariés concernés", "description": "Somme sur les demandes"},
    "heures": {"type": "integer", "title": "Heures chômées", "description": "Heures demandées, arrondies"},
    "montant_eur": {"type": "integer", "title": "Allocation demandée", "description": "Euros, arrondis"},
    "secret": {
        "type": "string",
        "title": "Secret statistique",
        "description": SECRET,
        "constraints": {"required": True, "enum": [HIDDEN, SHOWN]},
    },
}
"""Every column of every published table, as Table Schema says it."""
TITLES = {
    **{table.name: table.title for table in TABLES},
    CRITERIA: "Dossiers par région et incohérence relevée",
}
NUMBERS = ("etablissements", "demandes", "salaries", "heures", "montant_eur")


def files(tables: Mapping[str, pd.DataFrame], month: str) -> dict[str, str]:
    """The content of every file of a month's publication, by its name.

    CSV has commas, points and UTF-8, as open data portals expect it.

    Examples
    --------
    >>> some = pd.DataFrame({"mois": ["2021-09"], "region": ["FR"], "demandes": [12], "secret": ["non"]})
    >>> sorted(files({"indemnisation_regions": some}, "2021-09"))
    ['datapackage.json', 'indemnisation_regions.csv', 'indemnisation_regions.schema.json']
    """
    content: dict[str, str] = {}
    for name, frame in tables.items():
        content[f"{name}.csv"] = frame.to_csv(index=False, lineterminator="\n")
        content[f"{name}.schema.json"] = _json(table_schema(name, frame))
    package = {
        "name": f"activite-partielle-{month}",
        "title": f"Activité partielle : demandes déposées en {month}, par territoire, activité et taille",
        "description": _about(),
        "licenses": [LICENCE],
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "schema": f"{name}.schema.json",
            }
            for name in tables
        ],
    }
    return {**content, "datapackage.json": _json(package)}


def table_schema(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """The Table Schema of one published table: French titles, types, keys, what a missing value means.

    Examples
    --------
    >>> some = pd.DataFrame(columns=["mois", "region", "demandes", "secret"])
    >>> table_schema("indemnisation_regions", some)["primaryKey"]
    ['mois', 'region']
    """
    stage, _, kind = name.partition("_")
    measured = {*NUMBERS, "secret", "libelle"}
    return {
        "$schema": SCHEMA,
        "name": name,
        "title": f"{TITLES[kind]} (demandes d’{stage})",
        "fields": [{"name": column, **FIELDS[column]} for column in frame.columns],
        "primaryKey": [column for column in frame.columns if column not in measured],
        "missingValues": [""],
    }


def _about() -> str:
    return (
        f"Secret statistique : au moins {RULES.minimum_units} entreprises par cellule, aucune au-delà de "
        f"{round(100 * RULES.dominance)} % d’une valeur, et secret secondaire calculé pour qu’aucune cellule "
        "masquée ne puisse être déduite des totaux. Une cellule absente est vide. Chaque mois n’est publié "
        "qu’une fois."
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

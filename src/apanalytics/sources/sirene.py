"""SIRENE: stock of establishments, legal units (names, legal category), history (closures and reopenings)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from apanalytics.errors import MissingColumn, UnreadableFile
from apanalytics.sources.batches import Batch, Ignored, files_of, sheets_of, staged_raw, staged_scan
from apanalytics.sources.staging import Staged, stage
from apanalytics.tables.connection import quoted
from apanalytics.tables.geography import UNKNOWN
from apanalytics.tables.rules import FIRST_DAY, Column, text_column
from apanalytics.tables.schema import Schema, parse_schema, schema

SIZE_UNKNOWN = "NN"

_CREATED = quoted("DATECREATIONETABLISSEMENT")
_ACTIVITY = quoted("ACTIVITEPRINCIPALEETABLISSEMENT")
_EMPLOYER = quoted("CARACTEREEMPLOYEURETABLISSEMENT")
_DEPARTMENT = f"department_of_commune({quoted('CODECOMMUNEETABLISSEMENT')})"
_SIZE = f"coalesce(text_of({quoted('TRANCHEEFFECTIFSETABLISSEMENT')}), '{SIZE_UNKNOWN}')"
_NAF = (
    f"case when coalesce({quoted('NOMENCLATUREACTIVITEPRINCIPALEETABLISSEMENT')}, 'NAFRev2') = 'NAFRev2' "
    f"then naf_of({_ACTIVITY}) end"
)
_DATED = f"case when text_of({_CREATED}) >= '{FIRST_DAY}' or date_of({_CREATED}) is null then {_CREATED} end"

STOCK_HEADERS = (
    "SIRET",
    "STATUTDIFFUSIONETABLISSEMENT",
    "DATECREATIONETABLISSEMENT",
    "TRANCHEEFFECTIFSETABLISSEMENT",
    "ETABLISSEMENTSIEGE",
    "CODECOMMUNEETABLISSEMENT",
    "DATEDEBUT",
    "ETATADMINISTRATIFETABLISSEMENT",
    "ACTIVITEPRINCIPALEETABLISSEMENT",
    "NOMENCLATUREACTIVITEPRINCIPALEETABLISSEMENT",
    "CARACTEREEMPLOYEURETABLISSEMENT",
)
"""Columns read from StockEtablissement."""

UNIT_COLUMNS = {
    "siren": "SIREN",
    "name": "DENOMINATIONUNITELEGALE",
    "legal_category": "CATEGORIEJURIDIQUEUNITELEGALE",
    "diffusion": "STATUTDIFFUSIONUNITELEGALE",
}
"""Columns read from StockUniteLegale: the names of natural persons are not among them."""

PERIOD_COLUMNS = {"siret": "SIRET", "starts_on": "DATEDEBUT", "state": "ETATADMINISTRATIFETABLISSEMENT"}
"""Columns read from StockEtablissementHistorique."""


@dataclass(frozen=True)
class Layout:
    """What a SIRENE file holds: its name, the schema it is judged against, the headers that must be there."""

    name: str
    contract: Schema
    headers: tuple[str, ...]


def _own_schema(name: str) -> Schema:
    text = files("apanalytics.sources").joinpath("schemas", f"{name}.json").read_text("utf-8")
    return parse_schema(json.loads(text))


UNITS, PERIODS = _own_schema("sirene_units"), _own_schema("sirene_periods")


def recognise(header: Sequence[str], file: str) -> Layout | None:
    """Tell a SIRENE file by its columns; None where it is none.

    Raises
    ------
    MissingColumn : a SIRENE file without a column that is needed.

    Examples
    --------
    >>> recognise(["siret", "dateDebut", "etatAdministratifEtablissement", "dateFin"], "a.csv").name
    'etablissement historique'
    >>> recognise(["ID_DA"], "a.csv") is None
    True
    """
    names = {name.strip().upper() for name in header}
    if {"SIRET", "ETABLISSEMENTSIEGE"} <= names:
        layout = Layout("stock etablissement", schema("establishments"), STOCK_HEADERS)
    elif {"SIREN", "CATEGORIEJURIDIQUEUNITELEGALE"} <= names:
        layout = Layout("stock unite legale", UNITS, tuple(UNIT_COLUMNS.values()))
    elif {"SIRET", "DATEFIN", "DATEDEBUT"} <= names:
        layout = Layout("etablissement historique", PERIODS, tuple(PERIOD_COLUMNS.values()))
    else:
        return None
    for name in layout.headers:
        if name not in names:
            raise MissingColumn(f"SIRENE {layout.name}", name, present=list(header), where=file)
    return layout


def read_sirene(folder: Path, work: Path) -> tuple[list[Batch], list[Ignored]]:
    """Stage every SIRENE file under a folder; the other files are told, with the reason.

    Raises
    ------
    UnreadableFile : no file of the folder is a stock of establishments.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     read_sirene(Path("data/synthetic/requests.parquet"), Path(place))
    Traceback (most recent call last):
    apanalytics.errors.UnreadableFile: No SIRENE stock of establishments found (--sirene)...
    """
    batches: list[Batch] = []
    ignored: list[Ignored] = []
    for name, path in files_of(folder, "--sirene"):
        sheets = sheets_of(name, path)
        if sheets is None:
            ignored.append(Ignored("sirene", name, "neither CSV nor Excel (.xlsx)"))
            continue
        for sheet, header, records in sheets:
            layout = recognise(header, sheet)
            if layout is None:
                ignored.append(Ignored("sirene", sheet, "not the columns of a SIRENE file"))
                continue
            target = work / f"sirene-{len(batches)}.parquet"
            staged = stage(header, records, frozenset(layout.headers), target, sheet, None)
            batches.append(_batch(layout, sheet, staged))
    if not any(batch.contract.name == "establishments" for batch in batches):
        raise UnreadableFile(
            "No SIRENE stock of establishments found",
            where="--sirene",
            value=str(folder),
            todo="Expected StockEtablissement; StockUniteLegale, StockEtablissementHistorique if held.",
        )
    return batches, ignored


def _batch(layout: Layout, file: str, staged: Staged) -> Batch:
    extras: dict[str, str] = {}
    if layout.contract.name == "establishments":
        columns = _stock_columns(layout.contract)
        extras = {
            "stock_diffusion": quoted("STATUTDIFFUSIONETABLISSEMENT"),
            "stock_state": quoted("ETATADMINISTRATIFETABLISSEMENT"),
            "stock_since": f"date_of({quoted('DATEDEBUT')})",
            "more_flags": f"case when boolean_of({_EMPLOYER}) is null and text_of({_EMPLOYER}) is not null "
            "then 'unknown_code:is_employer' end",
        }
    else:
        known = UNIT_COLUMNS if layout.contract is UNITS else PERIOD_COLUMNS
        columns = {
            name: text_column(layout.contract.field(name), quoted(header), header)
            for name, header in known.items()
        }
    return Batch(
        source="sirene",
        file=file,
        layout=layout.name,
        contract=layout.contract,
        scan=staged_scan(staged),
        columns=columns,
        rows=staged.rows,
        extras=extras,
        raw=staged_raw(staged),
        problem="problem",
    )


def _stock_columns(contract: Schema) -> dict[str, Column]:
    texts = {
        "siret": (quoted("SIRET"), "siret"),
        "siren": (f"left({quoted('SIRET')}, 9)", "siret"),
        "is_head_office": (quoted("ETABLISSEMENTSIEGE"), "etablissementSiege"),
        "department": (f"coalesce({_DEPARTMENT}, '{UNKNOWN}')", "codeCommuneEtablissement"),
        "region": (f"region_of_department({_DEPARTMENT})", "codeCommuneEtablissement"),
        "naf": (_NAF, "activitePrincipaleEtablissement"),
        "size_class": (_SIZE, "trancheEffectifsEtablissement"),
        "is_employer": (f"cast(boolean_of({_EMPLOYER}) as varchar)", "caractereEmployeurEtablissement"),
        "created_on": (_DATED, "dateCreationEtablissement"),
    }
    return {name: text_column(contract.field(name), text, label) for name, (text, label) in texts.items()}

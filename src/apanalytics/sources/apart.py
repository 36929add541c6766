"""SI APART extracts: requests (apdemande) and claims (apconso) in three vintages, told by their columns.

Source of the layouts: opensignauxfaibles, documentation of the raw data and test files (MIT licence).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from apanalytics.errors import MissingColumn, UnreadableFile
from apanalytics.sources.batches import (
    CSV_SUFFIXES,
    Batch,
    Ignored,
    files_of,
    sheets_of,
    staged_raw,
    staged_scan,
)
from apanalytics.sources.identity import Key, hashed_into, kind_of
from apanalytics.sources.staging import Staged, stage
from apanalytics.tables.connection import quoted
from apanalytics.tables.rules import Column, text_column
from apanalytics.tables.schema import schema

REQUEST_COLUMNS = {
    "request_id": "ID_DA",
    "siret": "ETAB_SIRET",
    "motive": "MOTIF_RECOURS_SE",
    "scope": "PERIMETRE_AP",
    "prior_use": "RECOURS_ANTERIEUR",
    "council_opinion": "AVIS_CE",
    "status_on": "DATE_STATUT",
    "starts_on": "DATE_DEB",
    "ends_on": "DATE_FIN",
    "company_headcount": "EFF_ENT",
    "headcount": "EFF_ETAB",
    "covered_headcount": "EFF_AUTO",
    "hours": "HTA",
    "amount": "MTA",
    "hourly_rate": "TX_PC",
    "hours_used": "S_HEURE_CONSOM_TOT",
    "headcount_used": "S_EFF_CONSOM_TOT",
    "amount_used": "S_MONTANT_CONSOM_TOT",
}
"""Header of each contract column in an extract of requests; the narrow vintage lacks TX_PC and AVIS_CE."""

CLAIM_COLUMNS = {
    "claim_id": "ID_DI",
    "request_id": "ID_DA",
    "siret": "ETAB_SIRET",
    "month": "MOIS",
    "employees": "EFFECTIFS",
    "idle_hours": "HEURES",
    "amount": "MONTANTS",
}
"""Header of each contract column in an extract of claims; no known vintage carries ID_DI."""

ONLY_WIDE = {"council_opinion", "hourly_rate", "claim_id"}
"""Contract columns that the narrow vintage does not carry."""

DEPARTMENT, COMMUNES, REGION = "DEP", ("ETAB_CODE_INSEE", "CODGEO"), "REG"
ACTIVITIES = ("CODENAF2", "NAF5_CODE", "CODE_NAF2")
_PLACE_HEADERS = (DEPARTMENT, *COMMUNES, REGION, *ACTIVITIES)


@dataclass(frozen=True)
class Layout:
    """What an extract holds.

    Attributes
    ----------
    table : `requests` or `claims`.
    name : layout as `ingest.json` says it, such as `apdemande narrow`.
    columns : header of each contract column that it carries.
    """

    table: str
    name: str
    columns: dict[str, str]


def recognise(header: Sequence[str], excel: bool, file: str) -> Layout | None:
    """Tell an extract by its columns; None where they are of no SI APART extract.

    Raises
    ------
    MissingColumn : an extract, but without a column that the contract requires.

    Examples
    --------
    >>> recognise(["id_da", "ETAB_SIRET", "HEURES", "MONTANTS", "EFFECTIFS", "MOIS"], False, "a.csv").name
    'apconso narrow'
    >>> recognise(["siren", "nic"], False, "b.csv") is None
    True
    """
    names = {name.strip().upper() for name in header}
    if not {"ID_DA", "ETAB_SIRET"} <= names:
        return None
    if "DATE_DEB" in names or "DATE_FIN" in names:
        table, short, known = "requests", "apdemande", REQUEST_COLUMNS
    elif "MOIS" in names:
        table, short, known = "claims", "apconso", CLAIM_COLUMNS
    else:
        return None
    for field in schema(table).fields:
        if (
            field.required
            and field.name in known
            and field.name != "claim_id"
            and known[field.name] not in names
        ):
            raise MissingColumn(table, known[field.name], present=list(header), where=file)
    narrow = names <= {column for name, column in known.items() if name not in ONLY_WIDE}
    vintage = "excel" if excel else "narrow" if narrow else "wide"
    carried = {name: column for name, column in known.items() if column in names}
    return Layout(table, f"{short} {vintage}", carried)


def read_apart(folder: Path, work: Path, key: Key | None) -> tuple[list[Batch], list[Ignored]]:
    """Stage every SI APART extract under a folder; the other files are told, with the reason.

    Parameters
    ----------
    folder : where the extracts lie, at any depth.
    work : folder for the staged files.
    key : secret for identifying columns, should an extract carry any.

    Raises
    ------
    UnreadableFile : no file of the folder is an SI APART extract.

    Examples
    --------
    >>> import tempfile
    >>> text = "ID_DA,ETAB_SIRET,HEURES,MONTANTS,EFFECTIFS,MOIS\\n1,73282932000074,10,90,2,03/2020\\n"
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = Path(place, "conso.csv").write_text(text)
    ...     batches, _ = read_apart(Path(place, "conso.csv"), Path(place), None)
    ...     batches[0].layout, batches[0].rows
    ('apconso narrow', 1)
    """
    batches: list[Batch] = []
    ignored: list[Ignored] = []
    for name, path in files_of(folder, "--apart"):
        sheets = sheets_of(name, path)
        if sheets is None:
            ignored.append(Ignored("apart", name, "neither CSV nor Excel (.xlsx)"))
            continue
        for sheet, header, records in sheets:
            layout = recognise(header, path.suffix.lower() not in CSV_SUFFIXES, sheet)
            if layout is None:
                ignored.append(Ignored("apart", sheet, _why_not(header)))
                continue
            wanted = frozenset((*layout.columns.values(), *_PLACE_HEADERS))
            staged = stage(header, records, wanted, work / f"apart-{len(batches)}.parquet", sheet, key)
            batches.append(_batch(layout, sheet, staged))
    if not batches:
        raise UnreadableFile(
            "No SI APART extract found",
            where="--apart",
            value=str(folder),
            why="; ".join(f"{entry.file}: {entry.why}" for entry in ignored[:3]),
            todo="An extract has ID_DA and ETAB_SIRET, with DATE_DEB (requests) or MOIS (claims).",
        )
    return batches, ignored


def _why_not(header: Sequence[str]) -> str:
    if not any(header):
        return "no header"
    return (
        f"not the columns of an SI APART extract: {', '.join(header[:3])}{', …' if len(header) > 3 else ''}"
    )


def _batch(layout: Layout, file: str, staged: Staged) -> Batch:
    contract = schema(layout.table)
    names = {field.name for field in contract.fields}
    columns: dict[str, Column] = {}
    for field in contract.fields:
        if field.name in layout.columns:
            header = layout.columns[field.name]
            columns[field.name] = text_column(field, quoted(header), header)
    for header in staged.headers:
        kind = kind_of(header)
        if kind and hashed_into(kind) in names:
            columns[hashed_into(kind)] = Column(quoted(header), quoted(header), header)
    columns["date_basis"] = Column("'proxy'", "'proxy'", "date_basis")
    return Batch(
        source="apart",
        file=file,
        layout=layout.name,
        contract=contract,
        scan=staged_scan(staged),
        columns=columns,
        rows=staged.rows,
        extras=_place(staged.headers),
        raw=staged_raw(staged),
        problem="problem",
    )


def _place(headers: Sequence[str]) -> dict[str, str]:
    """SQL of what the extract says of the place and activity of the establishment, where it says so."""
    departments = [f"department_of({quoted(name)})" for name in (DEPARTMENT,) if name in headers]
    departments += [f"department_of_commune({quoted(name)})" for name in COMMUNES if name in headers]
    regions = [f"region_code({quoted(name)})" for name in (REGION,) if name in headers]
    activities = [f"naf_of({quoted(name)})" for name in ACTIVITIES if name in headers]
    said = {"place_department": departments, "place_region": regions, "place_naf": activities}
    return {name: f"coalesce({', '.join(forms)})" for name, forms in said.items() if forms}

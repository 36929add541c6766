"""Canonical requests and claims written back as SI APART extracts, in the look of each vintage."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from apanalytics.errors import InvalidArgument
from apanalytics.sources.apart import CLAIM_COLUMNS, REQUEST_COLUMNS
from apanalytics.sources.headers import HEADERS
from apanalytics.sources.written_files import rows_of, write_csv, write_excel
from apanalytics.tables.connection import quoted
from apanalytics.tables.geography import UNKNOWN
from apanalytics.tables.reading import Tables
from apanalytics.tables.schema import Field, schema

VINTAGES = ("narrow", "wide", "excel")

_COMMA = ("MTA", "S_MONTANT_CONSOM_TOT", "TX_PC")
_CODES = ("MOTIF_RECOURS_SE", "PERIMETRE_AP", "RECOURS_ANTERIEUR")
_PLACE = {
    "DEP": f"case when e.department <> '{UNKNOWN}' then lpad(e.department, 3, '0') end",
    "REG": f"case when e.region <> '{UNKNOWN}' then e.region end",
    "CODENAF2": "replace(e.naf, '.', '')",
    "CODE_NAF2": "replace(e.naf, '.', '')",
    "Naf5_code": "replace(e.naf, '.', '')",
    "CODE_NAF2_2": "left(e.naf, 2)",
}
_DATED = {
    "requests": {"Date_Statut_Annee": "year(t.status_on)", "Date_Statut_Mois": "month(t.status_on)"},
    "claims": {"Date_Payement_Annee": "year(t.paid_on)", "Date_Payement_Mois": "month(t.paid_on)"},
}
_ORDER = {
    "requests": "t.request_id",
    "claims": "t.request_id, t.month, length(t.claim_id), t.claim_id",
}
_PLACES = (
    "(select siret, max(department) as department, max(region) as region, max(naf) as naf "
    "from establishments group by siret)"
)


@dataclass(frozen=True)
class Extract:
    """One extract to write: its table, file name, Excel sheet, and the contract column behind each header."""

    table: str
    stem: str
    sheet: str
    columns: Mapping[str, str]


EXTRACTS = (
    Extract("requests", "apdemande", "DEMANDE", REQUEST_COLUMNS),
    Extract("claims", "apconso", "INDEMNITE", CLAIM_COLUMNS),
)


def write_apart(tables: Tables, folder: str | Path, vintage: str = "narrow") -> list[Path]:
    """Write requests and claims as SI APART extracts: `apdemande` and `apconso`, CSV or Excel.

    Reading them back gives the same requests and claims, on the columns that the vintage carries. Columns of
    the real extracts that the contract does not hold (company name, town, …) stay empty.

    Parameters
    ----------
    tables : canonical tables, with `requests` or `claims` or both.
    folder : where to write; it is created.
    vintage : `narrow` (current CSV), `wide` (CSV, 2019 to 2024) or `excel` (2018).

    Returns
    -------
    The paths written.

    Raises
    ------
    InvalidArgument : unknown vintage, or more rows than an Excel sheet can hold.

    Examples
    --------
    >>> import tempfile
    >>> from apanalytics.tables import read
    >>> with tempfile.TemporaryDirectory() as place:
    ...     written = write_apart(read("data/synthetic"), place)
    ...     [(path.name, path.open().readline()[:24]) for path in written]
    [('apdemande.csv', '"ID_DA","ETAB_SIRET","EF'), ('apconso.csv', '"ID_DA","ETAB_SIRET","HE')]
    """
    if vintage not in VINTAGES:
        raise InvalidArgument("Unknown vintage", value=vintage, todo=f"Use one of: {', '.join(VINTAGES)}.")
    with tables.connect() as con:
        return [
            _write(con, extract, Path(folder), vintage) for extract in EXTRACTS if tables.has(extract.table)
        ]


def _write(con: duckdb.DuckDBPyConnection, extract: Extract, folder: Path, vintage: str) -> Path:
    header = HEADERS[f"{extract.stem} {vintage}"]
    fields = {extract.columns[f.name]: f for f in schema(extract.table).fields if f.name in extract.columns}
    said = {**_PLACE, **_DATED[extract.table], "SOURCE": "'EXTRANET'"}
    values = [
        _value(name, fields[name], vintage) if name in fields else said.get(name, "null") for name in header
    ]
    rows = rows_of(
        con,
        f"select {', '.join(values)} from {extract.table} as t left join {_PLACES} as e on e.siret = t.siret "
        f"order by {_ORDER[extract.table]}",
    )
    if vintage == "excel":
        return write_excel(folder / f"{extract.stem}.xlsx", extract.sheet, header, rows)
    path = folder / f"{extract.stem}.csv"
    if vintage == "narrow":
        return write_csv(path, header, rows, csv.QUOTE_NONNUMERIC)
    return write_csv(path, header, rows, csv.QUOTE_MINIMAL, end="\r\n")


def _value(header: str, field: Field, vintage: str) -> str:
    """SQL of one value in the look of the vintage."""
    value = f"t.{quoted(field.name)}"
    if vintage == "excel" or field.type == "string":
        return value
    if field.type in ("date", "month"):
        forms = {"date": "%d/%m/%Y", "month": "%m/%Y"}
        return f"strftime({value}, '{forms[field.type] if vintage == 'wide' else '%Y-%m-%d'}')"
    if vintage == "wide":
        return f"replace(cast({value} as varchar), '.', ',')" if header in _COMMA else value
    return f"cast({value} as varchar)" if header in _CODES else f"cast({value} as double)"

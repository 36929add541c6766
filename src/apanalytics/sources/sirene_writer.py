"""Canonical establishments written back as the three SIRENE files."""

from __future__ import annotations

import csv
from pathlib import Path

from apanalytics.sources.headers import HEADERS
from apanalytics.sources.written_files import rows_of, write_csv
from apanalytics.tables.geography import UNKNOWN
from apanalytics.tables.reading import Tables
from apanalytics.tables.references import NOT_IN_SIRENE

REST_OF_COMMUNE = "999"
"""Fictitious end of a commune code: only the department is known, and INSEE gives no commune this number."""

_LATEST = f"""
create temp table latest as
select * from establishments
where not list_has_any(string_split(coalesce(data_flags, ''), ';'), {list(NOT_IN_SIRENE)})
qualify row_number() over (partition by siret order by known_on desc nulls last) = 1
"""
_COMMUNE = (
    f"case when department = '{UNKNOWN}' then null "
    f"else department || left('{REST_OF_COMMUNE}', 5 - length(department)) end"
)
_YES = "case when {0} then '{1}' when not {0} then '{2}' end"
_STOCK = {
    "siren": "siren",
    "nic": "right(siret, 5)",
    "siret": "siret",
    "statutDiffusionEtablissement": "'O'",
    "dateCreationEtablissement": "cast(created_on as varchar)",
    "trancheEffectifsEtablissement": "size_class",
    "etablissementSiege": _YES.format("is_head_office", "true", "false"),
    "codeCommuneEtablissement": _COMMUNE,
    "dateDebut": "cast(coalesce(closed_on, created_on) as varchar)",
    "etatAdministratifEtablissement": "case when closed_on is null then 'A' else 'F' end",
    "activitePrincipaleEtablissement": "naf",
    "nomenclatureActivitePrincipaleEtablissement": "case when naf is not null then 'NAFRev2' end",
    "caractereEmployeurEtablissement": _YES.format("is_employer", "O", "N"),
}
_UNIT = {
    "siren": "siren",
    "statutDiffusionUniteLegale": "case when bool_or(name is not null) or max(legal_category) like '1%' "
    "then 'O' else 'N' end",
    "denominationUniteLegale": "max(name)",
    "categorieJuridiqueUniteLegale": "max(legal_category)",
}
_PERIOD = {
    "siren": "siren",
    "nic": "right(siret, 5)",
    "siret": "siret",
    "dateFin": "cast(until as varchar)",
    "dateDebut": "cast(since as varchar)",
    "etatAdministratifEtablissement": "state",
}
_PERIODS = """(
    select siren, siret, created_on as since, cast(closed_on - interval 1 day as date) as until, 'A' as state
    from latest where closed_on is not null and created_on is not null
    union all select siren, siret, closed_on, null, 'F' from latest where closed_on is not null
)"""


def write_sirene(tables: Tables, folder: str | Path) -> list[Path]:
    """Write establishments as StockEtablissement, StockUniteLegale and StockEtablissementHistorique.

    Reading them back gives the latest version of each establishment. Those flagged as unknown to SIRENE are
    left out. A name is of the legal unit, so that establishments of one SIREN share it.

    Parameters
    ----------
    tables : canonical tables, with `establishments`.
    folder : where to write; it is created.

    Returns
    -------
    The three paths written.

    Raises
    ------
    MissingTable : there are no establishments.

    Examples
    --------
    >>> import tempfile
    >>> from apanalytics.tables import read
    >>> with tempfile.TemporaryDirectory() as place:
    ...     [path.name for path in write_sirene(read("data/synthetic"), place)][:2]
    ['StockEtablissement_utf8.csv', 'StockUniteLegale_utf8.csv']
    """
    tables.input("establishments")
    written = []
    with tables.connect() as con:
        con.execute(_LATEST)
        for name, values, source in (
            ("StockEtablissement", _STOCK, "latest order by siret"),
            ("StockUniteLegale", _UNIT, "latest group by siren order by siren"),
            ("StockEtablissementHistorique", _PERIOD, f"{_PERIODS} order by siret, since desc"),
        ):
            header = HEADERS[name]
            select = ", ".join(values.get(column, "null") for column in header)
            rows = rows_of(con, f"select {select} from {source}")
            written.append(write_csv(Path(folder) / f"{name}_utf8.csv", header, rows, csv.QUOTE_MINIMAL))
    return written

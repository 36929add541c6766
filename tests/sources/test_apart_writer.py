"""What is written looks like what is delivered: header, quotes, dates, decimals, line ends."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from extracts import SIRET

from apanalytics.errors import InvalidArgument, MissingTable
from apanalytics.sources import write_apart, write_sirene
from apanalytics.tables import Tables

REQUEST = {
    "request_id": "00000000017", "siret": SIRET, "motive": 5, "scope": 1, "status_on": "2020-04-02",
    "starts_on": "2020-03-16", "ends_on": "2020-06-30", "company_headcount": 559, "headcount": 40,
    "covered_headcount": 39, "hours": 42078.52, "amount": 666113.56, "hourly_rate": 9.39,
}  # fmt: skip
CLAIM = {
    "claim_id": "x", "request_id": "00000000017", "siret": SIRET, "month": "2020-04-01", "employees": 12,
    "idle_hours": 311.54, "amount": 2140.0,
}  # fmt: skip
TABLES = Tables.from_frames({"requests": pd.DataFrame([REQUEST]), "claims": pd.DataFrame([CLAIM])})


def test_the_narrow_vintage_quotes_text_and_writes_counts_as_floats(tmp_path: Path) -> None:
    requests, claims = write_apart(TABLES, tmp_path, "narrow")
    assert claims.read_bytes().decode() == (
        '"ID_DA","ETAB_SIRET","HEURES","MONTANTS","EFFECTIFS","MOIS"\n'
        f'"00000000017","{SIRET}",311.54,2140.0,12.0,"2020-04-01"\n'
    )
    assert requests.read_text().splitlines()[1] == (
        f'"00000000017","{SIRET}",559.0,40.0,"2020-04-02","2020-03-16","2020-06-30",42078.52,666113.56,39.0,'
        '"5","1","","","",""'
    )


def test_the_wide_vintage_has_french_dates_and_decimal_commas_in_quotes(tmp_path: Path) -> None:
    requests, claims = write_apart(TABLES, tmp_path, "wide")
    header, row = requests.read_bytes().decode().split("\r\n")[:2]
    assert header.startswith("EFF_ENT_TR,ID_DA,ETAB_SIRET,ETAB_RSS,ETAB_CODE_INSEE,")
    assert '02/04/2020,"9,39",,,16/03/2020,30/06/2020,42078.52,"666113,56",39,' in row
    assert ",04/2020,311.54,2140.0,12," in claims.read_text()


def test_the_excel_vintage_has_its_sheets_and_real_dates(tmp_path: Path) -> None:
    requests, claims = write_apart(TABLES, tmp_path, "excel")
    page = openpyxl.load_workbook(requests)["DEMANDE"]
    row = dict(zip((cell.value for cell in page[1]), (cell.value for cell in page[2]), strict=True))
    assert row["DATE_DEB"].isoformat() == "2020-03-16T00:00:00"
    assert (row["ID_DA"], row["HTA"], row["Anomalie"]) == ("00000000017", 42078.52, None)
    assert openpyxl.load_workbook(claims).sheetnames == ["INDEMNITE"]


def test_an_unknown_vintage_and_absent_establishments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="narrow, wide, excel"):
        write_apart(TABLES, tmp_path, "parquet")
    with pytest.raises(MissingTable, match="establishments"):
        write_sirene(TABLES, tmp_path)

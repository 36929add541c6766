"""SIRENE places an establishment, names legal persons only, and tells closures and reopenings."""

from __future__ import annotations

import pandas as pd
import pytest
from extracts import NARROW_CLAIM, NARROW_CLAIMS, SIRET, Extracts, balanced

from apanalytics.errors import MissingColumn, UnreadableFile
from apanalytics.sources.headers import HEADERS

COMPANY, TRADER, SECRET = "732829320", "356000000", "005580113"


def put(extracts: Extracts, name: str, stock: str, rows: list[dict[str, str]]) -> None:
    header = HEADERS[stock]
    lines = [",".join(f'"{row.get(column, "")}"' for column in header) for row in rows]
    extracts.put(f"sirene/{name}.csv", ",".join(header), *lines)


def establishment(siret: str, **change: str) -> dict[str, str]:
    return {
        "siren": siret[:9], "nic": siret[9:], "siret": siret, "statutDiffusionEtablissement": "O",
        "dateCreationEtablissement": "2001-02-03", "trancheEffectifsEtablissement": "12",
        "etablissementSiege": "true", "codeCommuneEtablissement": "2A004", "dateDebut": "2008-01-01",
        "etatAdministratifEtablissement": "A", "activitePrincipaleEtablissement": "62.02A",
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2", "caractereEmployeurEtablissement": "O",
        **change,
    }  # fmt: skip


def unit(siren: str, name: str, category: str, diffusion: str = "O") -> dict[str, str]:
    return {
        "siren": siren, "statutDiffusionUniteLegale": diffusion, "denominationUniteLegale": name,
        "categorieJuridiqueUniteLegale": category, "nomUniteLegale": "DUPONT", "prenom1UniteLegale": "JEANNE",
    }  # fmt: skip


def period(siret: str, start: str, state: str) -> dict[str, str]:
    return {"siren": siret[:9], "siret": siret, "dateDebut": start, "etatAdministratifEtablissement": state}


def test_the_stock_places_an_establishment(extracts: Extracts) -> None:
    put(extracts, "stock", "StockEtablissement", [establishment(SIRET)])
    assert balanced(extracts.run())
    row = extracts.table("establishments").iloc[0]
    wanted = {
        "siret": SIRET, "siren": COMPANY, "is_head_office": True, "department": "2A", "region": "94",
        "naf": "62.02A", "size_class": "12", "is_employer": True, "created_on": pd.Timestamp("2001-02-03"),
    }  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted
    assert pd.isna(row["closed_on"])
    assert pd.isna(row["data_flags"])


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"codeCommuneEtablissement": "97411"}, "department", "974"),
        ({"codeCommuneEtablissement": "98818"}, "region", "ZZ"),
        ({"codeCommuneEtablissement": ""}, "department", "ZZ"),
        ({"trancheEffectifsEtablissement": ""}, "size_class", "NN"),
        ({"nomenclatureActivitePrincipaleEtablissement": "NAF1993"}, "naf", None),
        ({"dateCreationEtablissement": ""}, "created_on", None),
        ({"dateCreationEtablissement": "1850-01-01"}, "created_on", None),
        ({"caractereEmployeurEtablissement": "w"}, "data_flags", "unknown_code:is_employer"),
        ({"trancheEffectifsEtablissement": "99"}, "data_flags", "unknown_code:size_class"),
    ],
)
def test_what_sirene_does_not_say_is_unknown_not_refused(
    extracts: Extracts, change: dict[str, str], column: str, value: str | None
) -> None:
    put(extracts, "stock", "StockEtablissement", [establishment(SIRET, **change)])
    extracts.run()
    found = extracts.table("establishments").iloc[0][column]
    assert found == value if value else pd.isna(found)


def test_only_legal_persons_that_accept_diffusion_are_named(extracts: Extracts) -> None:
    sirets = [SIRET, TRADER + "09075", SECRET + "00019"]
    put(extracts, "stock", "StockEtablissement", [establishment(siret) for siret in sirets])
    units = [
        unit(COMPANY, "ATELIERS", "5710"),
        unit(TRADER, "JEANNE DUPONT", "1000"),
        unit(SECRET, "X", "5710", "P"),
    ]
    put(extracts, "unites", "StockUniteLegale", units)
    extracts.run()
    rows = extracts.table("establishments").set_index("siren")
    assert rows["name"].fillna("-").to_dict() == {COMPANY: "ATELIERS", TRADER: "-", SECRET: "-"}
    assert rows["legal_category"].to_dict() == {COMPANY: "5710", TRADER: "1000", SECRET: "5710"}
    for file in extracts.out.glob("*.parquet"):
        assert "DUPONT" not in pd.read_parquet(file).to_csv()


def test_an_establishment_that_refuses_diffusion_is_not_named(extracts: Extracts) -> None:
    put(extracts, "stock", "StockEtablissement", [establishment(SIRET, statutDiffusionEtablissement="P")])
    put(extracts, "unites", "StockUniteLegale", [unit(COMPANY, "ATELIERS", "5710")])
    extracts.run()
    assert extracts.table("establishments")["name"].isna().all()


@pytest.mark.parametrize(
    ("periods", "closed"),
    [
        ([], "2019-05-01"),
        ([("2019-05-01", "F"), ("2018-03-31", "F"), ("2001-02-03", "A")], "2018-03-31"),
        ([("2019-05-01", "F"), ("2015-01-01", "A"), ("2012-07-01", "F"), ("2001-02-03", "A")], "2019-05-01"),
    ],
)
def test_the_day_of_closure_is_that_of_the_last_run_of_closed_periods(
    extracts: Extracts, periods: list[tuple[str, str]], closed: str
) -> None:
    shut = establishment(SIRET, etatAdministratifEtablissement="F", dateDebut="2019-05-01")
    put(extracts, "stock", "StockEtablissement", [shut])
    put(extracts, "histo", "StockEtablissementHistorique", [period(SIRET, *entry) for entry in periods])
    extracts.run()
    assert extracts.table("establishments")["closed_on"].tolist() == [pd.Timestamp(closed)]


def test_a_reopened_establishment_is_open(extracts: Extracts) -> None:
    put(extracts, "stock", "StockEtablissement", [establishment(SIRET)])
    entries = [("2016-01-01", "A"), ("2012-07-01", "F"), ("2001-02-03", "A")]
    put(extracts, "histo", "StockEtablissementHistorique", [period(SIRET, *entry) for entry in entries])
    extracts.run()
    assert extracts.table("establishments")["closed_on"].isna().all()


def test_a_siret_unknown_to_sirene_is_kept_flagged_and_shown_as_zz(extracts: Extracts) -> None:
    put(extracts, "stock", "StockEtablissement", [establishment(SIRET)])
    unknown, pseudo = "35600000009075", "73282932060000"
    extracts.put(
        "apart/c.csv",
        NARROW_CLAIMS,
        *(NARROW_CLAIM.replace(SIRET, siret).replace("A1", siret) for siret in (SIRET, unknown, pseudo)),
    )
    extracts.run()
    flags = extracts.table("claims").set_index("siret")["data_flags"].fillna("").to_dict()
    assert (flags[SIRET], flags[unknown]) == ("", "siret_unknown")
    assert "siret_unknown" not in flags[pseudo]
    place = extracts.table("establishments").set_index("siret").loc[unknown]
    assert place[["department", "region", "data_flags"]].tolist() == ["ZZ", "ZZ", "siret_unknown"]


def test_a_sirene_file_without_a_needed_column_or_a_folder_without_stock_is_refused(
    extracts: Extracts,
) -> None:
    put(extracts, "unites", "StockUniteLegale", [unit(COMPANY, "ATELIERS", "5710")])
    with pytest.raises(UnreadableFile, match="No SIRENE stock of establishments"):
        extracts.run()
    extracts.put("sirene/stock.csv", "siret,etablissementSiege", f"{SIRET},true")
    with pytest.raises(MissingColumn, match="STATUTDIFFUSIONETABLISSEMENT"):
        extracts.run()
    assert not extracts.out.exists()

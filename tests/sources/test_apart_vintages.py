"""The three vintages of SI APART extracts are told apart by themselves and give the same rows."""

from __future__ import annotations

from datetime import datetime

import openpyxl
import pandas as pd
import pytest
from extracts import (
    NARROW_CLAIM,
    NARROW_CLAIMS,
    NARROW_REQUEST,
    NARROW_REQUESTS,
    OTHER,
    SIRET,
    WIDE_CLAIM,
    WIDE_CLAIMS,
    WIDE_REQUEST,
    WIDE_REQUESTS,
    Extracts,
    balanced,
)

from apanalytics.errors import DataRefused, MissingColumn, UnreadableFile


def put_workbook(extracts: Extracts) -> None:
    extracts.apart.mkdir()
    book = openpyxl.Workbook()
    page = book.active
    page.title = "DEMANDE"
    page.append(WIDE_REQUESTS.split(","))
    page.append([])
    row = dict.fromkeys(WIDE_REQUESTS.split(","))
    row |= {
        "ID_DA": "A1", "ETAB_SIRET": int(SIRET), "EFF_ENT": 559, "EFF_ETAB": 40, "HTA": 42078.52,
        "DATE_STATUT": datetime(2020, 4, 2), "DATE_DEB": datetime(2020, 3, 16),
        "DATE_FIN": datetime(2020, 6, 30), "MTA": 666113.56, "EFF_AUTO": 39,
        "MOTIF_RECOURS_SE": 5, "PERIMETRE_AP": 1, "RECOURS_ANTERIEUR": 3, "AVIS_CE": 1, "TX_PC": 9.39,
        "S_HEURE_CONSOM_TOT": 48512, "S_EFF_CONSOM_TOT": 31, "S_MONTANT_CONSOM_TOT": 689663.3,
    }  # fmt: skip
    page.append(list(row.values()))
    claims = book.create_sheet("INDEMNITE")
    claims.append(["Anomalie", *WIDE_CLAIMS.split(",")])
    claims.append([None, "A1", SIRET, "59", "32", "5610A", datetime(2020, 4, 1), 311.54, 2140, 12])
    book.create_sheet("Lisez-moi").append(["Extrait de démonstration"])
    book.save(extracts.apart / "apart_2018.xlsx")


def put(extracts: Extracts, vintage: str) -> None:
    if vintage == "excel":
        put_workbook(extracts)
        return
    narrow = vintage == "narrow"
    end, bom = ("\n", "") if narrow else ("\r\n", "\ufeff")
    requests = (NARROW_REQUESTS, NARROW_REQUEST) if narrow else (WIDE_REQUESTS, WIDE_REQUEST)
    claims = (NARROW_CLAIMS, NARROW_CLAIM) if narrow else (WIDE_CLAIMS, WIDE_CLAIM)
    extracts.put("apart/demandes.csv", bom + requests[0], "", requests[1], "", end=end)
    extracts.put("apart/indemnites.csv", bom + claims[0].lower(), claims[1], end=end)


@pytest.mark.parametrize("vintage", ["narrow", "wide", "excel"])
def test_each_vintage_gives_the_same_request_and_claim(extracts: Extracts, vintage: str) -> None:
    put(extracts, vintage)
    result = extracts.run()
    assert balanced(result)
    assert sorted(file["layout"] for file in result["files"]) == [
        f"apconso {vintage}",
        f"apdemande {vintage}",
    ]
    request = extracts.table("requests").iloc[0]
    assert request[["request_id", "siret", "motive", "scope", "prior_use"]].tolist() == ["A1", SIRET, 5, 1, 3]
    assert request[["company_headcount", "headcount", "covered_headcount"]].tolist() == [559, 40, 39]
    assert request[["hours", "amount"]].tolist() == [42078.52, 666113.56]
    assert request[["hours_used", "headcount_used", "amount_used"]].tolist() == [48512, 31, 689663.3]
    days = request[["status_on", "starts_on", "ends_on"]].tolist()
    assert days == [pd.Timestamp(day) for day in ("2020-04-02", "2020-03-16", "2020-06-30")]
    claim = extracts.table("claims").iloc[0]
    assert claim[["claim_id", "request_id", "siret"]].tolist() == ["A1-2020-04", "A1", SIRET]
    assert claim[["month", "employees", "idle_hours", "amount"]].tolist() == [
        pd.Timestamp("2020-04-01"), 12, 311.54, 2140.0,
    ]  # fmt: skip


@pytest.mark.parametrize(("vintage", "rate"), [("narrow", None), ("wide", 9.39), ("excel", 9.39)])
def test_what_an_extract_lacks_is_null_and_said(extracts: Extracts, vintage: str, rate: float | None) -> None:
    put(extracts, vintage)
    missing = extracts.run()["missing_columns"]
    request = extracts.table("requests").iloc[0]
    assert "filed_on" in missing["requests"]
    assert "filed_on" in missing["claims"]
    assert pd.isna(request["filed_on"])
    assert request["date_basis"] == "proxy"
    assert ("hourly_rate" in missing["requests"]) == (rate is None)
    assert request["hourly_rate"] == rate if rate else pd.isna(request["hourly_rate"])


@pytest.mark.parametrize(
    ("vintage", "place"), [("narrow", ("ZZ", "ZZ", None)), ("wide", ("59", "32", "56.10A"))]
)
def test_without_sirene_the_extract_places_the_establishment_or_nobody_does(
    extracts: Extracts, vintage: str, place: tuple[str, str, str | None]
) -> None:
    put(extracts, vintage)
    extracts.run()
    row = extracts.table("establishments").iloc[0]
    assert (row["department"], row["region"]) == place[:2]
    assert row["naf"] == place[2] if place[2] else pd.isna(row["naf"])
    assert row["data_flags"] == "sirene_absent"
    assert extracts.table("requests")["data_flags"].isna().all()


def test_a_leading_zero_lost_by_excel_is_given_back(extracts: Extracts) -> None:
    extracts.apart.mkdir()
    book = openpyxl.Workbook()
    book.active.append(["ID_DA", "ETAB_SIRET", "HEURES", "MONTANTS", "EFFECTIFS", "MOIS"])
    book.active.append([210377020, 5580113700019, 10, 90, 2, datetime(2016, 9, 1)])
    book.save(extracts.apart / "conso.xlsx")
    result = extracts.run()
    assert result["files"][0]["name"] == "conso.xlsx"
    assert extracts.table("claims")[["request_id", "siret"]].iloc[0].tolist() == [
        "210377020",
        "05580113700019",
    ]


def test_the_line_in_quarantine_is_the_physical_one(extracts: Extracts) -> None:
    bad = NARROW_CLAIM.replace("311.54", "beaucoup")
    split = NARROW_CLAIM.replace('"A1"', '"A\n2"')
    extracts.put("apart/c.csv", NARROW_CLAIMS, "", NARROW_CLAIM, split, "", bad, '"A1","x"')
    result = extracts.run()
    assert balanced(result)
    assert extracts.quarantine() == [("c.csv", 7, "type"), ("c.csv", 8, "unreadable")]
    assert sorted(extracts.table("claims")["request_id"]) == ["A\n2", "A1"]


def test_an_unclosed_quote_costs_one_row_not_the_file(extracts: Extracts) -> None:
    rows = [NARROW_CLAIM.replace("A1", f"A{number}") for number in range(1, 6)]
    rows[1] = rows[1].replace('"A2"', '"A2')
    extracts.put("apart/c.csv", NARROW_CLAIMS, *rows)
    result = extracts.run()
    assert balanced(result)
    assert extracts.quarantine() == [("c.csv", 3, "unreadable")]
    assert extracts.table("claims")["request_id"].tolist() == ["A1", "A3", "A4", "A5"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_encoding_is_read(extracts: Extracts, encoding: str) -> None:
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM.replace("A1", "É1"), encoding=encoding)
    extracts.run()
    assert extracts.table("claims")["request_id"].tolist() == ["É1"]


@pytest.mark.parametrize(
    ("old", "new", "rule", "reason"),
    [
        (f'"{SIRET}"', '""', "required", "ETAB_SIRET is empty"),
        (f'"{SIRET}"', '"123"', "format", "ETAB_SIRET: «123» is not of the form"),
        ("311.54", "-1", "range", "HEURES: «-1» is below 0"),
        ("12.0", "12.5", "type", "EFFECTIFS: «12.5» is not a whole number"),
        ("2020-04-01", "04-2020", "type", "MOIS: «04-2020» is not a month"),
        ("2020-04-01", "2220-04-01", "range", "MOIS: «2220-04-01» is outside"),
        ("2140.0", "2140.0;jo.do@ex.fr", "type", "MONTANTS: «2140.0;<e-mail>» is not a number"),
    ],
)
def test_each_refusal_says_why(extracts: Extracts, old: str, new: str, rule: str, reason: str) -> None:
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM.replace(old, new))
    extracts.run()
    row = pd.read_parquet(extracts.out / "quarantine.parquet").iloc[0]
    assert row["rule"] == rule
    assert row["reason"].startswith(reason)
    assert "jo.do" not in row["raw"]


def test_suspect_rows_are_kept_and_flagged(extracts: Extracts) -> None:
    extracts.put("apart/r.csv", NARROW_REQUESTS, NARROW_REQUEST.replace('"5","1"', '"8","1"'))
    orphan = NARROW_CLAIM.replace("A1", "B9").replace(SIRET, "73282932000075")
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM, orphan)
    result = extracts.run()
    assert [file["rows_flagged"] for file in result["files"]] == [1, 1]
    assert extracts.table("requests")["data_flags"].tolist() == ["unknown_code:motive"]
    flags = extracts.table("claims").set_index("request_id")["data_flags"]
    assert pd.isna(flags["A1"])
    assert flags["B9"] == "claim_without_request;siret_check_digit"


def test_two_claims_of_one_month_are_two_claims_but_a_file_delivered_twice_is_one(extracts: Extracts) -> None:
    more = NARROW_CLAIM.replace("311.54", "20.0")
    extracts.put("apart/a.csv", NARROW_CLAIMS, NARROW_CLAIM, more, NARROW_CLAIM)
    extracts.put("apart/b.csv", NARROW_CLAIMS, NARROW_CLAIM, more)
    result = extracts.run()
    assert balanced(result)
    claims = extracts.table("claims").set_index("claim_id")["idle_hours"]
    assert claims.to_dict() == {"A1-2020-04": 311.54, "A1-2020-04-2": 20.0, "A1-2020-04-3": 311.54}
    assert extracts.quarantine() == [("b.csv", 2, "duplicate_row"), ("b.csv", 3, "duplicate_row")]


def test_of_several_versions_of_a_request_the_latest_is_kept(extracts: Extracts) -> None:
    later = NARROW_REQUEST.replace("2020-04-02", "2020-05-02").replace("42078.52", "100.0")
    rival = later.replace(SIRET, OTHER)
    extracts.put("apart/a.csv", NARROW_REQUESTS, NARROW_REQUEST, NARROW_REQUEST, later, rival)
    result = extracts.run()
    assert balanced(result)
    assert extracts.table("requests")[["siret", "hours"]].to_numpy().tolist() == [[SIRET, 100.0]]
    assert [(line, rule) for _, line, rule in extracts.quarantine()] == [
        (2, "superseded"),
        (3, "superseded"),
        (5, "duplicate_key"),
    ]


def test_other_files_are_passed_over_and_named(extracts: Extracts) -> None:
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM)
    extracts.put("apart/notes.json", "{}")
    extracts.put("apart/effectif.csv", "compte;siret;eff201631", "1;2;3")
    result = extracts.run()
    assert [file["name"] for file in result["files"]] == ["c.csv"]
    assert {entry["name"]: entry["why"] for entry in result["ignored"]} == {
        "effectif.csv": "not the columns of an SI APART extract: compte, siret, eff201631",
        "notes.json": "neither CSV nor Excel (.xlsx)",
    }


def test_an_extract_without_a_needed_column_is_refused_with_its_name(extracts: Extracts) -> None:
    extracts.put("apart/c.csv", "ID_DA,ETAB_SIRET,HEURES,EFFECTIFS,MOIS", "1,2,3,4,5")
    with pytest.raises(MissingColumn, match=r"'MONTANTS'[\s\S]*c\.csv|c\.csv[\s\S]*'MONTANTS'|'MONTANTS'"):
        extracts.run()
    assert not extracts.out.exists()


def test_a_folder_without_any_extract_is_refused(extracts: Extracts) -> None:
    extracts.put("apart/notes.txt", "bonjour")
    with pytest.raises(UnreadableFile, match=r"No SI APART extract found[\s\S]*notes\.txt"):
        extracts.run()
    assert not extracts.out.exists()


def test_identifying_columns_need_a_key_and_are_hashed_with_one(extracts: Extracts) -> None:
    iban = "FR76 3000 6000 0112 3456 7890 189"
    extracts.put(
        "apart/c.csv",
        NARROW_CLAIMS + ',"IBAN","NOM_GERANT"',
        NARROW_CLAIM + f',"{iban}","DUPONT"',
        NARROW_CLAIM.replace("311.54", "x") + f',"{iban}","DUPONT"',
        NARROW_CLAIM.replace("A1", "A2") + f',"{iban.replace(" ", "").lower()}","DURAND"',
    )
    with pytest.raises(DataRefused, match=r"Identifying column without a key \(c\.csv\): 'IBAN'"):
        extracts.run()
    assert not extracts.out.exists()
    key = extracts.place / "key"
    key.write_text("a secret of enough bytes")
    extracts.run(key_file=key)
    keys = extracts.table("claims")["bank_key"]
    assert keys.nunique() == 1
    assert keys.str.fullmatch("[0-9a-f]{32}").all()
    for file in extracts.out.iterdir():
        content = file.read_bytes() if file.suffix == ".json" else pd.read_parquet(file).to_csv().encode()
        assert b"3000" not in content.replace(b" ", b"")
        assert b"DUPONT" not in content

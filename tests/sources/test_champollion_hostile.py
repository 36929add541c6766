"""A DSN export as it should not be: encodings, separators, misplaced things, rows that lead nowhere."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from dsn_files import KEY, MONTH, NIR, OTHER_NIR, Export
from extracts import SIRET, balanced

from apanalytics.errors import DataRefused, InvalidArgument, MissingColumn, UnreadableFile
from apanalytics.sources.identity import Key


def stored(folder: Path) -> bytes:
    """All bytes of the text and Parquet values that an ingestion left."""
    frames = [pd.read_parquet(path).to_csv() for path in folder.glob("*.parquet")]
    return "".join([*frames, (folder / "ingest.json").read_text()]).encode()


def test_persons_are_refused_without_a_key(export: Export) -> None:
    with pytest.raises(DataRefused, match="'NIRDeclare'"):
        export.run(key_file=None)
    assert not export.extracts.out.exists()


def test_no_nir_and_no_name_is_stored_wherever_they_lie(export: Export) -> None:
    export.change("contrat", Numero=OTHER_NIR).change("remuneration", NumeroContrat=OTHER_NIR)
    export.add("individu", IdIndividu=22, NIRDeclare="SANS NIR", NTT=None, NomFamille="VISIBLE")
    export.add("contrat", IdContrat=32, IdIndividu=22, Numero=NIR)
    result = export.run()
    assert balanced(result)
    assert result["refused"] == {"orphan": 1, "required": 1}
    assert export.contract()["contract_id"] == Key(KEY).hash("nir", OTHER_NIR)
    assert export.contract()["worked_hours"] == 91.67
    left = stored(export.extracts.out)
    for secret in (NIR, OTHER_NIR, "VISIBLE", "FICTIF"):
        assert secret.encode() not in left


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-8-sig", "\n"), ("cp1252", "\r\n"), ("utf-16", "\n"), ("utf-8", "\r\n")]
)
def test_every_encoding_and_line_end_reads_alike(export: Export, encoding: str, end: str) -> None:
    export.change("contrat", Numero="ÉTÉ;1|2", LibelleEmploi="chef d’œuvre ; à 3 €")
    export.change("remuneration", NumeroContrat="été;1|2").write(encoding=encoding, end=end)
    result = export.read()
    assert result["refused"] == {}
    assert export.contract()["contract_id"] == "ÉTÉ;1|2"
    assert export.contract()["worked_hours"] == 91.67


def test_commas_double_quotes_and_lower_case_headers_are_read_too(export: Export) -> None:
    export.write()
    for path in export.folder.iterdir():
        header, *rows = path.read_text("cp1252").splitlines()
        lines = [header.lower(), *rows]
        path.write_text("\n".join(line.replace(";", ",").replace("|", '"') for line in lines))
    assert export.read()["refused"] == {}
    assert export.contract()["worked_hours"] == 91.67


def test_codes_that_lost_their_zeros_and_the_last_day_of_the_base_are_understood(export: Export) -> None:
    export.change("declaration", NatureDeclaration=1, TypeDeclaration=1)
    export.change("contrat", CodeNature=1, DateFinPrev="9999-12-31 00:00:00.000").change(
        "activite", TypeActivite=1
    )
    export.change("remuneration", TypeRemuneration=2, DateFinPeriodePaie="2021-04-30 00:00:00.000")
    export.pay(52, "19", NombreHeure="6.0000000E+1").run()
    row = export.contract()
    assert (row["worked_hours"], row["idle_hours"], row["contract_kind"]) == (91.67, 60, "permanent")
    assert pd.isna(row["ends_on"])


def test_a_missing_column_and_a_missing_block_are_named(export: Export) -> None:
    export.write()
    path = export.folder / f"champollion_remuneration_{MONTH}.csv"
    whole = path.read_text()
    path.write_text(whole.replace("NombreHeure", "NbHeures"))
    with pytest.raises(MissingColumn, match="'NOMBREHEURE'"):
        export.read()
    path.unlink()
    with pytest.raises(UnreadableFile, match="champollion_remuneration"):
        export.read()
    assert not export.extracts.out.exists()


def test_other_files_are_passed_over_and_named(export: Export) -> None:
    export.write()
    names = {"notes.pdf": "x", "champollion_20210401.7z": "x", "a.dsn": "x", "empty.csv": ""}
    names["champollion_anciennete.csv"] = "IdAnciennete;IdIndividu;TypeAnciennete\n1;21;01\n"
    for name, text in names.items():
        (export.folder / name).write_text(text)
    why = {entry["name"]: entry["why"] for entry in export.read()["ignored"]}
    assert set(why) == set(names)
    assert "unpack" in why["champollion_20210401.7z"]
    assert "NEODeS" in why["a.dsn"]
    assert "IdAnciennete" in why["champollion_anciennete.csv"]


def test_rows_that_cannot_be_read_are_set_apart_with_their_line_and_reason(export: Export) -> None:
    export.add("activite", IdActivite=62, Mesure="beaucoup").add(
        "activite", IdActivite=63, IdRemuneration=999
    )
    export.pay(52, "019", DateFinPeriodePaie="31/02/2021", NombreHeure="1")
    export.pay(53, "019", DateDebutPeriodePaie="2021-05-02", NombreHeure="1")
    export.pay(54, "019", NumeroContrat="00009", NombreHeure="1")
    export.pay(55, "019", DateDebutPeriodePaie="2021-03-01", DateFinPeriodePaie="2021-03-31", NombreHeure="1")
    export.add("contrat", IdContrat=32, Numero="00002", CodeUniteQuotite="20", QuotiteTravailContrat="218")
    export.add("contrat", IdContrat=33, Numero="00003", DateFinPrev="2018-01-01")
    export.add("contrat", IdContrat=34, QuotiteTravailContrat="70")
    export.add("contrat", IdContrat=35, Numero="00005", QuotiteTravailContrat="-1")
    export.add("declaration", IdDeclaration=2, NatureDeclaration="04").add("versement")
    export.add("etablissement", IdEtablissement=12, Siren="1234567890")
    export.write()
    path = export.folder / f"champollion_activite_{MONTH}.csv"
    path.write_text(
        path.read_text() + "64;51;|01|\n65;51;|01|;7;|10|;;;1;2021-04-01;trop\n66;51;|01|;8;|10|;;;;\n"
    )
    result = export.read()
    assert balanced(result)
    frame = pd.read_parquet(export.extracts.out / "quarantine.parquet")
    block = frame["file"].str.extract("champollion_([a-z]+)_")[0]
    found = set(zip(block, frame["line"], frame["rule"], strict=True))
    assert found == {
        ("activite", 3, "type"), ("activite", 4, "orphan"), ("activite", 5, "unreadable"),
        ("activite", 6, "unreadable"), ("remuneration", 3, "type"), ("remuneration", 4, "date_order"),
        ("remuneration", 5, "orphan"), ("remuneration", 6, "month_absent"), ("contrat", 3, "range"),
        ("contrat", 4, "date_order"), ("contrat", 5, "duplicate_key"), ("contrat", 6, "range"),
        ("declaration", 3, "not_monthly"), ("versement", 3, "duplicate_row"),
        ("etablissement", 3, "format"),
    }  # fmt: skip
    reasons = dict(zip(zip(block, frame["line"], strict=True), frame["reason"], strict=True))
    assert "218" in reasons[("contrat", 3)]
    assert "2021-03" in reasons[("remuneration", 6)]
    assert export.contract()["worked_hours"] == 99.67
    assert export.contract()["contract_hours"] == 151.67


def test_the_same_month_delivered_twice_counts_once(export: Export) -> None:
    export.write().write("again")
    result = export.read()
    assert balanced(result)
    assert result["refused"] == {"duplicate_row": 7}
    assert export.contract()["worked_hours"] == 91.67


def test_payroll_given_by_two_sources_is_refused(export: Export) -> None:
    tables = export.extracts.place / "tables"
    tables.mkdir()
    export.run()
    export.extracts.table("payroll").to_csv(tables / "payroll.csv", index=False)
    with pytest.raises(InvalidArgument, match="twice"):
        export.read(tables=tables)


def test_an_establishment_that_the_register_does_not_know_is_kept_and_flagged(export: Export) -> None:
    tables = export.extracts.place / "tables"
    tables.mkdir()
    row = {"siret": "35600000009075", "siren": "356000000", "is_head_office": True, "department": "75",
           "region": "11", "naf": "53.10Z", "size_class": "NN", "is_employer": True,
           "created_on": "2000-01-01"}  # fmt: skip
    pd.DataFrame([row]).to_csv(tables / "establishments.csv", index=False)
    export.run(tables=tables)
    assert export.month()["siret"] == SIRET
    assert export.month()["data_flags"] == "siret_unknown"

"""The ministry's column lists, a sample declaration, URSSAF's test file and API Entreprise's examples."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml
from dsn_files import Export
from extracts import Extracts, balanced

from apanalytics.sources.dsn_layout import BLOCKS
from apanalytics.sources.headers import HEADERS

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "samples"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not beside the project"),
]


def test_every_block_has_the_columns_that_the_ministry_lists() -> None:
    listed = json.loads((SAMPLES / "dsn-champollion" / "raw_files_config.json").read_text())[
        "required_columns"
    ]
    for block in BLOCKS:
        assert list(HEADERS[block.file]) == listed[block.file]
        assert set(block.wanted) <= {name.upper() for name in listed[block.file]}


BLOCK_OF = {
    "S20.G00.05": ("declaration", "IdDeclaration", None, {"001": "NatureDeclaration",
        "002": "TypeDeclaration", "003": "NumeroFraction", "004": "NumeroOrdreDeclaration",
        "005": "DateDeclaration", "007": "DateChargement"}),
    "S21.G00.11": ("etablissement", "IdEtablissement", "IdDeclaration", {"001": "NIC"}),
    "S21.G00.30": ("individu", "IdIndividu", "IdEtablissement", {"001": "NIRDeclare"}),
    "S21.G00.40": ("contrat", "IdContrat", "IdIndividu", {"001": "DateDebut", "007": "CodeNature",
        "008": "CodeDispPolitiquePublique", "009": "Numero", "011": "CodeUniteQuotite",
        "013": "QuotiteTravailContrat"}),
    "S21.G00.60": ("arretdetravail", "IdArretDeTravail", "IdContrat", {"001": "MotifArret",
        "002": "DateDernierJourTravaille", "003": "DateFinPrevisionelle"}),
    "S21.G00.62": ("contratfin", "IdContratFin", "IdContrat", {"001": "DateFin", "002": "CodeMotifRupture"}),
    "S21.G00.65": ("autresuspensionexecutioncontrat", "IdAutreSuspensionExecutionContrat", "IdContrat",
        {"001": "MotifSuspension", "002": "DateDebutSuspension", "003": "DateFinSuspension"}),
    "S21.G00.50": ("versement", "IdVersement", "IdIndividu", {"001": "DateVersement"}),
    "S21.G00.51": ("remuneration", "IdRemuneration", "IdVersement", {"001": "DateDebutPeriodePaie",
        "002": "DateFinPeriodePaie", "010": "NumeroContrat", "011": "TypeRemuneration", "012": "NombreHeure",
        "013": "Montant"}),
    "S21.G00.53": ("activite", "IdActivite", "IdRemuneration", {"001": "TypeActivite", "002": "Mesure",
        "003": "UniteMesure"}),
}  # fmt: skip


def in_blocks(text: str) -> dict[str, list[dict[str, str | int]]]:
    """The blocks of a raw declaration, numbered as the ministry's base numbers them."""
    rows: dict[str, list[dict[str, str | int]]] = {}
    last: dict[str, int] = {}
    siren = ""
    for number, line in enumerate(text.splitlines(), start=1):
        code, value = line.split(",", 1)
        group, field, value = code[:10], code[11:], value.strip("'")
        if code == "S21.G00.06.001":
            siren = value
        if group not in BLOCK_OF:
            continue
        block, own, parent, fields = BLOCK_OF[group]
        if field == "001":
            last[own] = number
            rows.setdefault(block, []).append({own: number, **({parent: last[parent]} if parent else {})})
        if field in fields:
            name = fields[field]
            day = name.startswith("Date")
            rows[block][-1][name] = f"{value[4:]}-{value[2:4]}-{value[:2]}" if day else value
    rows["etablissement"][0]["Siren"] = siren
    return rows


def test_the_declaration_of_four_employees_gives_what_was_written_for_them(export: Export) -> None:
    export.rows = in_blocks((SAMPLES / "dsn" / "synthetique_AP_P25V01.dsn").read_text("latin-1"))
    result = export.run()
    assert balanced(result)
    assert result["refused"] == {}
    found = export.contracts()
    hours = ("contract_hours", "worked_hours", "leave_hours", "suspended_hours", "idle_hours")
    assert [found[1][name] for name in hours] == [151.67, 91.67, 0, 0, 60]
    assert [found[2][name] for name in hours] == [104, 80, 24, 0, 0]  # 5 days of 104 / 151.67 x 7 h
    assert [found[3][name] for name in hours] == [151.67, 110.67, 0, 41, 0]
    assert [found[4][name] for name in hours] == [151.67, 81.67, 0, 0, 70]
    assert (found[4]["end_reason"], found[4]["base_pay"]) == ("trial", 2500)
    month = export.month()
    assert (month["headcount"], month["idle_hours"], month["gross_pay"]) == (4, 130, 5800)


def test_the_test_file_of_urssaf_is_read_value_by_value(extracts: Extracts) -> None:
    result = extracts.run(urssaf=SAMPLES / "signaux-faibles")
    (file,) = result["files"]
    source = pd.read_csv(SAMPLES / "signaux-faibles" / "effectifTestData.csv", sep=";", dtype=str)
    assert file["rows_read"] == source.filter(like="eff2").notna().to_numpy().sum()
    assert balanced(result)
    assert file["rows_quarantined"] == 0
    rows = extracts.table("headcounts").set_index(["siret", "month"])["headcount"]
    assert rows["54236870268934", pd.Timestamp("2010-01-01")] == 629
    assert rows["54236870268934", pd.Timestamp("2010-07-01")] == 89  # written 089
    why = {entry["name"]: entry["why"] for entry in result["ignored"]}
    assert "SIREN" in why["effectifEntTestData.csv"]


def test_the_example_answer_on_monthly_headcounts_is_read(extracts: Extracts) -> None:
    answers = SAMPLES / "api-entreprise" / "api_entreprise_v3_gip_mds_effectifs_mensuels_etablissement"
    extracts.put("api/a.json", yaml.safe_load((answers / "200.yaml").read_text())["payload"])
    extracts.put("api/b.json", yaml.safe_load((answers / "404.yaml").read_text())["payload"])
    result = extracts.run(api_entreprise=extracts.place / "api")
    assert [entry["name"] for entry in result["ignored"]] == ["b.json"]
    rows = extracts.table("headcounts")
    assert rows["headcount"].tolist() == [14.21, 13.86, 12.66]
    assert set(rows["received_on"]) == {pd.Timestamp("2023-07-10")}

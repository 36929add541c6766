"""The public test extracts of opensignauxfaibles, where they lie beside the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from extracts import Extracts, balanced

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "samples" / "signaux-faibles"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample files are not beside the project"),
]
ROWS = {
    "apconsoTestData.csv": 3,
    "apconso_2018.xlsx": 1,
    "apconso_extract_2020-2024_wide.csv": 3,
    "apdemandeTestData.csv": 3,
    "apdemande_2018.xlsx": 1,
    "apdemande_extract_2020-2024_wide.csv": 3,
}


def test_every_extract_there_is_read_and_only_these(extracts: Extracts) -> None:
    result = extracts.run(apart=SAMPLES)
    assert {file["name"]: file["rows_read"] for file in result["files"]} == ROWS
    assert balanced(result)
    passed_over = {entry["name"] for entry in result["ignored"]}
    assert {"expectedApdemande.json", "sireneTestData.csv", "effectifTestData.csv"} <= passed_over


def test_requests_are_read_as_their_publisher_reads_them(extracts: Extracts) -> None:
    extracts.run(apart=SAMPLES / "apdemandeTestData.csv")
    expected = json.loads((SAMPLES / "expectedApdemande.json").read_text("utf-8"))["tuples"]
    rows = extracts.table("requests").set_index("request_id")
    for wanted in expected:
        row = rows.loc[wanted["id_demande"]]
        assert row["company_headcount"] == wanted["effectif_entreprise"]
        assert row["headcount"] == wanted["effectif"]
        assert row["starts_on"].isoformat() + "Z" == wanted["periode_debut"]
        assert row["ends_on"].isoformat() + "Z" == wanted["periode_fin"]
        assert (row["hours"], row["amount"]) == (wanted["hta"], wanted["mta"])
        assert (row["covered_headcount"], row["motive"]) == (
            wanted["effectif_autorise"],
            wanted["motif_recours_se"],
        )
        assert (row["hours_used"], row["amount_used"]) == (
            wanted["heures_consommees"],
            wanted["montant_consomme"],
        )
    assert len(rows) == len(expected)


def test_the_random_values_of_the_wide_vintage_are_flagged_for_what_they_are(extracts: Extracts) -> None:
    extracts.run(apart=SAMPLES / "apdemande_extract_2020-2024_wide.csv")
    flags = extracts.table("requests").set_index("request_id")["data_flags"]
    assert flags["f288626887"].split(";") == [
        "siret_check_digit",
        "unknown_code:council_opinion",
        "unknown_code:motive",
        "unknown_code:prior_use",
        "unknown_code:scope",
    ]


def test_sirene_test_files_are_read(extracts: Extracts) -> None:
    result = extracts.run(sirene=SAMPLES)
    assert {file["layout"]: file["rows_read"] for file in result["files"]} == {
        "stock etablissement": 5,
        "stock unite legale": 4,
        "etablissement historique": 4,
    }
    assert balanced(result)

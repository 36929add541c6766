"""Monthly headcounts of GIP-MDS, as API Entreprise answers them, and controls given as one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from extracts import NARROW_CLAIM, NARROW_CLAIMS, SIRET, Extracts, balanced

from apanalytics.errors import InvalidArgument, MissingColumn, UnreadableFile
from apanalytics.sources import ingest, write_gip_mds
from apanalytics.tables import Tables, read

CONTROL = {
    "control_id": "C1", "stage": "payment", "case_id": "A1-2020-04", "channel": "random",
    "opened_on": "2020-06-01", "outcome": "compliant", "closed_on": "2020-07-01",
}  # fmt: skip


def value(month: str, count: float | None, updated: str | None, regime: str = "general") -> dict[str, Any]:
    return {
        "regime": f"regime_{regime}", "annee": month[:4], "mois": month[5:], "value": count,
        "nature": "effectif_moyen_mensuel", "date_derniere_mise_a_jour": updated,
    }  # fmt: skip


def answer(*values: dict[str, Any], siret: str = SIRET) -> str:
    return json.dumps({"data": {"siret": siret, "effectifs_mensuels": values}, "links": {}, "meta": {}})


def run(extracts: Extracts, **files: str) -> dict[str, Any]:
    for name, text in files.items():
        extracts.put(f"api/{name.replace('_', '.')}", text)
    return extracts.run(api_entreprise=extracts.place / "api")


def test_each_update_is_a_version_and_schemes_add_up(extracts: Extracts) -> None:
    first = answer(value("2022-12", 12.66, "2023-01-31"), value("2022-12", None, None, "agricole"))
    then = answer(value("2022-12", 13, "2023-03-10"), value("2022-12", 2.5, "2023-02-10", "agricole"))
    result = run(extracts, a_json=first, b_jsonl=then)
    assert balanced(result)
    assert result["files"][0]["rows_read"] == 3
    rows = extracts.table("headcounts")
    assert rows["received_on"].dt.strftime("%Y-%m-%d").tolist() == ["2023-01-31", "2023-02-10", "2023-03-10"]
    assert rows["headcount"].tolist() == [12.66, 15.16, 15.5]
    assert set(rows["month"]) == {pd.Timestamp("2022-12-01")}


def test_wrong_values_and_other_answers_are_told(extracts: Extracts) -> None:
    good = answer(
        value("2022-12", 1, "2023-01-31"),
        value("2022-12", -1, "2023-02-28"),
        value("2022-13", 1, "2023-01-31"),
    )
    error = json.dumps({"errors": [{"code": "31003"}]})
    result = run(
        extracts, a_json=good, b_json=error, c_json="{", d_yaml="x", e_json=answer(value("2022-12", 1, None))
    )
    assert balanced(result)
    assert result["refused"] == {"range": 1, "required": 1, "type": 1}
    assert {entry["name"] for entry in result["ignored"]} == {"b.json", "c.json", "d.yaml"}
    raw = pd.read_parquet(extracts.out / "quarantine.parquet")["raw"]
    assert raw.str.split(";").str[0].tolist() == ["a.json", "a.json", "e.json"]


def test_a_folder_without_such_answers_is_refused(extracts: Extracts) -> None:
    with pytest.raises(UnreadableFile, match="monthly headcounts"):
        run(extracts, b_json="[]")


def test_every_version_of_headcounts_comes_back(tmp_path: Path) -> None:
    counts = read("data/synthetic").headcounts.to_pandas()
    counts = counts[counts["month"] >= "2021-01-01"].drop_duplicates("siret").head(200)
    later = counts.assign(received_on=counts["received_on"] + pd.Timedelta(days=40), headcount=7.25)
    counts = pd.concat([counts, later]).sort_values(["siret", "month", "received_on"], ignore_index=True)
    write_gip_mds(Tables.from_frames({"headcounts": counts}), tmp_path / "api")
    ingest(tmp_path / "data", api_entreprise=tmp_path / "api")
    pd.testing.assert_frame_equal(read(tmp_path / "data").headcounts.to_pandas(), counts, check_dtype=False)


def test_a_published_mean_of_gip_mds_stands_before_the_file_of_urssaf(extracts: Extracts) -> None:
    extracts.put("urssaf/effectif.csv", "siret;eff202241;eff202242", f"{SIRET};20;21")
    extracts.put("api/a.json", answer(value("2022-10", 12.5, "2022-11-30")))
    extracts.run(api_entreprise=extracts.place / "api", urssaf=extracts.place / "urssaf")
    assert extracts.table("headcounts")["headcount"].tolist() == [12.5, 21]


@pytest.mark.parametrize("parquet", [False, True])
def test_controls_are_read_from_a_file_and_those_of_no_known_case_counted(
    extracts: Extracts, parquet: bool
) -> None:
    rows = pd.DataFrame([CONTROL, {**CONTROL, "control_id": "C2", "case_id": "?"}, CONTROL])
    path = extracts.place / f"found by inspectors.{'parquet' if parquet else 'csv'}"
    rows.to_parquet(path) if parquet else rows.to_csv(path, index=False)
    extracts.put("apart/c.csv", NARROW_CLAIMS, NARROW_CLAIM)
    result = extracts.run(controls=path)
    assert balanced(result)
    told = result["files"][1]
    assert (told["source"], told["rows_kept"], told["rows_flagged"]) == ("controls", 2, 1)
    assert result["refused"] == {"duplicate_row": 1}
    assert extracts.table("controls")["control_id"].tolist() == ["C1", "C2"]


def test_a_wrong_file_of_controls_is_refused(extracts: Extracts) -> None:
    extracts.put("controls.csv", "control_id,stage", "1,payment")
    with pytest.raises(MissingColumn, match="'case_id'"):
        extracts.run(controls=extracts.place / "controls.csv")
    extracts.put("controls.txt", "x")
    for name, words in (("controls.txt", "Neither CSV nor Parquet"), ("nowhere.csv", "File not found")):
        with pytest.raises(InvalidArgument, match=words):
            extracts.run(controls=extracts.place / name)

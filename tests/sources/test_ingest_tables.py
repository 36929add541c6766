"""Canonical tables given as CSV or Parquet go through the same judgement as an extract."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from extracts import SIRET, Extracts, balanced

from apanalytics.errors import DataRefused, InvalidArgument, MissingColumn, MissingTable
from apanalytics.sources import ingest
from apanalytics.tables import Tables, read, validate, write_table

CLAIM = {
    "claim_id": "A1-2020-04", "request_id": "A1", "siret": SIRET, "month": "2020-04-01", "employees": 12,
    "idle_hours": 311.54, "amount": 2140.0,
}  # fmt: skip
LINE = {
    "claim_id": "A1-2020-04", "nir": "2690549588157", "arrangement": "35h", "contract_hours": 151.6,
    "worked_hours": 0, "idle_hours": 20, "hourly_wage": 12.5,
}  # fmt: skip


def put(extracts: Extracts, name: str, rows: list[dict[str, object]], parquet: bool = False) -> Path:
    folder = extracts.place / "tables"
    folder.mkdir(exist_ok=True)
    frame = pd.DataFrame(rows)
    if parquet:
        frame.to_parquet(folder / f"{name}.parquet")
    else:
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.mark.parametrize("parquet", [False, True])
def test_bad_rows_are_set_apart_and_good_ones_kept(extracts: Extracts, parquet: bool) -> None:
    bad = [{**CLAIM, "claim_id": "x", "idle_hours": -1.0}, CLAIM, {**CLAIM, "amount": 1.0}]
    folder = put(extracts, "claims", [CLAIM, *bad], parquet)
    result = extracts.run(tables=folder)
    assert balanced(result)
    assert result["refused"] == {"duplicate_key": 1, "duplicate_row": 1, "range": 1}
    first = 1 if parquet else 2
    lines = [(line - first, rule) for _, line, rule in extracts.quarantine()]
    assert lines == [(1, "range"), (2, "duplicate_row"), (3, "duplicate_key")]
    assert extracts.table("claims")["amount"].tolist() == [2140.0]


def test_a_siret_that_excel_made_a_number_is_refused_with_its_reason(extracts: Extracts) -> None:
    folder = put(extracts, "claims", [CLAIM, {**CLAIM, "claim_id": "2", "siret": "7.3282932E+13"}])
    extracts.run(tables=folder)
    row = pd.read_parquet(extracts.out / "quarantine.parquet").iloc[0]
    assert (row["rule"], row["line"]) == ("format", 3)
    assert "«7.3282932E+13»" in row["reason"]


@pytest.mark.parametrize("parquet", [False, True])
def test_the_nir_is_refused_without_a_key_and_never_stored_with_one(
    extracts: Extracts, parquet: bool
) -> None:
    other_look = {**LINE, "claim_id": "A1-2020-05", "nir": "2 69 05 49 588 157 80"}
    folder = put(extracts, "claim_lines", [LINE, other_look], parquet)
    with pytest.raises(DataRefused, match="'nir'"):
        extracts.run(tables=folder)
    key = extracts.place / "key"
    key.write_bytes(b"0123456789abcdef")
    extracts.run(tables=folder, key_file=key)
    rows = extracts.table("claim_lines")
    assert rows["person_key"].nunique() == 1
    assert "2690549588157" not in rows.to_csv()
    assert list(pd.read_parquet(extracts.out / "claim_lines.parquet")) == [
        field.name for field in read(extracts.out).claim_lines.schema.fields
    ]


def test_another_key_gives_other_hashes(extracts: Extracts) -> None:
    folder = put(extracts, "claim_lines", [LINE])
    hashes = []
    for secret in ("a secret of enough bytes", "another one of some length"):
        key = extracts.place / "key"
        key.write_text(secret)
        extracts.run(tables=folder, key_file=key)
        hashes.append(extracts.table("claim_lines")["person_key"].iloc[0])
    assert hashes[0] != hashes[1]


def test_a_short_or_absent_key_is_refused(extracts: Extracts) -> None:
    folder = put(extracts, "claims", [CLAIM])
    (extracts.place / "key").write_text("short")
    with pytest.raises(InvalidArgument, match="too short"):
        extracts.run(tables=folder, key_file=extracts.place / "key")
    with pytest.raises(InvalidArgument, match="cannot be read"):
        extracts.run(tables=folder, key_file=extracts.place / "nowhere")


def test_flags_found_earlier_are_not_forgotten(extracts: Extracts) -> None:
    folder = put(extracts, "claims", [{**CLAIM, "data_flags": "claim_without_request"}])
    extracts.run(tables=folder)
    assert extracts.table("claims")["data_flags"].tolist() == ["claim_without_request"]


def test_a_missing_column_and_a_folder_without_tables_are_named(extracts: Extracts) -> None:
    folder = put(extracts, "claims", [{**CLAIM}])
    (folder / "claims.csv").write_text("claim_id,siret\n1,2\n")
    with pytest.raises(MissingColumn, match="'request_id'"):
        extracts.run(tables=folder)
    (folder / "claims.csv").unlink()
    with pytest.raises(MissingTable):
        extracts.run(tables=folder)
    with pytest.raises(InvalidArgument, match="Nothing to ingest"):
        ingest(extracts.out)
    assert not extracts.out.exists()


def test_a_whole_country_goes_through_unchanged(tmp_path: Path) -> None:
    country = read("data/synthetic")
    result = ingest(tmp_path / "data", tables="data/synthetic").json()
    assert balanced(result)
    assert result["refused"] == {}
    same = read(tmp_path / "data")
    assert same.names == country.names
    for name in ("establishments", "requests", "claims", "payroll_months", "controls"):
        columns = [column for column in country.columns(name) if column != "data_flags"]
        pd.testing.assert_frame_equal(
            getattr(same, name).to_pandas(columns), getattr(country, name).to_pandas(columns)
        )


def test_what_ingest_keeps_passes_the_check(extracts: Extracts) -> None:
    folder = put(extracts, "claims", [CLAIM, {**CLAIM, "claim_id": "2", "regime": "lunaire"}])
    extracts.run(tables=folder)
    found = validate(read(extracts.out))
    assert found.ok
    assert found.tables["claims"].flags == {"unknown_code:regime": 1}


def test_tables_in_memory_and_on_disk_check_alike(tmp_path: Path) -> None:
    rows = pd.DataFrame([CLAIM, {**CLAIM, "claim_id": "2", "idle_hours": -1.0}])
    write_table(rows, "claims", tmp_path)
    assert validate(read(tmp_path)).json() == validate(Tables.from_frames({"claims": rows})).json()

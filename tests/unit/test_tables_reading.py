"""Reading and writing canonical tables: lazy, typed, deterministic, and clear about what is wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from table_frames import CLAIM, REQUEST, frames

from apanalytics.errors import DataRefused, InvalidArgument, MissingColumn, MissingTable, UnreadableFile
from apanalytics.tables import Tables, read, replacing, write_table


def test_absent_columns_are_typed_nulls_and_absent_tables_are_empty() -> None:
    with Tables.from_frames(frames()).connect() as con:
        assert con.execute("select filed_on, bank_key from requests").fetchone() == (None, None)
        kinds = dict(con.execute("select column_name, column_type from (describe requests)").fetchall())
        assert (kinds["filed_on"], kinds["bank_key"], kinds["hours"]) == ("DATE", "VARCHAR", "DOUBLE")
        assert con.execute("select count(*) from payroll").fetchone() == (0,)


def test_a_table_that_is_not_there_is_named_when_it_is_asked_for() -> None:
    tables = Tables.from_frames(frames())
    assert not tables.has("payroll")
    with pytest.raises(MissingTable, match="'payroll' is missing"):
        tables.payroll  # noqa: B018
    with pytest.raises(AttributeError, match="fraudes"):
        tables.fraudes  # noqa: B018


def test_a_required_column_that_is_not_there_is_named() -> None:
    rows = {"claims": pd.DataFrame([CLAIM]).drop(columns="idle_hours")}
    with pytest.raises(MissingColumn, match=r"'idle_hours' is missing from table 'claims'[\s\S]*employees"):
        len(Tables.from_frames(rows).claims)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"motive": 1.5}, "1.5"),
        ({"siret": 73282932000074}, "73282932000074"),
        ({"hours": "beaucoup"}, "beaucoup"),
    ],
)
def test_a_value_of_another_type_is_refused_and_shown(change: dict[str, object], shown: str) -> None:
    with pytest.raises(DataRefused, match=rf"table 'requests'[\s\S]*'{shown}'"):
        len(Tables.from_frames({"requests": pd.DataFrame([{**REQUEST, **change}])}).requests)


def test_a_whole_number_held_as_float_is_a_whole_number() -> None:
    rows = pd.DataFrame([{**REQUEST, "scope": 2.0}, {**REQUEST, "request_id": "R2", "scope": None}])
    assert Tables.from_frames({"requests": rows}).requests.to_pandas(["scope"])["scope"].tolist() == [
        2,
        pd.NA,
    ]


def test_parquet_folder_and_csv_read_alike(tmp_path: Path) -> None:
    one, two = pd.DataFrame([REQUEST]), pd.DataFrame([{**REQUEST, "request_id": "R0", "status": "refused"}])
    for number, frame in enumerate((one, two)):
        write_table(frame, "requests", tmp_path / "parts")
        part = tmp_path / "split" / "requests.parquet" / f"part-{number}.parquet"
        part.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "parts" / "requests.parquet").rename(part)
    (tmp_path / "csv").mkdir()
    pd.concat([one, two]).to_csv(tmp_path / "csv" / "requests.csv", index=False)
    split, csv = read(tmp_path / "split").requests.to_pandas(), read(tmp_path / "csv").requests.to_pandas()
    pd.testing.assert_frame_equal(split, csv)
    assert split["request_id"].tolist() == ["R0", "R1"]


def test_a_semicolon_csv_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    text = ";".join(CLAIM) + "\n" + ";".join(str(value) for value in CLAIM.values()) + "\n"
    (tmp_path / "claims.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read(tmp_path).claims.to_pandas(["amount"])["amount"].tolist() == [2700.0]


def test_only_the_columns_that_the_source_carried_count_as_columns(tmp_path: Path) -> None:
    write_table(pd.DataFrame([CLAIM]), "claims", tmp_path)
    assert read(tmp_path).columns("claims") == tuple(CLAIM)
    assert read(tmp_path).claims.to_pandas()["paid_on"].isna().all()


def test_the_same_rows_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    rows = pd.DataFrame([{**CLAIM, "claim_id": str(number)} for number in range(50)])
    first = write_table(rows, "claims", tmp_path / "a").read_bytes()
    assert write_table(rows[::-1], "claims", tmp_path / "b").read_bytes() == first


def test_the_fingerprint_follows_the_data(tmp_path: Path) -> None:
    write_table(pd.DataFrame([CLAIM]), "claims", tmp_path)
    before = read(tmp_path).fingerprint()
    assert read(tmp_path).fingerprint(["claims"]) == before
    write_table(pd.DataFrame([{**CLAIM, "amount": 2700.01}]), "claims", tmp_path)
    assert read(tmp_path).fingerprint() != before


def test_a_column_that_the_contract_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="'nom_du_gerant'"):
        write_table(pd.DataFrame([{**CLAIM, "nom_du_gerant": "X"}]), "claims", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_folders_that_hold_no_table_or_twice_the_same_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="Data folder not found"):
        read(tmp_path / "nowhere")
    with pytest.raises(MissingTable):
        read(tmp_path)
    write_table(pd.DataFrame([CLAIM]), "claims", tmp_path)
    (tmp_path / "claims.csv").write_text("claim_id\n")
    with pytest.raises(DataRefused, match="there twice"):
        read(tmp_path)


def test_what_is_no_parquet_is_called_unreadable(tmp_path: Path) -> None:
    (tmp_path / "claims.parquet").write_text("not parquet")
    with pytest.raises(UnreadableFile, match=r"claims\.parquet"):
        len(read(tmp_path).claims)


def test_a_failed_run_leaves_the_old_folder_and_no_trace(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with replacing(out, "done") as new:
        (new / "done").write_text("first")
    with pytest.raises(ZeroDivisionError), replacing(out, "done") as new:
        (new / "done").write_text(str(1 / 0))
    assert (out / "done").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InvalidArgument, match="holds something else"), replacing(tmp_path, "done"):
        pass
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_what_a_link_points_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    (tmp_path / "big disk").mkdir()
    link = tmp_path / "out"
    link.symlink_to(tmp_path / "big disk")
    with replacing(link, "done") as new:
        (new / "done").write_text("result")
    assert link.is_symlink()
    assert (tmp_path / "big disk" / "done").read_text() == "result"


@pytest.mark.parametrize("place", [".", ".."])
def test_the_folder_one_stands_in_is_not_replaced(tmp_path: Path, monkeypatch, place: str) -> None:
    here = tmp_path / "one" / "two"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    with pytest.raises(InvalidArgument, match="you stand in"), replacing(place, "done"):
        pass
    assert here.is_dir()

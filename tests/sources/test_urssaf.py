"""URSSAF file of headcounts: a column per month, a value at a time."""

from __future__ import annotations

import pandas as pd
import pytest
from extracts import OTHER, SIRET, Extracts, balanced

from apanalytics.errors import UnreadableFile

HEADER = "compte;siret;rais_soc;ape_ins;dep;eff201631;eff201641;base;UR_EMET"


def headcounts(extracts: Extracts) -> dict[tuple[str, str], float]:
    rows = extracts.table("headcounts")
    months = rows["month"].dt.strftime("%Y-%m")
    return dict(zip(zip(rows["siret"], months, strict=True), rows["headcount"], strict=True))


def read(extracts: Extracts, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> dict[str, object]:
    extracts.put("urssaf/effectif.csv", header, *lines, encoding=encoding)
    return extracts.run(urssaf=extracts.place / "urssaf")


def test_each_column_is_a_month_known_at_the_end_of_the_next(extracts: Extracts) -> None:
    result = read(extracts, f"1;{SIRET};x;1086e;23;089;1 234;300;256671")
    assert headcounts(extracts) == {(SIRET, "2016-07"): 89, (SIRET, "2016-10"): 1234}
    days = extracts.table("headcounts")["received_on"].tolist()
    assert days == [pd.Timestamp("2016-08-31"), pd.Timestamp("2016-11-30")]
    assert balanced(result)
    assert result["files"][0]["rows_read"] == 2


def test_a_value_that_cannot_be_read_is_set_apart_alone(extracts: Extracts) -> None:
    result = read(
        extracts, f"1;{SIRET};x;;;-3;12;;", f"2;{OTHER};x;;;5;abc;;", "3;123;x;;;7;;;", f"4;{SIRET};x;;;;;;"
    )
    assert balanced(result)
    assert extracts.quarantine() == [
        ("effectif.csv", 2, "range"), ("effectif.csv", 3, "type"), ("effectif.csv", 4, "format")
    ]  # fmt: skip
    assert headcounts(extracts) == {(SIRET, "2016-10"): 12, (OTHER, "2016-07"): 5}
    raw = pd.read_parquet(extracts.out / "quarantine.parquet")["raw"].tolist()
    assert raw[0].endswith("EFF201631;-3")


def test_accounts_of_one_establishment_add_up_and_a_row_delivered_twice_counts_once(
    extracts: Extracts,
) -> None:
    row, other = f"1;{SIRET};x;;;5;6;;", f"2;{SIRET};x;;;10;;;"
    extracts.put("urssaf/again.csv", HEADER, row)
    result = read(extracts, row, other)
    assert headcounts(extracts) == {(SIRET, "2016-07"): 15, (SIRET, "2016-10"): 6}
    assert result["refused"] == {"duplicate_row": 2}
    reason = pd.read_parquet(extracts.out / "quarantine.parquet")["reason"].iloc[0]
    assert reason == "identical to line 2 of again.csv"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_names_with_accents_and_separators_do_no_harm(extracts: Extracts, encoding: str) -> None:
    read(extracts, f'1;{SIRET};"CAFÉ; DE L’ÉTÉ";;;5;"12,5";;', encoding=encoding)
    assert headcounts(extracts) == {(SIRET, "2016-07"): 5, (SIRET, "2016-10"): 12.5}


def test_a_line_cut_short_is_set_apart_and_the_others_keep_their_number(extracts: Extracts) -> None:
    read(extracts, f"1;{SIRET};x;;;5;6;;", "2;cut", f"3;{OTHER};x;;;oups;8;;")
    assert [entry[1:] for entry in extracts.quarantine()] == [(3, "unreadable"), (4, "type")]


def test_files_of_legal_units_and_others_are_passed_over_and_named(extracts: Extracts) -> None:
    extracts.put("urssaf/effectif_ent.csv", "siren;eff201011;rais_soc", "542368702;3;x")
    extracts.put("urssaf/procol.csv", "Siret;Siren;Dt_effet;Cat_v2;Lib_actx_stdx")
    extracts.put("urssaf/lisez-moi.pdf", "x")
    with pytest.raises(UnreadableFile, match="legal unit"):
        extracts.run(urssaf=extracts.place / "urssaf")
    result = read(extracts, f"1;{SIRET};x;;;5;6;;")
    why = {entry["name"]: entry["why"] for entry in result["ignored"]}
    assert set(why) == {"effectif_ent.csv", "procol.csv", "lisez-moi.pdf"}


def test_the_account_may_be_missing(extracts: Extracts) -> None:
    read(extracts, f"{SIRET};5", header="SIRET;EFF202011")
    assert headcounts(extracts) == {(SIRET, "2020-01"): 5}

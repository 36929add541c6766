"""What a check refuses and what it flags, rule by rule."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from table_frames import CLAIM, REQUEST, frames

from apanalytics.tables import Tables, validate


def check(table: str, **change: Any) -> tuple[dict[str, int], dict[str, int]]:
    key = {"requests": "request_id", "claims": "claim_id", "establishments": "known_on"}[table]
    spoilt = {key: "2020-01-01" if table == "establishments" else "other", **change}
    found = validate(Tables.from_frames(frames(**{table: [spoilt]}))).tables[table]
    return found.errors, found.flags


def test_good_rows_break_nothing() -> None:
    result = validate(Tables.from_frames(frames()))
    assert result.ok
    assert [(found.rows, found.errors, found.flags) for found in result.tables.values()] == [(1, {}, {})] * 3


@pytest.mark.parametrize(
    ("table", "change", "rule"),
    [
        ("requests", {"siret": None}, "required"),
        ("requests", {"motive": None}, "required"),
        ("requests", {"siret": "7328293200007"}, "format"),
        ("requests", {"hours": -0.5}, "range"),
        ("requests", {"hours": float("inf")}, "range"),
        ("requests", {"covered_headcount": -1}, "range"),
        ("requests", {"starts_on": "1020-03-01"}, "range"),
        ("requests", {"ends_on": "2020-02-29"}, "date_order"),
        ("requests", {"starts_on": "2020-02-30"}, "type"),
        ("claims", {"month": "2020-03-02"}, "month"),
        ("claims", {"employees": 1.5}, "type"),
        ("establishments", {"siren": "732829321"}, "siren"),
        ("establishments", {"naf": "5610A"}, "format"),
        ("requests", {"request_id": "R1"}, "duplicate_key"),
        ("claims", {"claim_id": "R1-2020-03"}, "duplicate_key"),
        ("establishments", {"known_on": None}, "duplicate_key"),
    ],
)
def test_what_cannot_be_read_is_refused(table: str, change: dict[str, Any], rule: str) -> None:
    errors, _ = check(table, **change)
    assert errors == {rule: 1}


@pytest.mark.parametrize(
    ("table", "change", "flag"),
    [
        ("requests", {"siret": "73282932000082"}, "siret_unknown"),
        ("requests", {"motive": 8}, "unknown_code:motive"),
        ("requests", {"status": "perdue"}, "unknown_code:status"),
        ("claims", {"regime": "apld+closed+lunaire"}, "unknown_code:regime"),
        ("claims", {"request_id": "R9"}, "claim_without_request"),
        ("establishments", {"department": "99"}, "unknown_code:department"),
    ],
)
def test_what_is_suspect_is_kept_and_flagged(table: str, change: dict[str, Any], flag: str) -> None:
    errors, flags = check(table, **change)
    assert errors == {}
    assert flags == {flag: 1}


def test_a_wrong_check_digit_is_also_unknown_to_sirene() -> None:
    assert check("requests", siret="73282932000075") == ({}, {"siret_check_digit": 1, "siret_unknown": 1})


@pytest.mark.parametrize("regime", ["general", "apld+closed", "apld_r"])
def test_known_regimes_alone_or_combined_are_not_flagged(regime: str) -> None:
    assert check("claims", regime=regime) == ({}, {})


def test_a_pseudo_siret_of_urssaf_is_not_called_unknown() -> None:
    _, flags = check("requests", siret="73282932050000")
    assert "siret_unknown" not in flags


def test_an_establishment_that_sirene_does_not_know_is_no_reference() -> None:
    rows = frames()
    rows["establishments"]["data_flags"] = "siret_unknown"
    found = validate(Tables.from_frames(rows)).tables
    assert found["requests"].flags == {"siret_unknown": 1}
    assert found["establishments"].flags == {"siret_unknown": 1}


def test_without_establishments_nothing_is_called_unknown() -> None:
    rows = frames()
    del rows["establishments"]
    assert validate(Tables.from_frames(rows)).tables["requests"].flags == {}


def test_a_control_of_a_case_that_is_not_there_is_flagged_by_its_stage() -> None:
    control = {"control_id": "C1", "channel": "random", "opened_on": "2021-01-01"}
    controls = [
        {**control, "stage": "payment", "case_id": CLAIM["claim_id"]},
        {**control, "control_id": "C2", "stage": "authorisation", "case_id": REQUEST["request_id"]},
        {**control, "control_id": "C3", "stage": "authorisation", "case_id": CLAIM["claim_id"]},
    ]
    found = validate(Tables.from_frames({**frames(), "controls": pd.DataFrame(controls)})).tables["controls"]
    assert (found.errors, found.flags) == ({}, {"case_unknown": 1})


def test_a_table_that_is_not_there_is_named_unless_the_contract_calls_it_optional() -> None:
    rows = frames()
    del rows["claims"]
    found = validate(Tables.from_frames(rows))
    assert "claims" in found.absent
    assert "claims: absent" in found.text()
    assert not {"requests", "payroll", "truth"} & set(found.absent)


def test_a_missing_required_column_is_named_and_the_other_rules_still_run() -> None:
    rows = frames(requests=[{"request_id": "R2", "hours": -1}])
    rows["requests"] = rows["requests"].drop(columns="amount")
    found = validate(Tables.from_frames(rows))
    assert not found.ok
    assert found.tables["requests"].missing_columns == ["amount"]
    assert found.tables["requests"].errors == {"missing_column": 1, "range": 1}
    assert "required column missing: amount" in found.text()


def test_a_selection_probability_of_zero_is_impossible() -> None:
    row = {
        "campaign_id": "K", "stage": "payment", "case_id": "R1-2020-03", "drawn_on": "2021-01-01",
        "channel": "random", "stratum": "1", "score": 0.1, "model_version": "m", "listed": True,
    }  # fmt: skip
    rows = [{**row, "selection_probability": p, "campaign_id": str(p)} for p in (0.0, 0.01, 1.0, 1.01)]
    found = validate(Tables.from_frames({**frames(), "selections": pd.DataFrame(rows)})).tables["selections"]
    assert found.errors == {"range": 2}

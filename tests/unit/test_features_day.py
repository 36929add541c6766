"""The day on which a case is looked at, and what is not yet known then."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from feature_frames import OTHER, authorisation, country, payment

import apanalytics as ap
from apanalytics.features import cases, features


def looked_at(stage: str = "authorisation", **rows: list[dict[str, object]]) -> str:
    given = {"claims": [{}], **rows}
    return str(cases(country(**given), stage)["as_of"].iloc[0].date())


def test_a_request_is_looked_at_fifteen_days_after_filing() -> None:
    assert looked_at(requests=[{"filed_on": "2021-03-01", "decided_on": None}]) == "2021-03-16"


def test_a_request_decided_before_is_looked_at_on_the_day_of_the_decision() -> None:
    assert looked_at(requests=[{"filed_on": "2021-03-01", "decided_on": "2021-03-04"}]) == "2021-03-04"


def test_in_the_spring_of_2020_the_decision_was_due_in_two_days() -> None:
    assert looked_at(requests=[{"filed_on": "2020-04-01", "decided_on": None}]) == "2020-04-03"


def test_a_claim_is_looked_at_fifteen_days_after_filing_even_in_the_spring_of_2020() -> None:
    claim = {"month": "2020-04-01", "filed_on": "2020-05-02", "paid_on": None}
    assert looked_at("payment", claims=[claim]) == "2020-05-17"


def test_a_claim_paid_before_is_looked_at_on_the_day_it_was_paid() -> None:
    assert looked_at("payment", claims=[{"filed_on": "2021-05-03", "paid_on": "2021-05-10"}]) == "2021-05-10"


def test_a_closed_control_moves_the_day_to_its_opening_and_an_open_one_does_not() -> None:
    control = {"stage": "authorisation", "case_id": "R1", "opened_on": "2021-09-01"}
    assert looked_at(controls=[{**control, "closed_on": "2021-10-01"}]) == "2021-09-01"
    assert looked_at(controls=[{**control, "closed_on": None, "outcome": None}]) == "2021-03-16"


def test_without_a_filing_date_the_day_starts_from_the_status() -> None:
    request = {"filed_on": None, "date_basis": "proxy", "status_on": "2021-03-10", "decided_on": None}
    assert looked_at(requests=[request]) == "2021-03-25"


def test_without_a_filing_date_no_delay_is_computed() -> None:
    request = {"filed_on": None, "date_basis": "proxy", "status_on": "2021-03-10"}
    assert pd.isna(authorisation(requests=[request])["filing_delay_days"])


def test_a_case_filed_after_the_day_is_left_out() -> None:
    tables = country(requests=[{}, {"request_id": "R2", "filed_on": "2021-04-01"}])
    assert features(tables, "authorisation", as_of="2021-03-15").index.tolist() == ["R1"]


def test_the_window_of_filing_days_includes_both_ends() -> None:
    tables = country(
        requests=[{"request_id": f"R{day}", "filed_on": f"2021-03-0{day}"} for day in range(1, 6)]
    )
    frame = features(tables, "authorisation", from_="2021-03-02", to="2021-03-04")
    assert frame.index.tolist() == ["R2", "R3", "R4"]


def test_cases_and_features_have_the_same_rows_in_the_same_order() -> None:
    tables = country(requests=[{"request_id": name} for name in ("R9", "R10", "R1")])
    assert cases(tables, "authorisation").index.equals(features(tables, "authorisation").index)


def test_a_region_keeps_its_cases_and_still_sees_the_accounts_of_the_others() -> None:
    elsewhere = {"siret": OTHER, "siren": OTHER[:9], "department": "13", "region": "93"}
    tables = country(
        establishments=[{}, elsewhere],
        requests=[{}, {"request_id": "R2", "siret": OTHER, "filed_on": "2021-02-01"}],
    )
    frame = features(tables, "authorisation", regions=["32"])
    assert frame["bank_other_sirens"].to_dict() == {"R1": 1}


def test_a_dsn_received_after_the_day_is_not_known() -> None:
    late = {"received_on": "2021-05-19"}
    assert pd.isna(payment(payroll_months=[late])["dsn_headcount"])
    assert payment(payroll_months=[late], as_of="2021-05-19")["dsn_headcount"] == 10


def test_the_latest_version_known_on_the_day_counts_not_the_last_one_received() -> None:
    versions = [
        {"received_on": "2021-05-05", "headcount": 10},
        {"received_on": "2021-05-12", "headcount": 9},
        {"received_on": "2021-06-20", "headcount": 2},
    ]
    assert payment(payroll_months=versions)["dsn_headcount"] == 9


def test_what_a_decision_gave_is_not_known_before_it() -> None:
    request = {"decided_on": "2021-06-01", "hours_authorised": 100.0}
    assert payment(requests=[request])["hours_authorised"] == 3000
    assert payment(requests=[request], as_of="2021-06-01")["hours_authorised"] == 100


def test_an_earlier_state_of_a_request_can_be_seen_again() -> None:
    events = [
        {"known_on": "2021-03-02", "covered_headcount": 4, "status": "pending"},
        {"known_on": "2021-04-15", "covered_headcount": None, "status": "authorised"},
        {"known_on": "2021-05-01", "covered_headcount": 10, "status": "authorised"},
    ]
    assert authorisation(request_events=events)["employees"] == 4
    assert authorisation(request_events=events, as_of="2021-04-20")["employees"] == 4
    assert authorisation(request_events=events, as_of="2021-05-01")["employees"] == 10


@pytest.mark.parametrize(("closed_on", "known_on", "expected"), [
    ("2021-02-01", None, True), ("2021-02-01", "2021-12-01", pd.NA), ("2021-03-20", None, False),
])  # fmt: skip
def test_a_closure_counts_from_the_day_it_was_known(
    closed_on: str, known_on: str | None, expected: object
) -> None:
    found = authorisation(establishments=[{"closed_on": closed_on, "known_on": known_on}])[
        "closed_before_period"
    ]
    assert found is expected or found == expected


def test_frames_of_features_are_put_together_copied_and_written_with_their_days(tmp_path: Path) -> None:
    tables = ap.read("data/synthetic")
    first, second = (
        features(tables, "payment", from_=f"2021-0{month}-01", to=f"2021-0{month}-28", only=["hours"])
        for month in (3, 4)
    )
    assert len(pd.concat([first, second])) == len(first) + len(second)
    assert pd.concat([first, first]).attrs == first.attrs
    days = first.attrs["as_of"].by_case
    assert first.copy().attrs["as_of"].by_case is days
    assert days.index.equals(first.index)
    assert first.attrs["as_of"] == {"first": str(days.min().date()), "last": str(days.max().date())}
    first.to_parquet(tmp_path / "f.parquet")
    back = pd.read_parquet(tmp_path / "f.parquet")
    assert back.attrs == first.attrs
    assert back.attrs["units"] == {"hours": "hours"}


def test_a_frame_without_a_case_has_no_first_day() -> None:
    tables = ap.read("data/synthetic")
    frame = features(tables, "payment", from_="2035-01-01", only=["hours"])
    assert frame.attrs["as_of"] == {"first": None, "last": None}

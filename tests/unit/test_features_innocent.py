"""Files that are in order, or of which too little is known: no feature says otherwise."""

from __future__ import annotations

import pandas as pd
import pytest
from feature_frames import OTHER, SIRET, authorisation, payment

SISTER = f"{SIRET[:9]}00010"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "hours"),
    [
        ("2021-05-03", "2021-05-07", 35.0),  # Monday to Friday
        ("2021-05-31", "2021-06-04", 35.0),  # the same, over the end of a month
        ("2021-05-08", "2021-05-09", 0.0),  # a weekend
        ("2021-04-15", "2021-05-31", 12 * 7 + 151.67),  # twelve weekdays of April, and May
        ("2021-03-01", "2021-03-30", 154.0),  # 22 weekdays: the calendar is the larger
        ("2021-02-01", "2021-02-27", 140.0),  # 20 weekdays
    ],
)
def test_days_of_a_month_not_taken_whole_count_by_the_calendar(
    starts_on: str, ends_on: str, hours: float
) -> None:
    legal = authorisation(requests=[{"starts_on": starts_on, "ends_on": ends_on}])["legal_hours"]
    assert legal == pytest.approx(hours)


def test_a_week_closed_from_monday_to_friday_is_not_above_the_legal_hours() -> None:
    week = {"starts_on": "2021-05-03", "ends_on": "2021-05-07", "covered_headcount": 10, "hours": 350.0}
    row = authorisation(requests=[week])
    assert (row["hours_over_legal_ratio"], row["hours_over_legal_hours"]) == (1.0, 0.0)


@pytest.mark.parametrize(("company", "hourly"), [(250, 7.74), (251, 7.23)])
def test_before_march_2020_the_law_gives_an_amount_by_headcount_whatever_the_wage(
    company: int, hourly: float
) -> None:
    request = {"filed_on": "2020-01-20", "starts_on": "2020-02-01", "ends_on": "2020-03-31"}
    claim = {"month": "2020-02-01", "filed_on": "2020-03-03", "idle_hours": 50.0, "amount": 387.0}
    row = payment(requests=[{**request, "company_headcount": company}], claims=[claim], claim_lines=[{}])
    assert row["law_hourly_amount_eur"] == hourly
    assert row["amount_over_law_eur"] == pytest.approx(50 * (7.74 - hourly))


def test_somebody_whose_contract_is_with_a_sister_establishment_has_no_contract_here_to_exceed() -> None:
    row = payment(claim_lines=[{}], payroll=[{"person_key": "p2"}, {"siret": SISTER}])
    assert row["persons_not_in_dsn"] == 0
    assert row["person_time_over_contract_hours"] == 0


def test_contracts_before_and_after_the_month_do_not_cover_it() -> None:
    before = {"starts_on": "2015-01-01", "ends_on": "2021-03-15"}
    after = {"contract_id": "k2", "starts_on": "2021-05-10"}
    assert payment(claim_lines=[{}], payroll=[before, after])["idle_outside_contract_hours"] == 50
    into_it = {**before, "ends_on": "2021-04-01"}
    assert payment(claim_lines=[{}], payroll=[into_it, after])["idle_outside_contract_hours"] == 0


def test_of_a_claim_whose_request_is_not_known_nothing_is_said_of_the_request() -> None:
    row = payment(claims=[{"request_id": "R9"}], claim_lines=[{}], payroll=[{}])
    unknown = ["third_party_filer", "overlapping_requests", "overlap_days", "hours_authorised"]
    unknown += ["earlier_requests_in_commitment_window", "persons_just_hired", "persons_just_hired_share"]
    assert row[unknown].isna().all()


def test_a_claim_that_names_no_account_has_not_kept_it() -> None:
    assert pd.isna(payment(claims=[{"bank_key": None}])["bank_changed"])
    assert payment(claims=[{"bank_key": "bank-b"}])["bank_changed"]
    assert not payment()["bank_changed"]


def test_the_use_of_hours_is_not_known_before_they_begin() -> None:
    claim = {"month": "2021-02-01", "filed_on": "2021-03-03"}
    assert pd.isna(payment(claims=[claim])["use_rate"])


@pytest.mark.parametrize(("status", "hours"), [("refused", 3000.0), ("authorised", 9000.0)])
def test_an_amendment_that_an_event_refuses_adds_no_hours(status: str, hours: float) -> None:
    undecided = {"status": "pending", "decided_on": None, "hours_authorised": None}
    amendment = {"request_id": "R2", "amends_request_id": "R1", "filed_on": "2021-04-01", "hours": 9000.0}
    event = {"request_id": "R2", "known_on": "2021-04-10", "status": status}
    row = payment(requests=[{}, {**amendment, **undecided}], request_events=[event])
    assert row["hours_authorised"] == hours


def test_a_claim_of_another_firm_than_its_request_is_not_among_those_that_use_the_account() -> None:
    assert payment(claims=[{"siret": OTHER, "bank_key": None}])["bank_other_sirens"] == 1
    assert payment(claims=[{"siret": OTHER}])["bank_other_sirens"] == 1
    own = {"request_id": "R2", "siret": OTHER}
    assert payment(requests=[{}, own], claims=[{"siret": OTHER, "bank_key": None}])["bank_other_sirens"] == 1
    assert payment(claims=[{"bank_key": None}])["bank_other_sirens"] == 0


def test_identical_requests_are_compared_as_they_were_filed() -> None:
    twin = {"request_id": "R2", "siret": OTHER}
    change = {"known_on": "2021-03-02", "hours": 2000.0}
    row = authorisation(requests=[{}, twin], request_events=[change], as_of="2021-03-09")
    assert (row["hours"], row["twin_requests"]) == (2000.0, 1)


def test_a_list_filed_again_without_somebody_takes_his_hours_away() -> None:
    claims = [
        {"claim_id": "C0", "month": "2021-01-01", "filed_on": "2021-02-02"},
        {"claim_id": "C1", "filed_on": "2021-05-03"},
        {"claim_id": "C2", "filed_on": "2021-05-10"},
        {"claim_id": "C3", "month": "2021-05-01", "filed_on": "2021-06-02"},
    ]
    hours = [
        ("C0", "p1", 1600.0),
        ("C1", "p1", 100.0),
        ("C1", "p2", 40.0),
        ("C2", "p2", 40.0),
        ("C3", "p1", 10.0),
    ]
    lines = [{"claim_id": claim, "person_key": who, "idle_hours": idle} for claim, who, idle in hours]

    def year_of_p1(without: str) -> float:
        kept = [[row for row in rows if row["claim_id"] != without] for rows in (claims, lines)]
        return payment("C3", claims=kept[0], claim_lines=kept[1])["most_over_contingent_hours"]

    assert year_of_p1(without="C2") - year_of_p1(without="") == 100


def test_months_of_unknown_payroll_are_not_months_without_temporary_contracts() -> None:
    temporary = {
        "contract_kind": "temporary",
        "person_key": "p2",
        "contract_id": "k2",
        "received_on": "2021-05-01",
    }
    march = {**temporary, "month": "2021-03-01", "received_on": "2021-04-02"}
    assert payment(payroll=[temporary, march])["temporary_contracts_rise"] == 0
    assert pd.isna(payment(payroll=[temporary])["temporary_contracts_rise"])


def test_a_mean_headcount_corrected_to_none_is_none() -> None:
    wrong = {"month": "2020-12-01", "headcount": 3.0, "received_on": "2021-02-10"}
    mended = {**wrong, "headcount": 0.0, "received_on": "2021-02-20"}
    place = {"is_employer": False, "size_class": "NN"}
    elsewhere = {"siret": OTHER}
    known = {"payroll_months": [elsewhere], "establishments": [place]}
    assert not authorisation(headcounts=[wrong], **known)["no_known_employee"]
    assert authorisation(headcounts=[wrong, mended], **known)["no_known_employee"]


def test_neutralised_months_count_neither_in_an_agreement_nor_in_what_it_used() -> None:
    year = {"agreement_id": "A1", "starts_on": "2020-10-01", "ends_on": "2021-09-30"}
    april = {"idle_hours": 900.0}
    july = {"claim_id": "C2", "month": "2021-07-01", "filed_on": "2021-08-02", "idle_hours": 303.34}
    row = payment("C2", requests=[{**year, "scheme": "APLD"}], agreements=[year], claims=[april, july])
    # October and July to September count: four months of 151.67 hours, of ten employees
    assert row["agreement_reduction_share"] == pytest.approx(303.34 / (4 * 151.67 * 10))

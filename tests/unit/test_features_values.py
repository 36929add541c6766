"""Features against figures worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from feature_frames import OTHER, SIRET, authorisation, country, payment

from apanalytics.features import features

APRIL = {"month": "2021-04-01", "received_on": "2021-05-05"}


def test_headcount_declared_against_the_last_payroll_month_known_at_the_request() -> None:
    months = [{"month": "2021-02-01", "received_on": "2021-03-05", "headcount": 8}]
    row = authorisation(payroll_months=months)
    assert row["headcount_over_dsn_ratio"] == 1.25
    assert row["headcount_over_dsn_gap"] == 2


def test_missing_payroll_months_are_counted_from_the_one_that_could_be_known() -> None:
    row = authorisation(payroll_months=[{"month": "2020-11-01", "received_on": "2020-12-05"}])
    assert row["months_since_last_dsn"] == 3  # filed in March: February could be known


def test_without_payroll_everything_that_needs_it_is_unknown() -> None:
    row = authorisation()
    assert row[["headcount_over_dsn_ratio", "dsn_months_with_staff", "worked_share"]].isna().all()


def test_time_used_adds_claimed_worked_leave_and_suspended_hours() -> None:
    months = [{"worked_hours": 1000.0, "leave_hours": 70.0, "suspended_hours": 30.0}]
    row = payment(payroll_months=months)
    assert row["time_over_contract_hours"] == pytest.approx(500 + 1000 + 70 + 30 - 1516.7)
    assert row["time_used_ratio"] == pytest.approx(1570 / 1516.7, abs=1e-6)


def test_legal_hours_of_a_month_are_the_larger_of_the_average_and_of_the_calendar() -> None:
    assert payment()["legal_hours"] == 154  # April 2021 has 22 weekdays of 7 hours
    claim = {"month": "2021-02-01", "filed_on": "2021-03-03"}
    assert payment(claims=[claim])["legal_hours"] == pytest.approx(
        151.67
    )  # 20 weekdays: the average is larger


def test_hours_of_a_request_are_compared_with_the_legal_hours_of_its_days() -> None:
    request = {"starts_on": "2021-04-01", "ends_on": "2021-05-31", "covered_headcount": 2, "hours": 607.0}
    row = authorisation(requests=[request])
    assert row["legal_hours"] == 301 + 2.34  # 22 + 21 weekdays give 301; the average month gives 303.34
    assert row["hours_over_legal_ratio"] == pytest.approx(303.5 / 303.34, abs=1e-6)


def test_working_days_leave_public_holidays_out() -> None:
    claim = {"month": "2021-05-01", "filed_on": "2021-06-03", "idle_hours": 1330.0}
    row = payment(claims=[claim])
    assert row["working_hours"] == 133  # 21 weekdays less the 13th and the 24th of May 2021
    assert row["hours_over_working_days_ratio"] == 1


@pytest.mark.parametrize(("motive", "over"), [(1, 20), (5, -10), (3, -10)])
def test_a_request_may_be_filed_after_the_start_for_exceptional_motives_only(motive: int, over: int) -> None:
    request = {"motive": motive, "starts_on": "2021-02-09"}
    assert authorisation(requests=[request])["filing_over_deadline_days"] == over


@pytest.mark.parametrize(("filed_on", "longest"), [("2021-06-15", 12), ("2021-07-01", 3)])
def test_the_longest_authorisation_changes_on_the_day_the_decree_says(filed_on: str, longest: int) -> None:
    request = {"filed_on": filed_on, "starts_on": filed_on, "ends_on": "2021-12-31"}
    assert authorisation(requests=[request])["longest_authorisation_months"] == longest


def test_a_period_of_three_months_to_the_day_is_not_too_long_and_one_day_more_is() -> None:
    request = {"filed_on": "2021-07-10", "starts_on": "2021-07-15", "decided_on": None}
    row = authorisation(requests=[{**request, "ends_on": "2021-10-14"}])
    assert row["period_over_longest_days"] == 0
    assert authorisation(requests=[{**request, "ends_on": "2021-10-15"}])["period_over_longest_days"] == 1


def test_a_claim_is_late_from_the_day_after_its_deadline() -> None:
    request = {"ends_on": "2021-04-30"}
    on_time = payment(requests=[request], claims=[{"filed_on": "2021-10-30"}])
    late = payment(requests=[request], claims=[{"filed_on": "2021-10-31"}])
    assert (on_time["claim_over_deadline_days"], late["claim_over_deadline_days"]) == (0, 1)


def test_a_long_arrangement_of_working_time_adds_six_months() -> None:
    request = {"ends_on": "2021-04-30", "working_time_over_6_months": True}
    row = payment(requests=[request], claims=[{"filed_on": "2022-04-30"}])
    assert row["claim_over_deadline_days"] == 0


def test_rolling_months_count_the_days_of_other_requests_once() -> None:
    others = [
        {"request_id": "R2", "filed_on": "2021-07-01", "starts_on": "2021-07-01", "ends_on": "2021-08-31"},
        {"request_id": "R3", "filed_on": "2021-07-02", "starts_on": "2021-08-15", "ends_on": "2021-09-30"},
    ]
    own = {"filed_on": "2021-11-01", "starts_on": "2021-11-01", "ends_on": "2022-01-31", "decided_on": None}
    row = authorisation(requests=[own, *others])
    assert row["rolling_months"] == pytest.approx((92 + 92) / 30.436875, abs=1e-6)


def test_a_refused_request_neither_overlaps_nor_counts() -> None:
    other = {
        "request_id": "R2",
        "filed_on": "2021-02-01",
        "decided_on": "2021-02-10",
        "starts_on": "2021-03-01",
    }
    assert authorisation(requests=[{}, other])["overlapping_requests"] == 1
    assert authorisation(requests=[{}, {**other, "status": "refused"}])["overlapping_requests"] == 0


def test_an_amendment_does_not_overlap_what_it_amends() -> None:
    other = {"request_id": "R2", "filed_on": "2021-03-02", "amends_request_id": "R1"}
    assert authorisation(requests=[{}, other])["overlapping_requests"] == 0


def test_a_corrected_month_counts_once_in_the_hours_claimed_so_far() -> None:
    claims = [
        {"claim_id": "M1", "month": "2021-03-01", "filed_on": "2021-04-02", "idle_hours": 900.0},
        {"claim_id": "M2", "month": "2021-03-01", "filed_on": "2021-04-20", "idle_hours": 400.0},
        {},
    ]
    row = payment(claims=claims)
    assert row["hours_claimed_so_far"] == 900
    assert row["months_claimed"] == 2


def test_an_identical_claim_is_a_duplicate_and_a_corrected_one_is_not() -> None:
    again = {"claim_id": "C2", "filed_on": "2021-05-04"}
    assert payment(claims=[{}, again])["identical_claims"] == 1
    assert payment(claims=[{}, {**again, "idle_hours": 480.0}])["identical_claims"] == 0


def test_establishments_of_one_firm_share_an_account_as_one() -> None:
    same_firm = {"request_id": "R2", "siret": SIRET[:9] + "00010", "filed_on": "2021-01-05"}
    other_firm = {"request_id": "R3", "siret": OTHER, "filed_on": "2021-01-05"}
    assert authorisation(requests=[{}, same_firm])["bank_other_sirens"] == 0
    assert authorisation(requests=[{}, same_firm, other_firm])["bank_other_sirens"] == 1


def test_an_e_mail_shared_through_a_third_party_filer_does_not_count() -> None:
    other = {"request_id": "R2", "siret": OTHER, "filed_on": "2021-01-05"}
    assert authorisation(requests=[{}, other])["email_other_sirens"] == 1
    assert authorisation(requests=[{"filer_id": "F"}, {**other, "filer_id": "F"}])["email_other_sirens"] == 0


def test_without_the_column_of_filers_shared_e_mails_are_unknown() -> None:
    tables = country()
    tables["requests"] = tables["requests"].drop(columns="filer_id")
    assert features(tables, "authorisation")["email_other_sirens"].isna().all()


def test_twin_requests_are_those_of_other_firms_within_a_week() -> None:
    twins = [
        {"request_id": f"R{n}", "siret": f"{n}".rjust(9, "4") + "00011", "filed_on": day}
        for n, day in ((2, "2021-02-22"), (3, "2021-03-08"), (4, "2021-02-21"), (5, "2021-03-09"))
    ]
    assert authorisation(requests=[{}, *twins])["twin_requests"] == 2


def test_findings_on_other_files_of_the_firm_count_once_their_control_is_closed() -> None:
    rows = [{}, {"request_id": "R0", "filed_on": "2020-05-01"}]
    assert authorisation(requests=rows, controls=[{"closed_on": "2021-03-16"}])["earlier_findings"] == 1
    assert authorisation(requests=rows, controls=[{"closed_on": "2021-03-17"}])["earlier_findings"] == 0


def test_the_control_of_the_case_itself_is_not_its_history() -> None:
    own = {"case_id": "R1", "opened_on": "2021-03-10", "closed_on": "2021-03-10"}
    assert authorisation(controls=[own])["earlier_findings"] == 0


def test_what_the_law_gives_is_rounded_to_the_cent_and_uses_the_floor() -> None:
    lines = [
        {"hourly_wage": 15.0, "idle_hours": 300.0},
        {"person_key": "p2", "hourly_wage": 12.0, "idle_hours": 200.0},
    ]
    row = payment(claim_lines=lines, payroll_months=[{}])
    # general regime, April 2021: 60 % of 15 is 9.00; 60 % of 12 is 7.20, below the floor of 8.11
    assert row["law_hourly_amount_eur"] == pytest.approx((300 * 9.00 + 200 * 8.11) / 500)


@pytest.mark.parametrize(
    ("amount", "law"),
    [
        (
            2_700.0,
            None,
        ),  # 9.00 an hour, between floor and cap: whether it is right hangs on wages nobody listed
        (2_433.0, 8.11),  # the floor of April 2021, general regime
        (2_435.9, 8.11),  # 8.1197 an hour: within a cent of the floor is the floor
        (
            9_000.0,
            27.68,
        ),  # 30 an hour: beyond the cap, 60 % of 4.5 times the minimum wage of 10.25, whatever the wages
    ],
)
def test_without_a_list_the_law_is_compared_beyond_the_cap_and_up_to_the_floor_only(amount, law) -> None:
    row = payment(claims=[{"idle_hours": 300.0, "amount": amount, "regime": "general"}], payroll_months=[{}])
    found = row["law_hourly_amount_eur"]
    assert pd.isna(found) if law is None else found == pytest.approx(law)


def test_an_unknown_regime_is_given_the_most_favourable_rate() -> None:
    row = payment(claims=[{"regime": None}], claim_lines=[{"hourly_wage": 20.0}])
    assert row["law_hourly_amount_eur"] == 14  # 70 %: protected sectors and closures


def test_a_rate_published_after_the_day_is_not_yet_the_law() -> None:
    claim = {"month": "2024-11-01", "filed_on": "2024-12-01", "regime": "general"}
    lines = [{"hourly_wage": 12.0}]
    before = payment(claims=[claim], claim_lines=lines, as_of="2024-12-03")
    after = payment(claims=[claim], claim_lines=lines, as_of="2024-12-20")
    assert (before["law_hourly_amount_eur"], after["law_hourly_amount_eur"]) == (8.30, 8.46)


def test_a_contract_of_39_hours_entered_at_35_with_a_rescaled_wage_agrees_with_the_payroll() -> None:
    lines = [{"hourly_wage": 16.71, "contract_hours": 151.67}]
    payroll = [{"contract_hours": 169.0, "base_pay": 2534.40}]
    assert payment(claim_lines=lines, payroll=payroll)["wage_over_dsn_ratio"] == pytest.approx(1, abs=1e-4)


def test_persons_are_searched_in_every_establishment_of_the_firm() -> None:
    lines = [{}, {"person_key": "p2"}, {"person_key": "p3"}]
    payroll = [{}, {"person_key": "p2", "siret": SIRET[:9] + "00010"}, {"person_key": "p3", "siret": OTHER}]
    assert payment(claim_lines=lines, payroll=payroll)["persons_not_in_dsn"] == 1


def test_persons_are_unknown_while_the_payroll_of_the_month_has_not_come() -> None:
    row = payment(claim_lines=[{}], payroll=[{"month": "2021-03-01", "received_on": "2021-04-05"}])
    assert pd.isna(row["persons_not_in_dsn"])


def test_idle_hours_beside_leave_count_only_where_they_do_not_fit_in_the_contract() -> None:
    payroll = [{"worked_hours": 81.67, "leave_hours": 20.0, "idle_hours": 50.0}]
    assert payment(claim_lines=[{}], payroll=payroll)["idle_during_leave_hours"] == 0
    payroll = [{"worked_hours": 91.67, "leave_hours": 20.0, "idle_hours": 40.0}]
    assert payment(claim_lines=[{}], payroll=payroll)["idle_during_leave_hours"] == 10


def test_without_a_list_the_idle_employees_of_the_payroll_stand_for_it() -> None:
    payroll = [
        {"contract_kind": "officer"},
        {"person_key": "p2", "idle_hours": 0.0, "contract_kind": "intern"},
    ]
    assert payment(payroll=payroll)["officers_or_interns_claimed"] == 1


def test_hours_with_another_employer_count_beyond_a_full_time() -> None:
    claims = [{}, {"claim_id": "C2", "request_id": None, "siret": OTHER, "filed_on": "2021-05-04"}]
    lines = [
        {"idle_hours": 100.0, "worked_hours": 0.0},
        {"claim_id": "C2", "idle_hours": 60.0, "worked_hours": 30.0},
    ]
    row = payment(claims=claims, claim_lines=lines)
    assert row["time_over_full_time_hours"] == 100 + 90 - 154


def test_the_yearly_contingent_adds_the_months_of_one_employer() -> None:
    claims = [
        {"claim_id": f"C{n}", "month": f"2022-{n:02}-01", "filed_on": "2022-10-05"} for n in range(1, 9)
    ]
    lines = [{"claim_id": f"C{n}", "idle_hours": 140.0} for n in range(1, 9)]
    row = payment("C8", claims=claims, claim_lines=lines)
    assert row["most_over_contingent_hours"] == 8 * 140 - 1000


def test_hours_worked_in_a_full_closure_leave_aside_the_days_before_it() -> None:
    request = {"scope": 3, "starts_on": "2021-04-16", "ends_on": "2021-06-30"}
    row = payment(requests=[request], payroll_months=[{"worked_hours": 900.0}])
    assert row["closure_worked_hours"] == pytest.approx(900 - 1516.7 / 2)


def test_peers_are_taken_from_the_finest_group_with_thirty_of_them() -> None:
    claims = [{"claim_id": f"P{n:02}", "request_id": None, "siret": f"{n:09}00011"} for n in range(30)]
    places = [
        {"siret": f"{n:09}00011", "siren": f"{n:09}", "naf": "25.62B" if n < 29 else "25.61Z"}
        for n in range(30)
    ]
    row = payment(establishments=[{}, *places], claims=[{"idle_hours": 500.0}, *claims])
    assert row["peer_count"] == 30
    assert row["peer_hours_z"] == 0


def test_twenty_nine_peers_are_too_few() -> None:
    claims = [{"claim_id": f"P{n:02}", "request_id": None} for n in range(29)]
    assert pd.isna(payment(claims=[{}, *claims])["peer_hours_z"])


@pytest.mark.parametrize(
    ("starts_on", "months"),
    [("2021-07-01", 3), ("2021-04-01", 3)],  # April to June 2021 are neutralised: they lengthen no agreement
)
def test_idle_hours_of_an_agreement_are_measured_over_its_whole_length(starts_on: str, months: int) -> None:
    request = {"scheme": "APLD", "ends_on": "2021-09-30"}
    claim = {"month": "2021-07-01", "filed_on": "2021-08-03"}
    agreement = {"starts_on": starts_on, "ends_on": "2021-09-30"}
    row = payment(requests=[request], claims=[claim], agreements=[agreement])
    assert row["agreement_reduction_share"] == pytest.approx(500 / (10 * months * 151.67), abs=1e-6)


def test_an_agreement_of_which_no_month_counts_has_no_share() -> None:
    agreement = {"starts_on": "2021-04-01", "ends_on": "2021-06-30"}
    row = payment(requests=[{"scheme": "APLD"}], agreements=[agreement])
    assert pd.isna(row["agreement_reduction_share"])


def of_scheme(scheme: str | None, filed_on: str, ends_on: str) -> pd.Series:
    dates = {"filed_on": filed_on, "status_on": filed_on, "starts_on": filed_on, "ends_on": ends_on}
    return authorisation(requests=[{"scheme": scheme, **dates}])


@pytest.mark.parametrize(("scheme", "known"), [("APDC", True), ("APLD", False), (None, False)])
def test_a_request_of_unknown_scheme_has_no_time_limit_once_a_long_term_scheme_exists(
    scheme: str | None, known: bool
) -> None:
    row = of_scheme(scheme, "2021-09-01", "2022-02-28")
    assert pd.notna(row["period_over_longest_days"]) == known
    assert pd.notna(row["rolling_months_over_limit"]) == known


def test_before_the_long_term_scheme_an_unknown_scheme_is_the_ordinary_one() -> None:
    assert of_scheme(None, "2019-03-01", "2019-12-31")["period_over_longest_days"] > 0

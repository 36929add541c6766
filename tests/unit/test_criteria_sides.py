"""Each criterion on both sides of its threshold, on its innocent look-alike, and where nothing is known."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from apanalytics.criteria import catalogue, criterion, evaluate
from apanalytics.criteria.evaluation import fires
from apanalytics.features import FEATURES
from apanalytics.features.registry import of_stage

A, P = "authorisation", "payment"
Facts = dict[str, Any]
SIDES: list[tuple[str, str, Facts, Facts]] = [
    (
        "EFF-01",
        A,
        {"headcount_over_dsn_ratio": 1.25, "headcount_over_dsn_gap": 2},
        {"headcount_over_dsn_ratio": 1.2},
    ),
    (
        "EFF-01",
        P,
        {"headcount_over_dsn_ratio": 1.25, "headcount_over_dsn_gap": 2},
        {"headcount_over_dsn_gap": 1},
    ),
    ("EFF-02", A, {"covered_share": 1.01}, {"covered_share": 1.0}),
    (
        "EFF-03",
        P,
        {"employees_over_dsn_ratio": 1.2, "employees_over_dsn_gap": 2},
        {"employees_over_dsn_ratio": 1.1},
    ),
    (
        "EFF-04",
        A,
        {"headcount_over_urssaf_ratio": 1.5, "headcount_over_urssaf_gap": 3},
        {"headcount_over_urssaf_ratio": 1.4},
    ),
    ("EFF-05", P, {"headcount_jump_ratio": 1.6, "headcount_jump_gap": 3}, {"headcount_jump_gap": 2.9}),
    ("EFF-06", A, {"no_known_employee": True}, {"no_known_employee": False}),
    (
        "EFF-07",
        P,
        {"employees_over_authorised_gap": 1, "employees_over_authorised_ratio": 1.1},
        {"employees_over_authorised_gap": 0},
    ),
    (
        "HRS-01",
        A,
        {"hours_over_legal_ratio": 1.03, "hours_over_legal_hours": 35},
        {"hours_over_legal_ratio": 1.02},
    ),
    (
        "HRS-02",
        P,
        {"hours_over_legal_ratio": 1.01, "hours_over_legal_hours": 7},
        {"hours_over_legal_ratio": 1.005},
    ),
    (
        "HRS-03",
        P,
        {"time_used_with_suspended_ratio": 1.06, "time_over_contract_hours": 14},
        {"time_used_with_suspended_ratio": 1.05},
    ),
    ("HRS-04", P, {"idle_over_dsn_share": 0.3, "idle_over_dsn_hours": 21}, {"idle_over_dsn_share": 0.2}),
    (
        "HRS-05",
        P,
        {"hours_claimed_over_authorised_ratio": 1.01, "hours_claimed_over_authorised_hours": 7},
        {"hours_claimed_over_authorised_ratio": 1.0},
    ),
    ("HRS-06", P, {"same_round_hours": True, "worked_share": 0.3}, {"worked_share": 0.2}),
    (
        "HRS-07",
        P,
        {"persons_over_contingent": 1, "most_over_contingent_hours": 1},
        {"persons_over_contingent": 0},
    ),
    (
        "HRS-08",
        P,
        {
            "public_holidays": 2,
            "hours_over_working_days_ratio": 1.1,
            "hours_over_legal_ratio": 1.0,
            "idle_over_dsn_per_holiday_ratio": 2.0,
            "hours": 40,
        },
        {"hours_over_working_days_ratio": 1.05},
    ),
    (
        "HRS-08",
        P,
        {
            "public_holidays": 2,
            "hours_over_working_days_ratio": 0.5,
            "hours_over_legal_ratio": 0.5,
            "idle_over_dsn_per_holiday_ratio": 1.0,
            "hours": 40,
        },
        {"idle_over_dsn_per_holiday_ratio": 0.9},
    ),
    ("HRS-09", P, {"hours_over_arrangement": 7}, {"hours_over_arrangement": 6.9}),
    ("HRS-10", P, {"agreement_reduction_over_max_ratio": 1.01}, {"agreement_reduction_over_max_ratio": 1.0}),
    ("HRS-11", A, {"peer_hours_z": -3.1, "period_days": 30}, {"peer_hours_z": -3.0}),
    ("PAY-01", P, {"wage_over_dsn_ratio": 1.2, "amount_eur": 100}, {"wage_over_dsn_ratio": 1.15}),
    (
        "PAY-02",
        P,
        {"hourly_amount_over_law_eur": 0.5, "amount_over_law_eur": 50, "amount_over_law_share": 0.02},
        {"hourly_amount_over_law_eur": 0.01},
    ),
    ("PAY-03", P, {"peer_hourly_amount_z": 3.1, "amount_eur": 100}, {"peer_hourly_amount_z": 3.0}),
    ("PAY-04", A, {"protected_outside_lists": True}, {"protected_outside_lists": False}),
    ("PER-01", P, {"persons_not_in_dsn": 1, "persons_not_in_dsn_share": 0.05}, {"persons_not_in_dsn": 0}),
    (
        "PER-02",
        P,
        {"persons_over_full_time": 1, "time_over_full_time_hours": 35},
        {"time_over_full_time_hours": 34},
    ),
    (
        "PER-03",
        P,
        {"persons_just_hired": 2, "persons_just_hired_share": 0.3, "persons_gone_in_trial": 0},
        {"persons_just_hired_share": 0.2},
    ),
    ("PER-04", P, {"idle_during_suspension_hours": 7}, {"idle_during_suspension_hours": 6.9}),
    ("PER-05", P, {"idle_during_leave_hours": 7}, {"idle_during_leave_hours": 6.9}),
    ("PER-06", P, {"idle_outside_contract_hours": 7}, {"idle_outside_contract_hours": 0}),
    ("PER-07", P, {"officers_or_interns_claimed": 1}, {"officers_or_interns_claimed": 0}),
    ("IDT-01", A, {"closed_before_period": True, "siret_unknown": False}, {"closed_before_period": False}),
    (
        "IDT-01",
        P,
        {"closed_before_period": None, "siret_unknown": True},
        {"closed_before_period": False, "siret_unknown": False},
    ),
    ("IDT-02", A, {"account_age_days": 7, "amount_eur": 20001}, {"account_age_days": 8}),
    ("IDT-03", P, {"bank_other_sirens": 1}, {"bank_other_sirens": 0}),
    ("IDT-04", A, {"email_other_sirens": 1}, {"email_other_sirens": 0}),
    ("IDT-05", P, {"bank_changed": True}, {"bank_changed": False}),
    ("IDT-06", A, {"establishment_age_days": 89, "dsn_months_with_staff": 2}, {"establishment_age_days": 90}),
    ("IDT-06", A, {"establishment_age_days": 900, "dsn_months_with_staff": 0}, {"dsn_months_with_staff": 1}),
    ("IDT-07", A, {"twin_requests": 2}, {"twin_requests": 1}),
    ("IDT-08", P, {"in_liquidation": True}, {"in_liquidation": False}),
    ("PRO-01", A, {"filing_over_deadline_days": 1}, {"filing_over_deadline_days": 0}),
    ("PRO-02", A, {"period_over_longest_days": 1}, {"period_over_longest_days": 0}),
    ("PRO-03", A, {"rolling_months_over_limit": 0.2}, {"rolling_months_over_limit": 0.15}),
    (
        "PRO-04",
        A,
        {"overlapping_requests": 1, "overlap_days": 2, "overlapping_employees_share": 1.1},
        {"overlap_days": 1},
    ),
    (
        "PRO-04",
        P,
        {"identical_claims": 1, "other_request_claims": 0, "month_employees_share": 1.0},
        {"identical_claims": 0},
    ),
    ("PRO-05", P, {"claim_over_deadline_days": 1}, {"claim_over_deadline_days": 0}),
    ("PRO-06", A, {"council_opinion_missing": True}, {"council_opinion_missing": False}),
    (
        "PRO-07",
        A,
        {"commitments_given": False, "earlier_requests_in_commitment_window": 1, "prior_use_declared": False},
        {"commitments_given": True},
    ),
    (
        "PRO-08",
        P,
        {"full_closure": True, "closure_worked_share": 0.25, "closure_worked_hours": 14},
        {"closure_worked_share": 0.2},
    ),
    (
        "PRO-08",
        A,
        {"full_closure": True, "closure_worked_share": 0.25, "closure_worked_hours": 14},
        {"full_closure": False},
    ),
    ("HIS-01", A, {"earlier_findings": 1}, {"earlier_findings": 0}),
    ("HIS-02", P, {"earlier_refusals": 1}, {"earlier_refusals": 0}),
    (
        "HIS-03",
        P,
        {"use_rate": 0.98, "months_claimed": 3, "hours_claimed_over_authorised_ratio": 0.9},
        {"months_claimed": 2},
    ),
    (
        "ACT-01",
        P,
        {"worked_vs_usual_ratio": 0.95, "idle_of_contract_share": 0.2},
        {"worked_vs_usual_ratio": 0.94},
    ),
    ("ACT-02", P, {"dsn_overtime_hours": 21, "hires_in_month": 0, "hours": 35}, {"dsn_overtime_hours": 20}),
    ("ACT-03", P, {"temporary_contracts_rise": 2}, {"temporary_contracts_rise": 1.9}),
]
"""Code, stage, facts that make it fire, and what changes to the other side of the threshold."""

INNOCENT: list[tuple[str, str, Facts]] = [
    ("HRS-01", A, {"structural_overtime_agreed": True}),
    ("EFF-04", A, {"headcount_over_dsn_ratio": 1.0}),
    ("EFF-06", A, {"establishment_age_days": 30}),
    ("HRS-02", P, {"structural_overtime_agreed": True}),
    ("HRS-04", P, {"dsn_idle_hours": 0, "time_used_with_suspended_ratio": 1.0}),
    ("HRS-09", P, {"structural_overtime_agreed": True}),
    ("HRS-10", P, {"exceptional_motive": True}),
    ("IDT-01", A, {"has_successor": True}),
    ("IDT-01", P, {"pseudo_siret": True}),
    ("IDT-02", A, {"first_wave": True}),
    ("PRO-01", A, {"first_wave": True, "filing_delay_days": 60}),
    ("HIS-03", P, {"full_closure": True}),
]
"""Code, stage, and the facts that clear what would fire."""


UNKNOWN = {
    stage: pd.DataFrame(
        {f.name: pd.Series([pd.NA], dtype=f.dtype.replace("float", "Float")) for f in of_stage(stage)}
    )
    for stage in (A, P)
}
"""A case of each stage of which nothing is known."""


def answer(code: str, stage: str, facts: Facts) -> bool | None:
    """Whether a criterion fires on a case of which only `facts` are known; None: not verifiable."""
    frame = UNKNOWN[stage].assign(
        **{name: pd.Series([value], dtype=UNKNOWN[stage][name].dtype) for name, value in facts.items()}
    )
    found = fires(criterion(code).at(stage), frame).iloc[0]
    return None if pd.isna(found) else bool(found)


@pytest.mark.parametrize(
    ("code", "stage", "facts", "other"), SIDES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_criterion_fires_on_one_side_of_its_threshold_only(
    code: str, stage: str, facts: Facts, other: Facts
) -> None:
    assert answer(code, stage, facts) is True
    assert answer(code, stage, {**facts, **other}) is False


@pytest.mark.parametrize(
    ("code", "stage", "innocent"), INNOCENT, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_innocent_look_alike_clears_it(code: str, stage: str, innocent: Facts) -> None:
    facts = next(facts for one, at, facts, _ in SIDES if (one, at) == (code, stage))
    assert answer(code, stage, {**facts, **innocent}) is False


@pytest.mark.parametrize(
    ("code", "stage"), [(one.code, stage) for one in catalogue() for stage in one.stages]
)
def test_without_any_figure_a_criterion_is_not_verifiable(code: str, stage: str) -> None:
    assert answer(code, stage, {}) is None


@pytest.mark.parametrize(("code", "stage", "facts", "_"), SIDES)
def test_what_is_compared_and_unknown_is_never_compliant(
    code: str, stage: str, facts: Facts, _: Facts
) -> None:
    for name in facts:
        assert answer(code, stage, {**facts, name: None}) is not False


def test_every_criterion_of_a_stage_is_a_column_in_the_order_of_the_catalogue() -> None:
    found = evaluate(UNKNOWN[P], P)
    assert found.columns.tolist() == [one.code for one in catalogue(P)]
    assert found.isna().all(axis=None)


def test_every_criterion_is_tested_on_both_sides() -> None:
    assert {code for code, *_ in SIDES} == {one.code for one in catalogue()}


def test_a_dsn_too_old_makes_the_headcount_of_a_request_unverifiable() -> None:
    facts = {"headcount_over_dsn_ratio": 2, "headcount_over_dsn_gap": 9, "months_since_last_dsn": 4}
    assert answer("EFF-01", A, facts) is None
    assert answer("EFF-01", A, {**facts, "months_since_last_dsn": 3}) is True


def test_what_only_clears_a_case_is_not_among_the_features_that_make_it_fire() -> None:
    assert criterion("EFF-04").features == ("headcount_over_urssaf_ratio", "headcount_over_urssaf_gap")
    assert set(FEATURES) > {name for one in catalogue() for name in one.features}

"""What the reader is told: French, with the case's own figures, and never «fraude»."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from feature_frames import country

from apanalytics.criteria import FAMILIES, catalogue, criterion, evaluate, explain
from apanalytics.criteria.conditions import check, leaves
from apanalytics.criteria.dictionary import dictionary_page as criteria_page
from apanalytics.criteria.explanation import fields
from apanalytics.errors import InvalidArgument
from apanalytics.features import FEATURES, cases, features
from apanalytics.features.dictionary import dictionary_page as features_page

CASE_COLUMNS = {"filed_on"}


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("one", catalogue(), ids=lambda one: one.code)
def test_a_criterion_is_worded_for_the_reader_and_rests_on_figures_of_its_stages(one) -> None:  # type: ignore[no-untyped-def]
    said = f"{one.label_fr} {one.explanation_fr} {one.counter_evidence_fr}".lower()
    assert "fraud" not in said
    assert "'" not in said, "typographic apostrophe"
    assert one.family in FAMILIES
    assert one.explanation_fr.endswith(".")
    assert one.counter_evidence_fr
    shown = set(fields(re.sub(r"\[[^\]]*\]", "", one.explanation_fr))) - CASE_COLUMNS
    used = {leaf["feature"] for stage in one.stages for leaf in leaves(one.at(stage).when)}
    assert shown | used <= set(FEATURES)
    for stage in one.stages:
        wanted = shown | {leaf["feature"] for leaf in leaves((*one.at(stage).when, *one.at(stage).material))}
        assert all(stage in FEATURES[name].stages for name in wanted)


@pytest.mark.parametrize("one", catalogue(), ids=lambda one: one.code)
def test_every_number_of_a_threshold_that_is_not_one_or_zero_says_where_it_comes_from(one) -> None:  # type: ignore[no-untyped-def]
    for leaf in leaves((*one.when, *one.material, *one.unless)):
        number = next((leaf[word] for word in ("over", "at_least", "under", "at_most") if word in leaf), 0)
        assert number in (0, 1, 1.005) or leaf.get("basis") or leaf.get("why"), leaf


def test_figures_are_written_the_french_way() -> None:
    row = {"hourly_amount_eur": 12.5, "law_hourly_amount_eur": 9.25, "amount_over_law_eur": 1234.5}
    assert plain(explain("PAY-02", row)) == (
        "12,50 €/h d’allocation demandés pour 9,25 €/h selon la loi connue à cette date : 1 234,50 € de plus."
    )


def test_dates_of_the_case_are_shown_where_they_are_known() -> None:
    row = {"filing_delay_days": 12, "filing_over_deadline_days": 1}
    assert (
        plain(explain("PRO-01", row))
        == "Demande déposée 12 jours après le début de la période, soit 1 jour au-delà du délai."
    )
    dated = {**row, "filed_on": pd.Timestamp("2021-03-01")}
    assert "déposée le 01/03/2021, 12 jours" in plain(explain("PRO-01", dated))


def test_what_is_not_known_is_said_or_left_out() -> None:
    row = {"headcount_declared": 12, "dsn_headcount_at_request": pd.NA, "headcount_over_dsn_gap": pd.NA}
    assert plain(explain("EFF-01", row)) == (
        "Effectif déclaré de 12 salariés contre non connu dans la dernière DSN connue."
    )


def test_words_agree_with_the_figure_before_them() -> None:
    assert [explain("IDT-03", {"bank_other_sirens": n}) for n in (1, 5)] == [
        "Le compte bancaire sert aussi à 1 autre entreprise (SIREN différent).",
        "Le compte bancaire sert aussi à 5 autres entreprises (SIREN différents).",
    ]


def test_only_what_fired_is_told() -> None:
    unknown = {"siret_unknown": True, "closed_before_period": pd.NA, "days_closed_before_period": pd.NA}
    assert explain("IDT-01", unknown) == "Établissement inconnu de SIRENE."
    closed = {"siret_unknown": False, "closed_before_period": True, "days_closed_before_period": 12}
    assert plain(explain("IDT-01", closed)) == "Établissement fermé 12 jours avant la période."
    twice = {
        "identical_claims": 1,
        "other_request_claims": 0,
        "month_employees_share": 1.0,
        "overlapping_requests": 0,
        "overlapping_employees_share": 1.0,
    }
    assert explain("PRO-04", twice) == (
        "Double emploi possible : 1 indemnisation identique pour le même mois ;"
        " 0 autre demande sur la même période."
    )


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="EFF-99"):
        criterion("EFF-99")


@pytest.mark.parametrize(
    "wrong",
    [
        {"feature": "hours"},
        {"feature": "hours", "over": 1, "under": 2},
        {"over": 1},
        {"feature": "hours", "is": 1, "becuase": "?"},
    ],
)
def test_a_condition_that_could_not_be_evaluated_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"needs a feature|unknown keys"):
        check(wrong)


def test_from_tables_to_the_sentence() -> None:
    tables = country(payroll_months=[{"month": "2021-02-01", "received_on": "2021-03-05", "headcount": 4}])
    frame = features(tables, "authorisation")
    assert evaluate(frame, "authorisation").loc["R1", "EFF-01"]
    row = frame.join(cases(tables, "authorisation")[["filed_on"]]).loc["R1"]
    assert plain(explain("EFF-01", row)) == (
        "Effectif déclaré de 10 salariés contre 4 salariés dans la dernière DSN connue,"
        " soit 6 salariés de plus."
    )


def test_the_extracts_alone_leave_what_needs_the_payroll_unverifiable() -> None:
    tables = country(claims=[{}])
    found = evaluate(features(tables, "payment"), "payment")
    payroll = [
        code for code in found if {"EFF", "PER", "ACT"} & {code[:3]} and code not in ("EFF-04", "EFF-07")
    ]
    assert found[[*payroll, "HRS-03", "HRS-04", "PAY-01"]].isna().all(axis=None)
    assert found.loc["C1", "HRS-02"] is not pd.NA


def test_the_pages_hold_every_feature_and_every_criterion() -> None:
    assert all(f"`{name}`" in features_page() for name in FEATURES)
    assert all(f"### {one.code}" in criteria_page() for one in catalogue())

"""What was checked and what comes next: criteria, deadlines, euros, campaign, calibration, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from apanalytics.reports.content import calibration
from apanalytics.reports.content.calibration import calibrated, measured
from apanalytics.reports.content.campaign import campaign, expected
from apanalytics.reports.content.checking import checking, kept
from apanalytics.reports.content.closed import closed_controls, known_outcomes
from apanalytics.reports.content.deadlines import deadlines, decisions
from apanalytics.reports.content.inconsistencies import firing, inconsistencies
from apanalytics.reports.content.limits import limits
from apanalytics.reports.content.regional import Regional, open_region
from apanalytics.reports.content.summary import summary
from apanalytics.reports.content.territory import _inside
from apanalytics.reports.content.trust import reach
from apanalytics.tables import write_table
from apanalytics.targeting.plan import Plan
from tests.unit.country import claims, requests, write_country

PLAN = Plan("32", {"59": 1, "02": 3}, date(2021, 10, 1), date(2021, 12, 31), control_cost_eur=350)


def controls() -> pd.DataFrame:
    """Three controls of the region closed in twelve months, one too old, one of Corsica."""
    frame = pd.DataFrame(
        [
            ("K1", "payment", "C1", "2021-08-30", "error", 120.0, 40.0, True),
            ("K2", "payment", "C2", "2021-09-25", "compliant", 0.0, 0.0, False),
            ("K3", "authorisation", "R1", "2021-09-30", "error", 900.0, 0.0, None),
            ("K4", "payment", "C5", "2020-09-30", "error", 70.0, 70.0, False),
            ("K5", "payment", "C6", "2021-09-30", "error", 60.0, 60.0, False),
        ],
        columns=["control_id", "stage", "case_id", "closed_on", "outcome", "undue", "recovered", "contested"],
    )
    closed = pd.to_datetime(frame["closed_on"])
    return frame.drop(columns=["undue", "recovered"]).assign(
        channel="targeted",
        opened_on=closed - pd.Timedelta(days=10),
        closed_on=closed,
        undue_amount=frame["undue"],
        blocked_amount=np.where(frame["stage"] == "authorisation", frame["undue"], 0.0),
        recovered_amount=frame["recovered"],
        contested=frame["contested"].astype("boolean"),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = write_country(tmp_path_factory.mktemp("country"))
    decided = pd.to_datetime(["2021-08-04", "2021-09-20", None, "2021-08-20"])
    write_table(requests().assign(decided_on=decided, status="tacit"), "requests", data)
    write_table(claims().assign(paid_on=pd.Timestamp("2021-09-20")), "claims", data)
    write_table(controls(), "controls", data)
    return data


@pytest.fixture(scope="module")
def region(folder: Path) -> Iterator[Regional]:
    return open_region(folder, "32", "2021-09")


def test_only_controls_of_the_region_and_of_twelve_months_count(region: Regional) -> None:
    assert sorted(closed_controls(region, "payment").index) == ["C1", "C2"]


def test_what_controls_found_is_counted_by_criterion_whatever_the_month_of_filing(
    region: Regional, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims_ = region.criteria["payment"].index
    fires = pd.DataFrame(
        {"EFF-03": claims_.isin(["C1", "C2", "C3"]), "EFF-01": claims_ == "C3"}, index=claims_
    )
    monkeypatch.setitem(region.criteria, "payment", fires.astype("boolean"))
    rows = firing(replace(region), "payment").set_index("code")
    assert rows.loc["EFF-03", ["closed", "nonconforming"]].tolist() == [2, 1], "C1 and C2; only C1 was wrong"
    assert rows.loc["EFF-01", ["closed", "nonconforming"]].tolist() == [0, 0], "C3 was never controlled"
    html = inconsistencies(replace(region), "payment").html
    assert ">2\u00a0contrôles clos<" in html, "two controls give no rate"
    assert ">aucun contrôle clos<" in html


def test_a_decision_on_the_fifteenth_day_is_in_time_and_one_later_is_not(region: Regional) -> None:
    # R1, filed on 20 July, is decided on the 15th day; R2, filed on 1 September, on the 19th; R3 is not.
    rows = decisions(region)
    assert rows.loc[date(2021, 7, 1), ["filed", "in_time", "tacit", "late", "open"]].tolist() == [
        1,
        1,
        1,
        0,
        0,
    ]
    assert rows.loc[date(2021, 9, 1), ["filed", "in_time", "tacit", "late", "open"]].tolist() == [
        2,
        0,
        0,
        1,
        1,
    ]
    said = deadlines(region).html
    assert "100,0\u202f% des 1\u00a0demande d’autorisation déposées en juillet 2021" in said
    assert "1\u00a0décision hors délai en six mois" in said


def test_euros_kept_and_recovered_and_disputes_are_those_of_the_region(region: Regional) -> None:
    rows = kept(region).set_index("stage")
    assert rows.loc["authorisation", ["closed", "blocked_eur", "answered"]].tolist() == [1, 900.0, 0]
    assert rows.loc["payment", ["closed", "recovered_eur", "answered", "contested"]].tolist() == [
        2,
        40.0,
        2,
        1,
    ]
    html = checking(region).html
    assert "900\u00a0€ avant paiement et fait recouvrer 40\u00a0€ après" in html
    assert "non renseigné" in html


def test_expected_findings_are_taken_among_the_cases_chosen_and_not_among_the_places(
    region: Regional, monkeypatch: pytest.MonkeyPatch
) -> None:
    # three places in the Aisne for one claim: its risk of 0.5 is a precision of 50 %, not of 17 %
    index = region.cases["payment"].index
    scores = pd.DataFrame({"score": 0.0, "risk": 0.5}, index=index)
    monkeypatch.setattr(type(region.derived), "scores", lambda *_: scores)
    rows = expected(region, "payment", PLAN).set_index("label")
    aisne, nord = rows.loc["Aisne (02)"], rows.loc["Nord (59)"]
    assert (aisne["capacity"], aisne["cases"], aisne["by_score"], aisne["findings"]) == (3, 1, 1, 0.5)
    assert (nord["cases"], nord["by_chance"], nord["by_score"]) == (2, 1, 0), "one place is drawn at random"
    html = campaign(replace(region, plan=PLAN), "payment").html
    assert "parmi les 1 choisis par le rang, 50\u202f% de non conformes" in html
    assert "<strong>Au hasard</strong>, 1\u00a0place : sans eux" in html
    assert "700\u00a0€ pour 2\u00a0contrôles" in html


def test_without_a_model_no_finding_and_no_undue_euro_is_expected(region: Regional) -> None:
    rows = expected(region, "payment", PLAN)
    assert rows[["findings", "undue_eur"]].isna().all(axis=None)
    html = campaign(replace(region, plan=PLAN), "payment").html
    assert "Indu attendu</th>" not in html
    assert "option --model" in html


def outcomes_of(risk: float, share: float, closed_on: str, number: int = 60) -> pd.DataFrame:
    """Cases of one stated risk of which a share was found non-conforming."""
    index = pd.Index([f"{risk}-{closed_on}-{n}" for n in range(number)], name="case_id")
    found = [n < share * number for n in range(number)]
    return pd.DataFrame(
        {"risk": risk, "nonconforming": found, "closed_on": pd.Timestamp(closed_on)}, index=index
    )


@pytest.fixture
def judged(region: Regional, monkeypatch: pytest.MonkeyPatch) -> Regional:
    """A model trained at the end of June, right at 20 % and far too sure at 80 %; absurd on its own."""
    rows = pd.concat(
        [
            outcomes_of(0.2, 0.2, "2021-08-15"),
            outcomes_of(0.8, 0.2, "2021-08-16"),
            outcomes_of(0.2, 1.0, "2021-06-30"),
        ]
    )
    members = rows[["nonconforming"]].astype(object)
    members = members.assign(probability=1.0, listed=True, siret=rows.index, region="32")
    monkeypatch.setattr(calibration, "drawn_members", lambda *_: members)
    monkeypatch.setattr(calibration, "known_outcomes", lambda *_: rows[["closed_on"]])
    monkeypatch.setattr(type(region.derived), "scores", lambda *_: rows[["risk"]])
    monkeypatch.setattr(type(region.tables), "has", lambda *_: True)
    return replace(region, cards={"payment": {"stage": "payment", "until": "2021-06-30", "figures": {}}})


def test_calibration_rests_on_outcomes_known_after_the_training_alone(judged: Regional) -> None:
    found = measured(judged, "payment")
    assert found.outcomes == 120, "the sixty closed by 30 June were learnt from"
    assert found.groups["found"].round(2).tolist() == [0.2, 0.2]
    assert found.gap is not None
    assert found.gap["value"] == pytest.approx(0.3), "half the cases are 0 off, half 0.6"


def test_calibration_says_how_far_off_and_on_which_side(judged: Regional) -> None:
    html = calibrated(judged, "payment").html
    assert "est de 30,0\u00a0points" in html
    assert "trop haut dans 1\u00a0groupe sur 2" in html
    assert "<figure>" in html


def test_too_few_later_outcomes_are_said_here_and_among_what_could_not_be_computed(
    judged: Regional, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = replace(judged, cards={"payment": {"stage": "payment", "until": "2021-08-31", "figures": {}}})
    assert measured(late, "payment").gap is None
    assert (
        "0\u00a0résultat connu depuis que le modèle a été appris (31\u00a0août 2021)"
        in calibrated(late, "payment").html
    )
    monkeypatch.undo()
    assert "La justesse du risque annoncé" in limits(replace(late, derived=late.derived)).html


def test_what_could_not_be_computed_names_the_rates_and_the_plan(region: Regional) -> None:
    html = limits(region).html
    assert "Contrôles ciblés, demandes d’indemnisation : taux non estimable, 2\u00a0contrôles clos" in html
    assert "Aucun plan de contrôle" in html
    assert "Aucun plan de contrôle" not in limits(replace(region, plan=PLAN)).html


def test_the_summary_answers_in_five_findings(region: Regional) -> None:
    html = summary(replace(region, plan=PLAN)).html
    leads = ["Déposé.", "À examiner.", "Contrôlé.", "À faire.", "Prudence."]
    assert [html.count(f"<strong>{lead}</strong>") for lead in leads] == [1] * 5
    assert "trop peu pour dire une précision" in html
    assert "Moins de 30 demandes d’autorisation" in html
    assert "Le plan permet de contrôler 2 des 3 demandes" in html


def test_targeting_is_described_by_size_without_weights() -> None:
    members = pd.DataFrame(
        {
            "size": ["1 ou 2 salariés"] * 40 + ["3 à 5 salariés"] * 100,
            "chosen": [True] * 40 + [True] * 10 + [False] * 90,
            "nonconforming": [True] * 10 + [False] * 30 + [False] * 5 + [None] * 95,
        }
    )
    rows = reach(members).set_index("size")
    assert rows["rate"].tolist() == [1.0, 0.1]
    assert rows["precision"].iloc[0].startswith("25\u202f%"), "ten of forty"
    assert rows["precision"].iloc[1].startswith("5\u00a0contrôles clos")
    assert rows["disturbed"].tolist() == [750.0, 50.0], "30 of 40, and 5 of 100"


def test_a_label_stands_inside_a_department_that_bends() -> None:
    # a letter C: its centre of gravity lies in the gap
    ring = [[0, 0], [4, 0], [4, 1], [1, 1], [1, 3], [4, 3], [4, 4], [0, 4], [0, 0]]
    across, up = _inside([[float(x), float(y)] for x, y in ring])
    assert across < 1 or up < 1 or up > 3


def test_outcomes_are_asked_for_once_per_report(region: Regional) -> None:
    assert known_outcomes(region, "payment") is known_outcomes(region, "payment")

"""The figures of a regional report, counted by hand on a country of ten cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from apanalytics.errors import InvalidArgument
from apanalytics.reports.content import draws
from apanalytics.reports.content.breakdown import breakdown
from apanalytics.reports.content.closed import rate
from apanalytics.reports.content.controls import ALL, Found, _reading, _sum, _table, controls
from apanalytics.reports.content.deadlines import deadlines
from apanalytics.reports.content.evolution import _move, monthly
from apanalytics.reports.content.idleness import _share_filed_by_delay, by_month_of_idleness, idleness
from apanalytics.reports.content.inconsistencies import firing, inconsistencies
from apanalytics.reports.content.limits import limits, unverifiable
from apanalytics.reports.content.ranking import first_ranked
from apanalytics.reports.content.regional import Regional, month_before, open_region
from apanalytics.reports.content.summary import summary
from apanalytics.risk import Interval
from apanalytics.tables.geography import DEPARTMENTS
from tests.unit.country import claims, prepared_country, requests, write_country

LABELS = {code: label for code, (label, _) in DEPARTMENTS.items()}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Regional:
    return open_region(prepared_country(tmp_path_factory.mktemp("country")), "32", "2021-09")


def test_a_case_counts_in_the_month_of_its_filing_and_in_its_own_region(region: Regional) -> None:
    series = monthly(region)
    assert series.index.tolist() == [date(2021, 7, 1), date(2021, 8, 1), date(2021, 9, 1)]
    assert series["authorisation"].tolist() == [1, 0, 2]
    assert series["payment"].tolist() == [0, 1, 3], "the Corsican claim of September is not ours"
    assert series["hours"].tolist() == [0, 400, 1000]


def test_hours_are_given_to_the_month_of_idleness(region: Regional) -> None:
    series = by_month_of_idleness(region)
    assert series["hours"].to_dict() == {date(2021, 7, 1): 500, date(2021, 8, 1): 900, date(2021, 9, 1): 50}
    assert series["completeness"].isna().all(), "too few hours are known to say how complete a month is"


def test_completeness_is_the_share_of_hours_that_earlier_months_had_received_after_the_same_delay() -> None:
    filed = pd.DataFrame(
        {
            "month": pd.to_datetime(["2021-01-01", "2021-01-01", "2021-02-01", "2021-12-01"]),
            "filed_month": pd.to_datetime(["2021-02-01", "2021-04-01", "2021-03-01", "2021-12-01"]),
            "hours": [6000.0, 2000.0, 2000.0, 99999.0],
        }
    )
    share = _share_filed_by_delay(filed, pd.Timestamp("2021-12-01"))
    assert [share[delay] for delay in range(4)] == [0.0, 0.8, 0.8, 1.0], "December is too recent to teach"


def test_hatched_bars_are_explained_only_where_some_are_drawn(
    region: Regional, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "hachurée" not in idleness(region).html
    series = by_month_of_idleness(region).assign(completeness=[1.0, 1.0, 0.4])
    monkeypatch.setitem(idleness.__globals__, "by_month_of_idleness", lambda _: series)
    assert "hachurée" in idleness(region).html


def test_departments_add_up_to_the_region(region: Regional) -> None:
    rows = breakdown(region, "department", LABELS).set_index("group")
    assert rows.loc["Nord", ["authorisation", "payment", "hours", "amount_eur"]].tolist() == [1, 2, 700, 7000]
    assert rows.loc["Aisne", ["authorisation", "payment", "hours", "amount_eur"]].tolist() == [
        1,
        1,
        300,
        3000,
    ]
    assert rows["hours"].sum() == region.filed("payment")["hours"].sum() == 1000


def test_the_summary_says_the_hours_and_euros_of_the_month_against_the_month_before(region: Regional) -> None:
    html = summary(region).html
    assert "1\u202f000\u00a0h" in html
    assert "10\u202f000\u00a0€" in html
    assert "+150,0\u202f% par rapport à août" in html, "1,000 hours against 400"


def test_a_share_of_inconsistencies_is_taken_among_the_verifiable_cases_only(
    region: Regional, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = region.filed("payment").index
    fires = pd.DataFrame({"EFF-03": pd.array([True, False, None], dtype="boolean")}, index=cases)
    monkeypatch.setitem(region.criteria, "payment", fires.reindex(region.cases["payment"].index))
    row = firing(replace(region), "payment").set_index("code").loc["EFF-03"]
    assert (row["fires"], row["share"]) == (1, 0.5)
    assert row["unverifiable"] == pytest.approx(1 / 3)
    assert row["amount_eur"] == region.filed("payment").loc[cases[0], "amount_eur"]


def test_without_payroll_its_criteria_are_said_to_be_unverifiable_and_not_printed_as_zero(
    region: Regional,
) -> None:
    blind = {one.criterion.code: one.lacking for one in unverifiable(region)}
    assert blind["EFF-03"] == ("payroll_months",)
    shown = limits(region).html
    assert "Paie par établissement" in shown
    assert "EFF-03" in shown
    assert "EFF-03" not in inconsistencies(replace(region), "payment").html


def test_no_case_that_could_tell_is_no_check_where_the_source_is_absent(region: Regional) -> None:
    # nobody declares a full closure, so the criterion is false; without payroll it could not be true either
    assert not region.checks("payment")["PRO-08"].any()
    assert "PRO-08" in {one.criterion.code for one in unverifiable(region)}
    assert "Fermeture totale déclarée" not in inconsistencies(region, "payment").html


def test_sentences_agree_with_one_case_and_say_nothing_of_none(region: Regional) -> None:
    august = summary(replace(region, month=date(2021, 8, 1))).html
    assert "1\u00a0demande d’indemnisation ; cette dernière porte sur" in august
    july = summary(replace(region, month=date(2021, 7, 1))).html
    assert "portent" not in july
    assert _move("demandes", 0, 0) == "les demandes restent au nombre de 0"
    assert _move("demandes", 3, 0) == "les demandes passent de 0 à 3"


def test_an_amount_that_no_control_gives_is_not_zero_euros() -> None:
    here = pd.DataFrame({"nonconforming": [True, False], "undue": [None, 0.0], "recovered": [5.0, None]})
    assert _sum(here, "undue") is None
    assert _sum(here, "recovered") == 5.0


def test_without_controls_no_precision_is_printed(region: Regional) -> None:
    html = controls(region).html
    assert "ne sont estimables" in html
    assert "<figure>" not in html


def test_a_rate_on_fewer_than_thirty_controls_is_not_estimable() -> None:
    assert rate(20, 29).value is None
    thirty = rate(18, 30)
    assert thirty.value == 0.6
    assert thirty.low == pytest.approx(0.4232, abs=1e-4), "Wilson, by hand"


def test_an_estimate_has_no_count_of_closed_controls_and_says_what_it_rests_on() -> None:
    estimate = Interval(0.2, 0.1, 0.3, n=894, method="bootstrap")
    found = [
        Found("authorisation", "targeted", 40, 30, 5000.0, 0.0, rate(30, 40)),
        Found("authorisation", ALL, None, None, None, None, estimate),
    ]
    shown = _table(found).html
    assert "894" not in shown
    assert 'data-label="Clos">—<' in shown
    assert "Indu constaté ou évité" in shown
    note = _reading(found).html
    assert "pour les demandes d’autorisation, sur 894\u00a0résultats de dossiers choisis" in note
    assert "aurait été versé à tort" in note
    assert "Elle est faite" not in _reading(found[:1]).html


def test_the_first_ranked_are_a_tenth_of_the_month_rounded_up(region: Regional) -> None:
    assert len(first_ranked(region, "payment")) == 1
    assert first_ranked(region, "payment")["risk"].isna().all(), "no model, no probability"


def test_stand_in_dates_are_used_and_said(tmp_path: Path) -> None:
    folder = write_country(tmp_path)
    from apanalytics.tables import write_table

    unfiled = {"filed_on": pd.NaT, "date_basis": "proxy"}
    day = pd.Timestamp("2021-09-12")
    decided = requests().assign(status_on=day, decided_on=day, status="accepted", **unfiled)
    write_table(decided, "requests", folder)
    write_table(claims().assign(**unfiled), "claims", folder)
    region = open_region(folder, "32", "2021-09")
    assert len(region.filed("authorisation")) == 3, "all have their status of September"
    assert sorted(region.filed("payment").index) == ["C2", "C5"], "idle in August, so counted in September"
    assert "approché" in summary(region).html
    assert "La date de dépôt manque" in limits(region).html
    assert "n’est pas calculable" in deadlines(region).html, "decided on the day that stands for the filing"


@pytest.mark.parametrize(("month", "back", "before"), [(date(2021, 1, 1), 1, date(2020, 12, 1))])
def test_the_month_before_january_is_december(month: date, back: int, before: date) -> None:
    assert month_before(month, back) == before


def test_an_unknown_region_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="'99'"):
        open_region(tmp_path, "99", "2021-09")


def test_outcomes_of_unequal_weight_are_said_to_be_worth_few_equal_ones():
    """30 of weight 1/0.9 and 10 of weight 1/0.05: (33.3 + 200)² / (30/0.81 + 10/0.0025) = 13.5 equal ones."""
    members = pd.DataFrame(
        {
            "probability": [0.9] * 30 + [0.05] * 10,
            "listed": True,
            "nonconforming": [False] * 40,
            "siret": [str(number) for number in range(40)],
            "stratum": "",
        }
    )
    assert "n’en valent que 13\xa0égaux" in draws.why_not(members)

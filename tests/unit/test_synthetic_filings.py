"""Deadlines of claims, amended requests, what requests say beside hours, rings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic.amendments import NONE, amended, first_part, take_over, widened
from apanalytics.synthetic.conduct import KINDS, rank
from apanalytics.synthetic.deadlines import arranged, deadline, filing_days, says_arranged
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.laws import monthly_law
from apanalytics.synthetic.official import wave
from apanalytics.synthetic.papers import committed, overtime_agreed_on
from apanalytics.synthetic.rings import ring
from apanalytics.synthetic.scenario_files import settings

LAW, DRAWS, KNOBS = monthly_law("2019-01", "2024-04"), Draws(5), settings("base")


@pytest.mark.parametrize(
    ("ends", "long", "last"),
    [
        ("2020-05-31", False, "2021-05-31"),  # twelve months
        ("2020-10-31", False, "2021-06-30"),  # before 1 July 2021
        ("2021-03-31", False, "2021-09-30"),  # six months
        ("2021-03-31", True, "2022-03-31"),  # six more where working time is arranged
        ("2021-08-31", False, "2022-02-28"),  # a shorter month
    ],
)
def test_the_last_day_to_claim_is_that_of_the_law(ends, long, last):
    found = deadline(np.array([ends], dtype="datetime64[D]"), np.array([long]), LAW)
    assert str(found[0]) == last


def filed(late, uids):
    count = len(uids)
    usual = np.full(count, np.datetime64("2021-04-10", "D"))
    ends = np.full(count, np.datetime64("2021-03-31", "D"))
    return filing_days(usual, ends, uids, np.full(count, late), np.arange(count), LAW, DRAWS, KNOBS)


def test_who_forgets_files_one_to_ten_weeks_past_the_deadline():
    uids = np.arange(500)
    plain = ~arranged(uids, DRAWS, KNOBS)
    days, overdue = filed(True, uids)
    past = (days - np.datetime64("2021-09-30", "D")).astype(int)
    assert overdue.all()
    assert past[plain].min() >= 7
    assert past[plain].max() <= 70


def test_who_arranges_working_time_may_file_later_than_others_and_in_time():
    uids = np.arange(2000)
    long = arranged(uids, DRAWS, KNOBS)
    days, overdue = filed(False, uids)
    assert not overdue.any()
    ticked = says_arranged(uids, DRAWS, KNOBS)
    assert (days[~ticked] == np.datetime64("2021-04-10", "D")).all(), "who does not say so is not later"
    assert (days[ticked] > np.datetime64("2021-09-30", "D")).mean() == pytest.approx(0.4, abs=0.1)
    assert not ticked[~long].any()
    assert 0.4 < ticked[long].mean() < 0.8


def three_requests():
    asked = pd.DataFrame({"uid": [1, 2, 3], "start": 14, "planned": 4, "copy": 0, "apld": False})
    asked.insert(0, "case", (asked["uid"] * 256 + asked["start"]) * 2)
    return asked


def always(value):
    base = settings("base")
    crisis = type(base.crisis)(**(vars(base.crisis) | {"amended": value}))
    return type(base)(**(vars(base) | {"crisis": crisis}))


def test_an_amendment_is_a_later_request_for_the_same_establishment_and_an_own_case():
    none = np.full(3, -1)
    assert (amended(three_requests(), none, 35, DRAWS, always(0.0))["amends"] == NONE).all()
    asked = amended(three_requests(), none, 35, DRAWS, always(1.0))
    more = asked[asked["amends"] != NONE]
    assert len(asked) == 6
    assert asked["case"].is_unique
    assert more["amends"].tolist() == three_requests()["case"].tolist()
    assert more["start"].between(15, 17).all()
    assert (more["start"] + more["planned"] == 18).all()


def test_nothing_amends_the_requests_of_invented_firms_nor_after_the_window():
    usurped = np.full(3, rank("usurped_siret"))
    assert len(amended(three_requests(), usurped, 35, DRAWS, always(1.0))) == 3
    assert len(amended(three_requests(), np.full(3, -1), 15, DRAWS, always(1.0))) == 3


def amended_pair():
    return pd.DataFrame(
        {
            "case": [10, 15],
            "amends": [NONE, 10],
            "start": [14, 16],
            "covered": [6, 10],
            "hours": [600.0, 1.0],
            "legal_hours": [2730.0, 1.0],
            "starts_on": pd.to_datetime(["2020-05-04", "2020-07-01"]),
            "ends_on": pd.to_datetime(["2020-08-31", "2020-08-31"]),
            "motive": [5, 1],
            "filing_days": [30, 0],
            "longest": [12, 6],
            "granted": True,
            "hours_authorised": [600.0, 1000.0],
        }
    )


def test_an_amendment_has_the_period_of_what_it_amends_and_hours_for_its_people():
    """600 h for 6 people are 1000 h for 10."""
    asked = amended_pair()
    take_over(asked)
    assert asked["starts_on"].nunique() == 1
    assert asked["motive"].tolist() == [5, 5]
    assert asked["hours"].tolist() == [600.0, 1000.0]
    assert asked["legal_hours"].tolist() == [2730.0, 4550.0]


def test_a_request_that_is_widened_later_covers_three_fifths_first():
    assert first_part(amended_pair(), np.array([10, 10])).tolist() == [6, 10]


def test_claims_may_use_what_an_amendment_gives_from_the_month_before_it():
    claims = pd.DataFrame(
        {"window": [14, 15, 16], "request": 0, "authorised_hours": 600.0, "authorised_people": 6.0}
    )
    widened(claims, amended_pair())
    assert claims["authorised_people"].tolist() == [6, 10, 10]
    assert claims["authorised_hours"].tolist() == [600, 1000, 1000]


def test_an_amendment_refused_gives_nothing():
    claims = pd.DataFrame({"window": [16], "request": 0, "authorised_hours": 600.0, "authorised_people": 6.0})
    widened(claims, amended_pair().assign(granted=[True, False]))
    assert claims["authorised_people"].tolist() == [6]


def test_those_who_mean_to_deceive_commit_themselves_less():
    case = np.arange(4000)
    deliberate = committed(np.full(4000, rank("hidden_work")), case, DRAWS).mean()
    in_good_faith = [committed(np.full(4000, code), case, DRAWS).mean() for code in (-1, rank("typing"))]
    assert deliberate == pytest.approx(0.6, abs=0.04)
    assert in_good_faith == pytest.approx([0.86, 0.86], abs=0.03)


def test_an_agreement_on_overtime_is_older_than_the_day_that_the_law_names_or_not_given():
    agreed, uid = np.array([True, False] * 500), np.arange(1000)
    day = overtime_agreed_on(agreed, uid, DRAWS, KNOBS)
    assert np.isnat(day[~agreed]).all()
    assert np.isnat(day[agreed]).mean() == pytest.approx(1 - KNOBS.payroll.over35_dated, abs=0.08)
    assert (day[~np.isnat(day)] < np.datetime64("2020-04-24", "D")).all()


def test_a_ring_is_of_one_region_and_the_same_whatever_is_drawn_with_it():
    expected = wave("2020-03", "2021-12", 13, 151.67)
    firm = np.arange(40_000)
    region = firm % len(expected.regions)
    gang = ring(firm, region, 200_000, expected, DRAWS)
    assert pd.Series(region).groupby(gang).nunique().max() == 1
    assert (ring(firm[:50], region[:50], 200_000, expected, DRAWS) == gang[:50]).all()


def asked_one(**changes):
    values = {
        "case": 7, "covered": 10, "headcount": 10, "company_headcount": 30, "hours": 1000.0,
        "due_hours": 1000.0, "legal_hours": 4000.0, "scope": 1, "wary": False, "regime": 0, "gang": 3,
        "uncovered_days": 0, "apld": False, "filing_days": 30, "starts_on": pd.Timestamp("2020-11-01"),
        "ends_on": pd.Timestamp("2021-01-09"), "filed_on": pd.Timestamp("2020-11-05"),
    }  # fmt: skip
    return pd.DataFrame([values | changes])


def ask(code, **changes):
    request = asked_one(**changes)
    KINDS[rank(code)].ask(request, np.array([True]), Draws(1))
    return request.iloc[0]


def test_a_closure_overstated_asks_for_every_legal_hour_and_says_closed():
    found = ask("closure_overstated")
    assert (found["scope"], found["hours"], found["due_hours"]) == (3, 4000.0, 1000.0)


def test_a_wary_employer_does_not_say_closed():
    found = ask("closure_overstated", wary=True)
    assert (found["scope"], found["hours"]) == (1, 3600.0)


def test_part_timers_asked_as_full_time_stay_under_the_legal_duration():
    assert 1150 <= ask("part_time_as_full")["hours"] <= 1600
    assert ask("part_time_as_full", legal_hours=1100.0)["hours"] == 1100
    assert ask("part_time_as_full")["due_hours"] == 1000


def test_hours_before_the_stop_are_not_due():
    """Seventy days asked for, of which five to twenty before the stop."""
    found = ask("early_start")
    days = found["uncovered_days"]
    assert 5 <= days <= 20
    assert found["due_hours"] == pytest.approx(1000 * (70 - days) / 70)
    assert found["hours"] == 1000


def test_over_asking_reaches_the_legal_duration_or_goes_above_it():
    assert 0.98 * 4000 <= ask("over_asking")["hours"] <= 1.4 * 4000


def test_who_will_claim_above_his_authorisation_asks_for_less_and_rightly():
    found = ask("above_authorisation")
    assert 4 <= found["covered"] <= 7
    assert found["hours"] == found["due_hours"]
    assert 400 <= found["hours"] <= 700


def test_a_long_term_request_for_nearly_every_hour_is_no_error_yet():
    found = ask("apld_over_reduction", apld=True)
    assert found["hours"] == found["due_hours"] == 0.95 * 4000
    assert ask("apld_over_reduction", apld=False)["hours"] == 1000


def test_a_ring_asks_the_same_of_each_on_one_day_and_a_wary_one_does_not():
    first, second = (ask("usurped_siret", case=case, covered=case) for case in (5, 9))
    for name in ("covered", "headcount", "hours", "filed_on"):
        assert first[name] == second[name], name
    assert first["due_hours"] == 0
    wary = [ask("usurped_siret", case=case, covered=case, wary=True)["hours"] for case in (5, 9)]
    assert wary[0] != wary[1]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.ask], ids=lambda kind: kind.code)
def test_a_kind_asks_nothing_else_where_it_does_not_act(kind):
    request = asked_one(copy=0, longest=12, planned=3, invented=2)
    before = request.copy()
    kind.ask(request, np.array([False]), Draws(1))
    pd.testing.assert_frame_equal(request, before, check_dtype=False)

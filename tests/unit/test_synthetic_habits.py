"""Requests filled in as people do: what looks wrong, and what stays right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic.amendments import NONE, part_of_the_hours
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.habits import fill_in
from apanalytics.synthetic.idleness import closing_ranks, idle_shares
from apanalytics.synthetic.laws import monthly_law
from apanalytics.synthetic.scenario_files import settings

LAW, DRAWS, KNOBS = monthly_law("2020-01", "2022-12"), Draws(5), settings("base")
NEVER = {
    "cautious": 0.0, "whole_months": 0.0, "end_too_far": 0.0, "covered_too_low": 0.0, "shared_standard": 0.0,
    "network_standard": 0.0, "company_as_headcount": 0.0, "full_time_equivalents": {},
}  # fmt: skip


def requests(count=2000, **changes):
    """Ten people of twelve in a company of thirty, three months from July 2021, half of the legal hours."""
    case = np.arange(count)
    usual = {
        "case": case, "amends": NONE, "motive": 5, "scope": 1, "apld": False, "planned": 3, "longest": 3,
        "starts_on": pd.Timestamp("2021-07-05"), "ends_on": pd.Timestamp("2021-09-30"),
        "filed_on": pd.Timestamp("2021-07-08"), "headcount": 12, "covered": 10, "company_headcount": 30,
        "hours": 2200.0, "legal_hours": 4400.0,
    }  # fmt: skip
    return pd.DataFrame(usual | changes)


def places(count=2000, **changes):
    usual = {"bank": [f"{row:016x}" for row in range(count)], "in_group": False, "in_network": False}
    usual |= {"size": 12, "nace_code": "GZ", "uid": np.arange(count)}
    return pd.DataFrame(usual | changes)


def filled(asked, of=None, **crisis):
    knobs = replace(KNOBS, crisis=replace(KNOBS.crisis, **(NEVER | crisis)))
    asked = asked.copy()
    fill_in(asked, places(len(asked)) if of is None else of, LAW, DRAWS, knobs)
    return asked.drop(columns="gang")


def test_nothing_changes_where_nobody_has_a_habit():
    pd.testing.assert_frame_equal(filled(requests()), requests())


def test_amendments_and_long_term_requests_are_filled_in_as_they_are():
    every = {"cautious": 1.0, "whole_months": 1.0, "end_too_far": 1.0, "covered_too_low": 1.0}
    for special in (requests(apld=True), requests(amends=np.arange(2000) + 1)):
        pd.testing.assert_frame_equal(filled(special, **every), special)


def test_the_cautious_ask_for_nearly_every_hour_and_never_above_the_legal_ones():
    hours = filled(requests(), cautious=1.0)["hours"]
    assert hours.between(0.88 * 4400, 4400).all()


def test_the_end_of_the_longest_period_is_typed_up_to_a_month_too_far_and_nothing_else_changes():
    asked = filled(requests(), end_too_far=1.0)
    days = (asked["ends_on"] - pd.Timestamp("2021-09-30")).dt.days
    assert days.between(1, 30).all()
    assert (days == 30).mean() == pytest.approx(0.5, abs=0.05)
    pd.testing.assert_frame_equal(asked.drop(columns="ends_on"), requests().drop(columns="ends_on"))
    shorter = requests(planned=2)
    pd.testing.assert_frame_equal(filled(shorter, end_too_far=1.0), shorter)


def test_fewer_people_are_said_than_the_hours_are_for():
    asked = filled(requests(), covered_too_low=1.0)
    assert asked["covered"].between(4, 8).all()
    assert (asked["hours"] == 2200).all()
    assert asked["legal_hours"].to_numpy() == pytest.approx(440 * asked["covered"].to_numpy())


def test_the_headcount_of_the_company_is_given_and_those_covered_are_right():
    asked = filled(requests(), company_as_headcount=1.0)
    assert (asked["headcount"] == 30).all()
    assert (asked["covered"] == 10).all()
    large = filled(requests(company_headcount=4000), company_as_headcount=1.0)
    assert (large["headcount"] == 46).all(), "three times the establishment's, and ten"


def test_a_network_asks_the_same_for_everybody_who_has_the_staff_on_one_day_in_time():
    of = places(in_group=True, in_network=True, bank="00000000000000ff", size=np.arange(2000) % 12 + 1)
    asked = filled(requests(motive=np.where(np.arange(2000) % 2, 5, 2)), of, network_standard=1.0)
    alike = asked[of["size"] >= 8]
    assert alike["covered"].nunique() == alike["hours"].nunique() == 1
    assert alike["covered"].iloc[0] <= 8
    assert alike.groupby("motive")["filed_on"].nunique().tolist() == [1, 1]
    before = alike.loc[alike["motive"] == 2, "filed_on"]
    assert (before < pd.Timestamp("2021-07-05")).all(), "what can be foreseen is filed before"
    assert (asked.loc[of["size"] < 4, "hours"] == 2200).all()


def test_a_group_without_the_habit_asks_as_everybody_does():
    of = places(in_group=True, bank="00000000000000ff")
    pd.testing.assert_frame_equal(filled(requests(), of, network_standard=1.0), requests())


def test_an_accident_closes_some_establishments_of_any_trade_in_any_month():
    rank = closing_ranks(requests(motive=3), places(), DRAWS, KNOBS)
    assert (rank < 0).mean() == pytest.approx(KNOBS.crisis.accident_closures, abs=0.04)
    assert (closing_ranks(requests(motive=5), places(), DRAWS, KNOBS) == 1).all()
    assert (closing_ranks(requests(motive=3, apld=True), places(), DRAWS, KNOBS) == 1).all()
    mild, level = np.full(2, 0.05), np.zeros(2)
    shares, closed = idle_shares(mild, level, np.array([-1.0, 1.0]), KNOBS)
    assert (float(shares[0]), closed.tolist()) == (1.0, [True, False])
    assert shares[1] < 0.1


def test_a_request_that_is_widened_later_asks_for_three_fifths_of_the_hours():
    asked = pd.DataFrame({"case": [10, 15, 20], "amends": [NONE, 10, NONE]})
    assert part_of_the_hours(asked).tolist() == [0.6, 1.0, 1.0]

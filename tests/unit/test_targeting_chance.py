"""Probabilities that are logged are those of the draw, whatever the shares of the places."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from apanalytics.errors import InvalidArgument
from apanalytics.targeting.chance import bins, inclusion, pick, spread
from apanalytics.targeting.draw import Places, Shares, draw_pool, places_of

DRAWS = 3000


def pool(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "risk": np.linspace(0.95, 0.01, n),
            "rule_rarity": np.where(rng.random(n) < 0.3, rng.random(n), 0.0),
            "signalled": rng.random(n) < 0.2,
        },
        index=[f"C{i:03}" for i in range(n)],
    )


def top_of(cases: pd.DataFrame, places: Places) -> pd.Index:
    taken = cases.index[cases["signalled"]][: places.signal]
    return cases.index[~cases.index.isin(taken)][: places.by_score]


@pytest.mark.parametrize(
    "shares", [Shares(0.2), Shares(0.1, 0.3), Shares(0.1, 0.2, 0.3), Shares(0.05, 0.1, 0.1, 0.2)]
)
def test_every_case_is_drawn_as_often_as_its_logged_probability_says(shares):
    cases = pool(60)
    places = places_of(20, len(cases), int(cases["signalled"].sum()), shares)
    top = top_of(cases, places)
    found = draw_pool(cases, top, places, np.random.default_rng(0))
    logged = found["selection_probability"]
    again = [draw_pool(cases, top, places, np.random.default_rng(seed)) for seed in range(1, 20)]
    assert all(one["listed"].sum() == 20 for one in again)
    assert all(one["selection_probability"].equals(logged) for one in again)
    assert all(one.loc[logged == 1, "listed"].all() for one in again)
    assert logged.gt(0).all()
    assert logged.sum() == pytest.approx(20)
    chances = logged[logged < 1].to_numpy()
    parts = bins(len(chances), places.by_chance)
    times = np.zeros(len(chances))
    for seed in range(DRAWS):
        times[pick(chances, parts, np.random.default_rng(seed))] += 1
    pvalues = [binomtest(int(k), DRAWS, float(p)).pvalue for k, p in zip(times, chances, strict=True)]
    assert min(pvalues) > 0.001 / len(chances)


def test_two_cases_on_three_points_of_the_circle_are_enumerated_by_hand():
    # lengths 0.5, 0.25, 0.25 laid end to end: the one point falls on them half, a quarter, a quarter
    points = [pick(np.array([0.5, 0.25, 0.25]), [np.array([0]), np.array([1]), np.array([2])], Fixed(u))
              for u in (0.0, 0.49, 0.5, 0.74, 0.75, 0.99)]  # fmt: skip
    assert [int(one[0]) for one in points] == [0, 0, 1, 1, 2, 2]


class Fixed:
    """A generator that leaves order alone and starts where it is told."""

    def __init__(self, start: float) -> None:
        self.start = start

    def permutation(self, part):
        return part

    def random(self) -> float:
        return self.start


def test_uncertain_cases_have_the_greater_chance():
    cases = pool(40).assign(signalled=False)
    found = draw_pool(cases, cases.index[:0], Places(2, 4, 0, 0, 0), np.random.default_rng(0))
    middle = (cases["risk"] - 0.5).abs().idxmin()
    assert found["selection_probability"].idxmax() == middle
    # two places over 40 cases, and the case's part of four places
    weight = cases["risk"] * (1 - cases["risk"])
    assert found.loc[middle, "selection_probability"] == pytest.approx(
        0.05 + 4 * weight[middle] / weight.sum()
    )


def test_a_case_never_passes_certainty_and_the_others_share_what_is_over():
    # by wishes alone 0.25 + 2 * (1, 0, 0, 0): the first is sure, the two places left go evenly to three
    assert inclusion(np.full(4, 0.25), [(2, np.array([1.0, 0, 0, 0]))]) == pytest.approx(
        [1, 2 / 3, 2 / 3, 2 / 3]
    )


def test_places_without_any_weight_go_where_the_random_ones_go():
    for nothing in (np.zeros(4), np.full(4, np.nan)):
        assert inclusion(np.full(4, 0.25), [(1, nothing)]).tolist() == [0.5] * 4


def test_more_places_than_cases_make_every_case_sure():
    assert inclusion(np.full(3, 1 / 3), [(5, np.ones(3))]).tolist() == [1.0] * 3


def test_each_bin_gets_its_share_of_the_places():
    # seven places over twelve cases: five bins of 3, 3, 2, 2, 2 with 2, 2, 1, 1, 1 places
    assert [len(part) for part in bins(12, 7)] == [3, 3, 2, 2, 2]
    assert spread(12, 7) == pytest.approx([2 / 3] * 6 + [0.5] * 6)


class TestSignals:
    def test_the_most_suspect_of_those_pointed_at_are_taken_for_sure(self):
        cases = pool(20).assign(signalled=[i in (3, 9, 15) for i in range(20)])
        found = draw_pool(cases, cases.index[:2], Places(2, 0, 0, 2, 2), np.random.default_rng(0))
        assert found.index[found["channel"] == "signal"].tolist() == ["C003", "C009"]
        assert (found.loc[["C003", "C009"], "selection_probability"] == 1).all()
        assert found.loc["C015", "channel"] == "random"

    @pytest.mark.parametrize(("signals", "places"), [(0, (0, 18)), (1, (1, 17)), (2, (2, 16)), (9, (2, 16))])
    def test_the_places_they_leave_go_to_the_ranking(self, signals, places):
        found = places_of(20, 500, signals, Shares(0.1, signal=0.1))
        assert (found.signal, found.by_score) == places


@pytest.mark.parametrize("share", [0.0, -0.1, 1.5])
def test_without_a_random_share_nothing_is_drawn(share):
    with pytest.raises(InvalidArgument, match="random share"):
        Shares(share)

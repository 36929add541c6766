"""What is promised of a list is kept as often as it says; too few labels promise nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, hypergeom

from apanalytics.targeting.guarantee import Labels, failure_chance, first_step, guarantee
from tests.campaign_simulation import Kept, promised, promised_by_department

FEW = [pytest.param(50, id="50")]
MANY = [pytest.param(1000, id="1000", marks=pytest.mark.nightly)]
DESIGNS = [{"labels": 1000}, {"labels": 300}, {"labels": 1000, "designed": True}]


def kept(mode: str, campaigns: int, design: dict) -> list[Kept]:
    return [promised(mode, seed, asked=1500, line=0.6, **design) for seed in range(campaigns)]


@pytest.mark.parametrize("design", DESIGNS, ids=["1000 random", "300 random", "own draw"])
@pytest.mark.parametrize("campaigns", FEW + MANY)
def test_at_least_nine_campaigns_of_ten_reach_the_line(campaigns, design):
    reached = [one.precision is None or one.precision >= 0.6 for one in kept("campaigns", campaigns, design)]
    assert binom.cdf(sum(reached), campaigns, 0.9) > 0.01


@pytest.mark.parametrize("design", DESIGNS, ids=["1000 random", "300 random", "own draw"])
@pytest.mark.parametrize("campaigns", FEW + MANY)
def test_on_average_the_line_is_reached(campaigns, design):
    found = [1.0 if one.precision is None else one.precision for one in kept("average", campaigns, design)]
    assert np.mean(found) >= 0.6 - 2 * np.std(found) / campaigns**0.5


@pytest.mark.parametrize("line", [0.6, 0.75])
@pytest.mark.parametrize("campaigns", FEW + MANY)
def test_the_list_of_a_plan_by_department_keeps_both_promises(campaigns, line):
    found = [promised_by_department("campaigns", n, labels=1000, line=line) for n in range(campaigns)]
    reached = [one.precision is None or one.precision >= line for one in found]
    assert binom.cdf(sum(reached), campaigns, 0.9) > 0.01
    assert max(one.promise.certified for one in found) > 500
    found = [promised_by_department("average", n, labels=1000, line=line) for n in range(campaigns)]
    mean = [1.0 if one.precision is None else one.precision for one in found]
    assert np.mean(mean) >= line - 2 * np.std(mean) / campaigns**0.5


def test_the_promise_for_campaigns_is_not_kept_by_promising_nothing():
    found = kept("campaigns", 10, {"labels": 1000})
    assert min(one.promise.certified for one in found) > 500


def labels(hits: list[float], probability: float = 0.5) -> Labels:
    """Forty cases, each scored by its place, the first ones known."""
    scores = np.linspace(2, 1, 40)
    return Labels(scores, np.full(40, probability), np.arange(len(hits)), np.array(hits))


class TestTooFewLabels:
    def test_none_at_all_holds_nothing_and_says_how_many_are_lacking(self):
        found = guarantee("campaigns", labels([]), np.linspace(2, 0, 100), asked=20)
        assert (found.holds, found.certified, found.labels) == (False, 0, 0)
        assert found.needed is not None
        assert found.needed > 0
        assert "random outcomes" in found.why

    def test_more_labels_do_not_help_a_list_below_the_line(self):
        found = guarantee("campaigns", labels([1.0, 0.0, 0.0] * 13), np.linspace(2, 1, 100), asked=100)
        assert found.needed is None
        assert "would not help" in found.why

    @pytest.mark.parametrize("hits", [[0.0], [1.0, 0.0], [1.0, 1.0, 0.0, 0.0, 1.0, 0.0]])
    def test_a_few_labels_below_the_line_do_not_say_that_more_would_not_help(self, hits):
        why = guarantee("campaigns", labels(hits), np.linspace(2, 1, 100), asked=100).why
        assert "too few to tell" in why
        assert "would not help" not in why

    def test_the_fewer_the_labels_the_more_are_lacking(self):
        scores = np.linspace(2, 1, 200)
        lacking = [
            guarantee("campaigns", labels([1.0, 1, 1, 1, 0][:n]), scores, asked=150).needed for n in (5, 0)
        ]
        assert lacking[0] is not None
        assert lacking[1] is not None

    @pytest.mark.parametrize("mode", ["average", "campaigns"])
    def test_an_empty_list_is_promised_nothing(self, mode):
        assert not guarantee(mode, labels([1.0] * 30), np.linspace(2, 1, 50), asked=0).holds


def test_the_chance_of_failure_by_hand():
    # three hits of three; a list of two stays under 60 % with one hit or none: of five cases four hit,
    # and the one miss is in the list with chance 2 / 5
    assert failure_chance(3, 3, 2, 0.6) == pytest.approx(hypergeom.sf(2, 5, 4, 3))
    assert failure_chance(3, 3, 2, 0.6) == pytest.approx(2 / 5)


@pytest.mark.parametrize("line", [0.5, 0.6, 0.8])
def test_the_first_step_is_the_shortest_that_can_pass_with_few_misses(line):
    size = first_step(line)
    assert binom.sf(int(0.85 * size) - 1, size, line) <= 0.1
    assert binom.sf(int(0.85 * (size - 1)) - 1, size - 1, line) > 0.1


def test_thinning_leaves_an_even_sample_of_what_was_targeted():
    # targeted cases have probability one, the others a tenth: a tenth of the former is kept
    rng = np.random.default_rng(0)
    probability = np.r_[np.ones(3000), np.full(7000, 0.1)]
    score = np.r_[np.ones(3000), np.zeros(7000)]
    known = np.r_[np.arange(3000), 3000 + np.arange(700)]
    past = Labels(score, probability, known, np.zeros(3700))
    even, _ = past.thinned(-1.0, rng.random(3700))
    assert (even == 1).sum() == pytest.approx(300, abs=50)
    assert (even == 0).sum() == 700
    high, _ = past.thinned(0.5, rng.random(3700))
    assert len(high) == 3000


def test_unknown_outcomes_are_no_labels():
    members = pd.DataFrame(
        {"score": [1.0, 2.0], "probability": [0.5, 1.0], "nonconforming": [None, True]}, index=["A", "B"]
    )
    past = Labels.of(members)
    assert past.known.tolist() == [1]
    assert past.nonconforming.tolist() == [1.0]

"""What logged draws can tell, how surely, and where they say that they cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import apanalytics as ap
from apanalytics.evaluation.calibration import calibration
from apanalytics.evaluation.campaigns import campaign_precisions, over_campaigns
from apanalytics.evaluation.difference import lift
from apanalytics.evaluation.doubly_robust import aipw
from apanalytics.evaluation.estimators import by_design, effective_size
from apanalytics.evaluation.overlap import Overlap, never_controlled
from apanalytics.evaluation.parts import strata
from apanalytics.evaluation.regional import drawn_members, regional_rates
from apanalytics.evaluation.released import released
from apanalytics.evaluation.sensitivity import explained_by, hunch_sensitivity
from tests.drawn_population import (
    DESIGNS,
    judged,
    judged_by_region,
    judged_plan,
    judged_where_some_are_unknown,
)

CAMPAIGNS = 50


@pytest.mark.parametrize("design", DESIGNS)
def test_the_base_rate_is_unbiased_and_covered(design):
    found = judged("hajek", design, CAMPAIGNS)
    assert abs(found.errors.mean()) < 0.005 + 2 * found.monte_carlo
    assert binom.cdf(found.covered.sum(), CAMPAIGNS, 0.93) > 0.01


def test_with_a_model_the_base_rate_is_as_true_and_no_less_precise():
    with_model, without = judged("aipw", "often", CAMPAIGNS), judged("hajek", "often", CAMPAIGNS)
    assert abs(with_model.errors.mean()) < 0.005 + 2 * with_model.monte_carlo
    assert binom.cdf(with_model.covered.sum(), CAMPAIGNS, 0.93) > 0.01
    assert with_model.errors.std() < 1.05 * without.errors.std()


def test_a_plan_that_draws_a_case_or_two_by_department_is_no_surer_than_it_should_be():
    for found in judged_plan(CAMPAIGNS).values():
        assert abs(found.errors.mean()) < 0.005 + 2 * found.monte_carlo
        assert binom.cdf(found.covered.sum(), CAMPAIGNS, 0.93) > 0.01


def test_controls_lacking_among_those_drawn_alone_do_not_move_the_rate():
    # 100 sure at 70 %, 900 at 10 % of which 100 drawn and 20 of these never controlled: 0.1 * 0.7 + 0.9 * 0.1
    frame = members([True] * 70 + [False] * 30 + [True] * 8 + [False] * 72 + [None] * 820)
    frame["probability"] = [1.0] * 100 + [1 / 9] * 900
    frame["listed"] = frame.index < 200
    assert by_design(frame).value == pytest.approx(0.16)
    found = judged_where_some_are_unknown(CAMPAIGNS)
    assert abs(found.errors.mean()) < 0.005 + 2 * found.monte_carlo


def test_a_rate_whose_sure_part_was_hardly_controlled_is_refused():
    frame = members([True] * 7 + [None] * 3 + [True] * 8 + [False] * 72 + [None] * 100)
    frame["probability"] = [1.0] * 10 + [0.44] * 180
    frame["listed"] = frame.index < 90
    assert "among those sure to be chosen" in str(by_design(frame).why)


def test_two_sure_cases_of_which_one_is_unknown_do_not_take_a_rate_away():
    # 40 of 400 drawn with 0.1: each stands for ten; the two sure cases are a two-thousandth of the set
    drawn = [True] * 40 + [False] * 360
    frame = members([True, None, *drawn] + [None] * 3600)
    frame["probability"] = [1.0] * 2 + [0.1] * 4000
    frame["listed"] = frame.index < 402
    assert by_design(frame).value == pytest.approx((2 * 1.0 + 4000 * 0.1) / 4002)
    frame.loc[0, "nonconforming"] = None
    assert by_design(frame).value == pytest.approx(0.1)


def test_what_nobody_knows_of_the_sure_widens_the_interval():
    # of 4,010 cases ten are sure and unknown: all conforming or none, the share moves by ten in 4,010
    frame = members([None] * 10 + [True] * 40 + [False] * 360 + [None] * 3600)
    frame["probability"] = [1.0] * 10 + [0.1] * 4000
    frame["listed"] = frame.index < 410
    alone, found = by_design(frame.iloc[10:]), by_design(frame)
    assert found.low == pytest.approx(alone.low * 4000 / 4010)
    assert found.high == pytest.approx((alone.high * 4000 + 10) / 4010)


def test_a_campaign_drawn_after_the_day_does_not_touch_what_was_known():
    tables, day = ap.read("data/synthetic"), "2021-06-30"
    drawn = drawn_members(tables, "payment", day)["drawn_on"]
    assert pd.to_datetime(drawn).max() <= pd.Timestamp(day)
    assert pd.to_datetime(drawn_members(tables, "payment")["drawn_on"]).max() > pd.Timestamp(day)


def test_a_last_stratum_alone_goes_with_the_largest():
    known = pd.DataFrame({"stratum": ["59 bin-1"] * 2 + ["62 bin-2"], "siret": list("abc")})
    assert list(strata(known)) == ["59 bin-1"] * 3
    assert list(strata(known.tail(1))) == ["others"]


def members(outcomes: list[bool | None], probability: float = 1.0, **columns) -> pd.DataFrame:
    n = len(outcomes)
    frame = pd.DataFrame({"probability": probability, "listed": True, "stratum": "top"}, index=range(n))
    frame["siret"] = [str(i) for i in range(n)]
    frame["nonconforming"] = pd.Series(outcomes, dtype=object)
    return frame.assign(**columns)


class TestAipw:
    def test_a_wrong_model_is_put_right_by_the_draws(self):
        # the score points the wrong way outside the sample as inside: the draws alone decide
        rng = np.random.default_rng(0)
        truth = rng.random(4000) < 0.3
        listed = rng.random(4000) < 0.25
        frame = members([bool(t) if drawn else None for t, drawn in zip(truth, listed, strict=True)], 0.25)
        frame["listed"] = listed
        found = aipw(frame, pd.DataFrame({"score": rng.normal(size=4000)}))
        assert found.value == pytest.approx(truth.mean(), abs=0.03)
        assert found.low < truth.mean() < found.high

    def test_it_refuses_what_hajek_refuses(self):
        frame = members([True] * 10 + [False] * 10, 0.1)
        assert aipw(frame, pd.DataFrame({"score": np.arange(20.0)})).why == by_design(frame).why


class TestOverlap:
    def test_the_diagnostics_by_hand(self):
        # weights 1, 1, 100: (102)^2 / (1 + 1 + 10000)
        frame = members([True, False, True], [1.0, 1.0, 0.01])
        found = Overlap.of(frame)
        assert found.effective == pytest.approx(102**2 / 10002)
        assert found.largest == pytest.approx(100 / 102)
        assert found.seldom == pytest.approx(1 / 3)

    def test_a_probability_of_two_per_cent_is_not_seldom(self):
        assert Overlap.of(members([True], 0.02)).seldom == 0.0

    def test_outcomes_worth_too_few_equal_ones_carry_nothing(self):
        frame = members([True, False] * 20, [0.9] * 20 + [0.05] * 20)
        assert "are worth 22 equal ones" in str(Overlap.of(frame).refusal())

    def test_no_outcome_at_all_is_not_a_division_by_zero(self):
        assert Overlap.of(members([None, None])).effective == 0.0

    def test_strata_never_make_an_outcome_worth_more_than_one_and_a_half(self):
        assert effective_size(np.ones(40), 0.5, 1e-9) == 60.0

    def test_cases_never_controlled_are_told_by_stratum(self):
        frame = members([True, None, None, False], stratum=["top", "top", "bin-1", "bin-1"])
        frame.loc[3, "listed"] = False
        assert never_controlled(frame) == [
            {"stratum": "bin-1", "listed": 1, "never_controlled": 1, "share": 1.0},
            {"stratum": "top", "listed": 2, "never_controlled": 1, "share": 0.5},
        ]


class TestLift:
    def test_the_difference_is_that_of_the_shares_and_its_interval_is_that_of_differences(self):
        frame = members([True] * 60 + [False] * 40 + [True] * 20 + [False] * 80)
        found = lift(frame, frame.index[:100], frame.index[100:])
        assert found.value == pytest.approx(0.4)
        # two independent shares: standard error sqrt(.6*.4/100 + .2*.8/100) = 0.0632
        assert (found.high - found.low) / 2 == pytest.approx(1.96 * 0.0632, rel=0.02)

    def test_what_two_choices_share_cancels_out(self):
        frame = members([True, False] * 100)
        apart = lift(frame, frame.index[:100], frame.index[100:])
        almost = lift(frame, frame.index[:100], frame.index[2:102])
        assert almost.high - almost.low < 0.4 * (apart.high - apart.low)
        same = lift(frame, frame.index[:100], frame.index[:100])
        assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)

    def test_an_unknown_precision_has_no_difference(self):
        frame = members([True] * 10 + [None] * 10)
        assert "no outcome" in str(lift(frame, frame.index[:10], frame.index[10:]).why)


class TestCalibration:
    def test_brier_and_error_by_hand(self):
        # stated 0.8, found 0.5: error 0.3; Brier (0.2² + 0.8²) / 2 = 0.34
        found = calibration(members([True, False] * 20, risk=0.8))
        assert found["ece"]["value"] == pytest.approx(0.3)
        assert found["brier"]["value"] == pytest.approx(0.34)
        assert found["reliability"] == [
            {"risk": pytest.approx(0.8), "found": 0.5, "low": pytest.approx(0.352, abs=1e-3),
             "high": pytest.approx(0.648, abs=1e-3), "n": 40}
        ]  # fmt: skip

    def test_each_outcome_counts_for_the_cases_it_stands_for(self):
        # the ten drawn with a tenth stand for a hundred: found (0 * 40 + 10 * 10) / 140
        frame = members([False] * 40 + [True] * 10 + [False] * 0, [1.0] * 40 + [0.4] * 10, risk=0.5)
        found = calibration(frame)
        assert found["reliability"][0]["found"] == pytest.approx(25 / 65)

    def test_under_thirty_outcomes_nothing_is_said(self):
        found = calibration(members([True] * 29, risk=0.5))
        assert found["ece"]["value"] is None
        assert found["reliability"] == []


class TestCampaigns:
    def test_each_campaign_counts_once(self):
        # 1/2 and 9/10 and 1/1 would pool to 11/13; over campaigns it is 0.8
        assert over_campaigns([0.5, 0.9, 1.0]).value == pytest.approx(0.8)

    def test_a_difference_may_fall_below_zero_and_a_share_may_not(self):
        # mean 0.1, standard deviation 0.1, Student's quantile of two degrees 4.303: half 0.2484
        assert over_campaigns([0.0, 0.1, 0.2], least=-1.0).low == pytest.approx(0.1 - 0.2484, abs=1e-4)
        assert over_campaigns([0.0, 0.1, 0.2]).low == 0.0

    def test_past_campaigns_are_told_one_by_one(self):
        found = campaign_precisions(ap.read("data/synthetic"), "payment")
        assert found["campaign_id"].is_unique
        assert found["value"].notna().any()
        assert (found["known"] <= found["listed"]).all()


class TestRegions:
    def test_a_regions_rate_is_unbiased_and_covered_and_told_from_thirty_random_controls_on(self):
        found = judged_by_region(CAMPAIGNS, random_share=0.2)
        for region in found.values():
            errors, covered = region.judged.errors, region.judged.covered
            assert abs(errors.mean()) < 0.005 + 2 * region.judged.monte_carlo
            assert binom.cdf(covered.sum(), len(covered), 0.93) > 0.01
            assert region.fewest_told >= 30
            assert region.most_refused < 30
        assert len(found["11"].judged.errors) == CAMPAIGNS
        assert len(found["94"].judged.errors) < CAMPAIGNS, "no campaign had too few random controls there"

    def test_a_region_with_few_random_controls_is_not_estimable(self):
        rates = regional_rates(ap.read("data/synthetic"), "authorisation", known_on="2020-06-30")
        assert not any(rate.known for rate in rates.values())
        assert all(rate.why for rate in rates.values())

    def test_every_case_of_a_campaign_has_its_region_and_outcomes_only_where_it_was_listed(self):
        found = drawn_members(ap.read("data/synthetic"), "payment")
        assert set(found["region"]) <= {"32", "94", "ZZ"}
        assert found.loc[~found["listed"], "nonconforming"].isna().all()


class TestReleased:
    def frame(self, known: list[bool | None]) -> pd.DataFrame:
        sample = members(known, 0.5, stratum="released", amount_eur=100.0)
        rest = members(
            [None] * 5, 0.5, stratum="released", amount_eur=[1000.0, 1.0, 1.0, 1.0, 1.0], listed=False
        )
        return pd.concat([sample, rest], ignore_index=True)

    def test_the_bound_counts_the_largest_amounts(self):
        # most_among(10, 5, 0) is 3: the one of 1,000 and two of 100
        found = released(self.frame([False] * 5))
        assert (found["cases_high"], found["share_high"], found["eur_high"]) == (3, 0.3, 1200.0)

    def test_an_unknown_outcome_of_the_sample_counts_as_found(self):
        assert released(self.frame([False] * 4 + [None]))["cases_high"] > 3

    def test_nothing_released_has_no_bound(self):
        assert released(members([True], amount_eur=1.0)) is None


class TestSensitivity:
    def test_without_a_hidden_reason_it_is_fishers_exact_test(self):
        from scipy.stats import fisher_exact

        expected = fisher_exact([[12, 8], [10, 40]], alternative="greater").pvalue
        assert hunch_sensitivity((12, 20), (10, 50), [1.0])["p_value"].iloc[0] == pytest.approx(expected)

    def test_a_stronger_reason_explains_more(self):
        found = hunch_sensitivity((30, 50), (10, 100))
        assert found["p_value"].is_monotonic_increasing
        assert found["rate_low"].is_monotonic_decreasing
        strength = explained_by((30, 50), (10, 100))
        assert hunch_sensitivity((30, 50), (10, 100), [strength])["p_value"].iloc[0] == pytest.approx(
            0.05, abs=1e-3
        )

    def test_odds_of_the_whole_by_hand(self):
        # 30 of 50 is odds 1.5; a reason of strength 3 leaves 0.5, a share of a third
        assert hunch_sensitivity((30, 50), (1, 9), [3.0])["rate_low"].iloc[0] == pytest.approx(1 / 3)

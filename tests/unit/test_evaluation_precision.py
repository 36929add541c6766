"""Precision, base rate and figures: unknown is never taken for compliant."""

from __future__ import annotations

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from apanalytics.errors import InvalidArgument, NotComputable
from apanalytics.evaluation import base_rate, plot, precision_at
from apanalytics.evaluation.assessment import _as_many, _captured, _pools, _scores, _ties
from apanalytics.evaluation.estimators import by_design, total
from apanalytics.evaluation.universe import Universe

mpl.use("Agg")


def a_list(targeted: int, by_chance: int = 0, probability: float = 0.1) -> pd.DataFrame:
    n = targeted + by_chance
    return pd.DataFrame(
        {
            "rank": range(1, n + 1),
            "case_id": [f"C{i}" for i in range(n)],
            "siret": [f"{i:014d}" for i in range(n)],
            "channel": ["targeted"] * targeted + ["random"] * by_chance,
            "selection_probability": [1.0] * targeted + [probability] * by_chance,
            "risk": np.linspace(0.9, 0.1, n),
            "risk_low": np.linspace(0.8, 0.05, n),
            "risk_high": np.linspace(0.95, 0.2, n),
        }
    )


def found(values: list[bool]) -> pd.DataFrame:
    return pd.DataFrame({"nonconforming": values}, index=[f"C{i}" for i in range(len(values))])


class TestPrecision:
    def test_it_is_the_share_found_among_the_cases_that_the_score_chose(self):
        # the two random cases at the end are no part of it
        measured = precision_at(a_list(10, 2), found([True] * 5 + [False] * 5 + [False, False]))
        assert (measured.value, measured.n) == (0.5, 10)
        assert (measured.low, measured.high) == pytest.approx((0.2366, 0.7634), abs=5e-5)

    @pytest.mark.parametrize(("known", "value"), [(8, 1.0), (7, None)])
    def test_above_a_fifth_unknown_there_is_no_figure(self, known, value):
        measured = precision_at(a_list(10), found([True] * known))
        assert measured.value == value
        assert value is not None or "3 of 10" in str(measured.why)

    def test_cases_without_an_outcome_are_not_counted_as_compliant(self):
        assert precision_at(a_list(10), found([True] * 8)).value == 1.0

    def test_before_any_control_it_says_so(self):
        assert precision_at(a_list(3), found([])).why == "no outcome of these 3 cases is known yet"

    def test_a_smaller_capacity_takes_the_first_ranks_whatever_the_order_of_the_rows(self):
        targets = a_list(10).sample(frac=1, random_state=0)
        assert precision_at(targets, found([True] * 4 + [False] * 6), capacity=4).value == 1.0

    def test_scores_without_a_campaign_have_no_precision(self):
        targets = a_list(10).assign(channel=None, selection_probability=np.nan)
        assert "chosen by no campaign" in str(precision_at(targets, found([True] * 10)).why)

    def test_a_capacity_of_none_is_refused(self):
        with pytest.raises(InvalidArgument, match="capacity"):
            precision_at(a_list(3), found([True]), capacity=0)


class TestBaseRate:
    def test_listed_cases_stand_for_themselves_and_random_ones_for_the_rest(self):
        # 100 listed all guilty; 40 drawn of 400, 4 guilty, stand for 400 with 40: (100 + 40) / 500
        rate = base_rate(a_list(100, 40), found([True] * 100 + [True] * 4 + [False] * 36))
        assert rate.value == pytest.approx(0.28)
        assert rate.low < 0.28 < rate.high

    @pytest.mark.parametrize(("by_chance", "known"), [(29, False), (30, True)])
    def test_it_needs_thirty_random_outcomes(self, by_chance, known):
        rate = base_rate(a_list(100, by_chance), found([True, False] * 50 + [False] * by_chance))
        assert rate.known is known
        assert known or "29 outcomes" in str(rate.why)

    def test_random_cases_that_nobody_controlled_make_it_not_estimable(self):
        rate = base_rate(a_list(200, 40), found([True] * 200 + [False] * 31))
        assert "drawn at random" in str(rate.why)

    def test_one_outcome_may_not_carry_the_figure(self):
        targets = a_list(0, 40, probability=0.5)
        targets.loc[39, "selection_probability"] = 0.001
        assert "of the weight" in str(base_rate(targets, found([False] * 40)).why)

    def test_without_a_logged_probability_there_is_none(self):
        targets = a_list(5).assign(selection_probability=np.nan)
        assert "logged probability" in str(base_rate(targets, found([True] * 5)).why)

    def test_cases_of_one_establishment_count_for_less_than_as_many_establishments(self):
        outcome = found([True] * 20 + [False] * 20)
        apart = a_list(0, 40)
        together = apart.assign(siret=[str(i // 10) for i in range(40)])
        wide, narrow = base_rate(together, outcome), base_rate(apart, outcome)
        assert wide.value == narrow.value == 0.5
        assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)

    def test_its_interval_covers_the_truth_in_nineteen_draws_of_twenty(self):
        rng = np.random.default_rng(0)
        population = rng.random(2000) < np.linspace(0.5, 0.05, 2000)
        covered = 0
        for _ in range(200):
            drawn = [rng.choice(np.arange(a, a + 400), 20, replace=False) for a in range(0, 2000, 400)]
            chosen = np.concatenate(drawn)
            members = pd.DataFrame(
                {
                    "probability": 0.05,
                    "stratum": np.repeat(np.arange(5), 20),
                    "siret": chosen.astype(str),
                    "nonconforming": population[chosen],
                    "listed": True,
                }
            )
            found_rate = by_design(members, whole=False)
            covered += found_rate.low <= population.mean() <= found_rate.high
        assert 183 <= covered <= 199

    def test_it_covers_with_thirty_random_outcomes_of_a_rare_event_beside_a_sure_part(self):
        rng = np.random.default_rng(0)
        population = rng.random(2000) < np.r_[np.full(270, 0.3), np.full(1730, 0.05)]
        covered = 0
        for _ in range(200):
            drawn = [rng.choice(bin_, 6, replace=False) for bin_ in np.array_split(np.arange(270, 2000), 5)]
            chosen = np.r_[np.arange(270), np.concatenate(drawn)]
            members = pd.DataFrame(
                {
                    "probability": np.r_[np.ones(270), np.full(30, 6 / 346)],
                    "stratum": np.r_[np.full(270, 0), np.repeat(np.arange(1, 6), 6)],
                    "siret": chosen.astype(str),
                    "nonconforming": population[chosen],
                    "listed": True,
                }
            )
            found_rate = by_design(members, whole=False)
            covered += found_rate.low <= population.mean() <= found_rate.high
        assert covered >= 183


class TestEuros:
    def test_the_known_stand_for_the_whole_list(self):
        euros = pd.Series([100.0, 0.0, 200.0, 100.0])
        captured = total(euros, pd.Series(list("abcd")), listed=5)
        assert captured.value == 500.0
        assert captured.low <= 500.0 <= captured.high

    def test_a_finding_without_an_amount_is_not_worth_nothing(self):
        # three found, one without its amount: it is worth the mean of the two others, not zero
        members = pd.DataFrame(
            {"probability": 1.0, "listed": True, "siret": list("abcdef"), "stratum": "top"},
            index=list("abcdef"),
        )
        members["nonconforming"] = pd.Series([True] * 5 + [False], index=members.index, dtype=object)
        members["undue_eur"] = [100.0, 200.0, 300.0, 400.0, np.nan, 0.0]
        assert _captured(members).value == pytest.approx(1250.0)
        members["undue_eur"] = [100.0, np.nan, np.nan, np.nan, np.nan, 0.0]
        assert _captured(members).why == "4 of 5 non-conforming cases have no undue amount"


class TestBaselines:
    def test_under_a_plan_another_ranking_lists_as_many_of_each_department(self):
        members = pd.DataFrame(
            {"stratum": ["59 top", "59 bin-1", "62 top", "62 top", "62 bin-1"]}, index=list("ABCDE")
        )
        own, order = pd.Index(["A", "C", "D"]), pd.Index(["E", "B", "A", "D", "C"])
        planned = _pools(Universe(members, "campaign", None))
        assert _as_many(order, planned, own).tolist() == ["E", "B", "D"]
        whole = _pools(Universe(members.assign(stratum="top"), "campaign", None))
        assert _as_many(order, whole, own).tolist() == ["E", "B", "A"]
        assert _pools(Universe(members, None, None)).unique().tolist() == [""]


class TestTies:
    def test_cases_tied_at_the_cut_are_taken_best_and_worst(self):
        # one sure place, then two places for four tied cases, one of them non-conforming
        scores = pd.Series([2.0, 1, 1, 1, 1], index=list("ABCDE"))
        members = pd.DataFrame({"nonconforming": [True, False, True, False, False]}, index=list("ABCDE"))
        assert _ties(scores, members, pd.Index(["A", "B", "E"])) == {"tied": 4, "best": 2 / 3, "worst": 1 / 3}

    def test_a_list_that_passes_higher_scores_over_has_no_cut(self):
        scores = pd.Series([3.0, 2.0, 1.0], index=list("ABC"))
        members = pd.DataFrame({"nonconforming": [True, False, True]}, index=list("ABC"))
        found = _ties(scores, members, pd.Index(["A", "C"]))
        assert (found["tied"], found["best"], found["worst"]) == (None, None, None)
        assert "passes over" in found["why"]

    def test_an_unknown_outcome_among_the_tied_leaves_both_unknown(self):
        members = pd.DataFrame({"nonconforming": [True, None]}, index=["A", "B"])
        scores = pd.Series(1.0, index=["A", "B"])
        assert _ties(scores, members, pd.Index(["A"])) == {"tied": 2, "best": None, "worst": None}

    def test_cases_tied_with_the_last_of_a_list_count_though_they_are_not_listed(self):
        members = pd.DataFrame({"score": [1.0, 1.0, 0.0]}, index=list("ABC"))
        listing = pd.DataFrame({"case_id": ["A"], "score": [1.0]})
        assert _scores(listing, Universe(members, "campaign", None)).tolist() == [1.0, 1.0, 0.0]


class TestPlot:
    def test_observed_precision_ends_at_the_share_found_and_shows_the_line(self):
        axes = plot.precision(a_list(10, 2), found([True] * 6 + [False] * 4))
        curve, line = axes.get_lines()
        assert curve.get_ydata()[-1] == pytest.approx(0.6)
        assert set(line.get_ydata()) == {0.6}
        assert [text.get_text() for text in axes.get_legend().get_texts()] == [
            "Intervalle à 95 %",
            "Précision observée",
            "Repère de 60\xa0%",
        ]

    def test_it_is_legible_without_colour(self):
        curve, line = plot.precision(a_list(5)).get_lines()
        assert {curve.get_color(), line.get_color()} == {"black"}
        assert curve.get_linestyle() != line.get_linestyle()

    def test_it_draws_where_it_is_told(self):
        axes = plt.subplots()[1]
        assert plot.precision(a_list(5), ax=axes) is axes

    def test_without_outcome_or_risk_it_says_why_it_draws_nothing(self):
        with pytest.raises(NotComputable, match="unknown, not compliant"):
            plot.precision(a_list(5), found([]))
        with pytest.raises(NotComputable, match="calibrated"):
            plot.precision(a_list(5).assign(risk=np.nan))


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")

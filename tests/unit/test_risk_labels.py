"""Outcomes, anomaly without labels, calibration, intervals and undue shares, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.errors import DataRefused, InvalidArgument, NotComputable
from apanalytics.risk import Interval, UndueShare, anomaly_scores, labelled, outcomes, wilson
from apanalytics.risk.calibration import Calibrator
from apanalytics.risk.labels import refuse_cold_start

CONTROLS = pd.DataFrame(
    [
        ("k1", "payment", "A", "targeted", "2021-01-05", "2021-02-01", "error", 500.0),
        ("k2", "payment", "A", "tip", "2021-03-05", "2021-04-01", "compliant", None),
        ("k3", "payment", "B", "random", "2021-01-05", "2021-02-01", "deliberate_suspected", 900.0),
        ("k4", "payment", "C", "random", "2021-01-05", None, None, None),
        ("k5", "authorisation", "D", "random", "2021-01-05", "2021-02-01", "error", 10.0),
    ],
    columns=[
        "control_id", "stage", "case_id", "channel", "opened_on", "closed_on", "outcome", "undue_amount",
    ],
)  # fmt: skip


class TestOutcomes:
    def test_only_closed_controls_of_the_stage_count_and_the_last_one_wins(self):
        known = outcomes({"controls": CONTROLS}, "payment")
        assert known.index.tolist() == ["A", "B"]
        assert known["nonconforming"].tolist() == [False, True]
        assert known.loc["A", "control_id"] == "k2"

    @pytest.mark.parametrize(("day", "guilty"), [("2021-03-31", True), ("2021-04-01", False)])
    def test_a_control_counts_from_the_day_it_closed(self, day, guilty):
        assert outcomes({"controls": CONTROLS}, "payment", day).loc["A", "nonconforming"] == guilty

    def test_before_any_control_nothing_is_known(self):
        assert outcomes({"controls": CONTROLS}, "payment", "2021-01-31").empty
        assert outcomes({}, "payment").empty

    def test_an_error_and_a_deliberate_one_are_both_nonconforming(self):
        known = outcomes({"controls": CONTROLS}, "payment", "2021-02-28")
        assert known["nonconforming"].tolist() == [True, True]
        assert known["undue_amount_eur"].tolist() == [500.0, 900.0]

    def test_an_outcome_outside_the_contract_is_refused(self):
        with pytest.raises(DataRefused, match="guilty"):
            outcomes({"controls": CONTROLS.assign(outcome="guilty")}, "payment")

    def test_an_unknown_stage_and_a_day_that_is_none_are_refused(self):
        with pytest.raises(InvalidArgument, match="demande"):
            outcomes({"controls": CONTROLS}, "demande")
        with pytest.raises(InvalidArgument, match="31/12/2021"):
            outcomes({"controls": CONTROLS}, "payment", "31/12/2021")

    def test_a_case_never_controlled_is_unknown_and_gets_no_label(self):
        frame = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=["C", "B", "Z"])
        X, y, w = labelled(frame, outcomes({"controls": CONTROLS}, "payment"))
        assert (X.index.tolist(), y.tolist(), w.tolist()) == (["B"], [True], [1.0])

    @pytest.mark.parametrize(
        ("found", "says"), [([], "0 control outcomes"), ([True, True], "2 non-conforming and 0")]
    )
    def test_a_cold_start_says_how_many_outcomes_there_are_and_what_works_meanwhile(self, found, says):
        known = pd.DataFrame({"nonconforming": pd.Series(found, dtype=bool)})
        with pytest.raises(NotComputable, match=says) as caught:
            refuse_cold_start(known, "2021-06-30")
        assert "target DATA anomaly" in str(caught.value)


def peers(n: int, section: str = "I") -> pd.DataFrame:
    return pd.DataFrame({"section": section, "size_class": "11", "month": "2021-03-01"}, index=range(n))


class TestAnomaly:
    def test_distance_is_in_robust_deviations_from_the_median_of_the_peers(self):
        # 1..41: median 21, median absolute deviation 10; 100 lies (100 - 21.5) / (1.4826 * 10.5) away
        frame = pd.DataFrame({"hours": [*map(float, range(1, 42)), 100.0]})
        found = anomaly_scores(frame, peers(42))
        assert found.loc[41, "score"] == pytest.approx(0.1 * np.log1p(78.5 / (1.4826 * 10.5) - 2.5))
        assert (found.loc[:40, "score"] == 0).all()
        assert found.loc[41, "reasons"].startswith("hours +")

    def test_a_group_under_thirty_is_compared_with_the_next_wider_one(self):
        frame = pd.DataFrame({"hours": [*map(float, range(40)), 1000.0, 1001.0, 1002.0]})
        rare = pd.concat([peers(40), peers(3, section="C").set_index(pd.RangeIndex(40, 43))])
        assert (anomaly_scores(frame, rare)["score"].tail(3) > 0).all()

    def test_a_group_of_thirty_is_its_own_reference(self):
        frame = pd.DataFrame({"hours": [*map(float, range(40)), *(1000.0 + i for i in range(30))]})
        large = pd.concat([peers(40), peers(30, section="C").set_index(pd.RangeIndex(40, 70))])
        assert (anomaly_scores(frame, large)["score"] == 0).all()

    def test_a_rare_true_stands_out_although_the_median_deviation_is_nil(self):
        frame = pd.DataFrame({"shared": pd.array([False] * 99 + [True], dtype="boolean")})
        found = anomaly_scores(frame, peers(100))["score"]
        assert found.iloc[99] > 0.2
        assert (found.iloc[:99] == 0).all()

    def test_missing_text_and_constant_columns_add_nothing(self):
        frame = pd.DataFrame({"gap": [np.nan] * 40, "text": ["a"] * 39 + ["b"], "same": 7.0})
        assert (anomaly_scores(frame, peers(40))["score"] == 0).all()

    def test_a_direction_leaves_the_harmless_side_out(self):
        frame = pd.DataFrame({"hours": [*map(float, range(1, 42)), 100.0, -100.0]})
        found = anomaly_scores(frame, peers(43), {"hours": 1})["score"]
        assert found.iloc[41] > 0
        assert found.iloc[42] == 0

    def test_a_criterion_counts_by_how_rare_it_is_among_the_cases_that_can_be_verified(self):
        # EFF-02 fires on one of four cases that state a headcount; the fifth cannot be verified
        frame = pd.DataFrame({"covered_share": [1.5, 1.0, 1.0, 1.0, np.nan]})
        frame.attrs["stage"] = "authorisation"
        found = anomaly_scores(frame, peers(5))
        assert found.loc[0, "reasons"].startswith("EFF-02 +1.39")
        assert found.loc[0, "score"] >= np.log(4)
        assert found["score"].tolist()[1:] == [0, 0, 0, 0]

    def test_features_and_cases_of_other_rows_are_refused(self):
        with pytest.raises(InvalidArgument, match="same rows"):
            anomaly_scores(pd.DataFrame({"x": [1.0]}), peers(2))


class TestCalibration:
    def test_venn_abers_brackets_the_observed_share_of_one_score(self):
        # ten outcomes of one score, three non-conforming: with one more, 3/11 or 4/11
        fitted = Calibrator.fit(np.zeros(10), np.array([1.0] * 3 + [0.0] * 7), np.ones(10))
        assert fitted.low.tolist() == pytest.approx([3 / 11])
        assert fitted.high.tolist() == pytest.approx([4 / 11])
        assert fitted.probability(np.zeros(1))[0] == pytest.approx((4 / 11) / (1 - 3 / 11 + 4 / 11))

    def test_a_thousand_outcomes_meet_isotonic_regression(self):
        rng = np.random.default_rng(0)
        scores = rng.normal(size=5000)
        target = (rng.random(5000) < 1 / (1 + np.exp(-scores))).astype(float)
        fitted = Calibrator.fit(scores, target, np.ones(5000))
        at = np.array([-2.0, 0.0, 2.0])
        assert fitted.probability(at) == pytest.approx(1 / (1 + np.exp(-at)), abs=0.07)
        low, high = fitted.interval(at)
        assert ((low < 1 / (1 + np.exp(-at))) & (1 / (1 + np.exp(-at)) < high)).all()

    def test_moving_the_scores_puts_one_half_at_zero(self):
        scores = np.repeat([-1.0, 3.0], 50)
        target = np.repeat([0.0, 1.0], 50)
        moved, move = Calibrator.fit(scores, target, np.ones(100)).centred()
        assert moved.probability(np.zeros(1))[0] == pytest.approx(0.5)
        assert -1 < move < 3

    def test_a_risk_that_never_reaches_one_half_moves_nothing(self):
        fitted = Calibrator.fit(np.arange(50.0), np.array([0.0] * 45 + [1.0, 0, 0, 0, 0]), np.ones(50))
        assert fitted.centred() == (fitted, 0.0)


class TestIntervals:
    @pytest.mark.parametrize(
        ("hits", "trials", "low", "high"),
        # the interval's bounds p solve n (p - k/n)^2 = z^2 p (1 - p), z = 1.959964
        [(5, 10, 0.2366, 0.7634), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (60, 100, 0.5020, 0.6906)],
    )
    def test_wilson(self, hits, trials, low, high):
        assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)

    def test_an_interval_without_a_value_says_why_in_json(self):
        assert Interval.unknown("none yet", n=0).json() == {"value": None, "why": "none yet", "n": 0}
        assert Interval(0.5, 0.4, 0.6).json() == {"value": 0.5, "low": 0.4, "high": 0.6}


class TestUndueShare:
    def test_the_share_of_a_band_is_pulled_to_the_share_of_all(self):
        # 40 of 100 euros with share 0.2, 40 of 1000 euros with share 0.6: overall 0.4, worth twenty cases
        cases = pd.DataFrame({"amount_eur": [100.0] * 40 + [1000.0] * 40})
        known = pd.DataFrame({"nonconforming": True, "undue_amount_eur": [20.0] * 40 + [600.0] * 40})
        share = UndueShare.learn(known, cases)
        expected = share.expected(np.array([0.5, 1.0]), np.array([100.0, 1000.0]))
        small, large = (40 * 0.2 + 20 * 0.4) / 60, (40 * 0.6 + 20 * 0.4) / 60
        assert expected == pytest.approx([0.5 * small * 100, large * 1000])

    def test_more_undue_than_at_stake_counts_as_all_of_it(self):
        known = pd.DataFrame({"nonconforming": [True], "undue_amount_eur": [500.0]})
        share = UndueShare.learn(known, pd.DataFrame({"amount_eur": [100.0]}))
        assert share.expected(np.array([1.0]), np.array([100.0])) == pytest.approx([100.0])

    def test_without_an_amount_found_undue_nothing_can_be_said(self):
        known = pd.DataFrame({"nonconforming": [True, False], "undue_amount_eur": [np.nan, 0.0]})
        assert UndueShare.learn(known, pd.DataFrame({"amount_eur": [100.0, 50.0]})) is None

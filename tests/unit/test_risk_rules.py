"""What is laid over the learners: legal limits, evidence of criteria, earlier scores, the readable card."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from scipy.special import expit, logit

from apanalytics.errors import InvalidArgument, ModelMismatch, NotComputable
from apanalytics.risk import (
    BASE,
    EARLIER,
    Past,
    RiskModel,
    Surrogate,
    earlier_scores,
    nonconformity,
    score_parquet,
    two_rates,
)
from apanalytics.risk.card import markdown, model_card
from apanalytics.risk.columns import Columns
from apanalytics.risk.priors import evidence, few, limits
from apanalytics.risk.rules import Rule, Rules

STAGE = "authorisation"


def laid(*rules: Rule) -> Rules:
    return Rules(STAGE, rules)


class TestLimits:
    def test_a_limit_lifts_a_case_to_what_it_says_and_no_higher(self):
        rules = laid(Rule("PRO-02", 0, 0, 0.0, floor=1.0))
        terms = rules.terms(np.array([-2.0, 3.0, -2.0]), np.array([[True], [True], [False]]))
        assert terms[:, 0].tolist() == [3.0, 0.0, 0.0]

    def test_of_two_limits_the_one_that_says_more_has_the_whole_rest(self):
        rules = laid(Rule("PRO-01", 0, 0, 0.0, floor=0.5), Rule("PRO-02", 0, 0, 0.0, floor=1.0))
        terms = rules.terms(np.array([-2.0]), np.array([[True, True]]))
        assert terms.tolist() == [[0.0, 3.0]]

    def test_evidence_counts_before_the_limit_does(self):
        rules = laid(Rule("EFF-01", 0, 0, 0.5, floor=None), Rule("PRO-02", 0, 0, 0.25, floor=1.0))
        terms = rules.terms(np.array([-2.0]), np.array([[True, True]]))
        assert terms.tolist() == [[0.5, 0.25 + (1.0 - (-2.0 + 0.75))]]

    def test_the_prior_of_a_limit_is_updated_by_its_own_outcomes(self):
        # PRO-02 is held at 0.35, worth 15; of five of its outcomes four are non-conforming
        fired = np.r_[np.ones(5), np.zeros(5)].astype(bool).reshape(-1, 1)
        target = np.r_[np.ones(4), np.zeros(6)]
        (rule,) = Rules.learn(STAGE, fired, ["PRO-02"], target, np.ones(10)).rules
        assert expit(rule.floor) == pytest.approx((15 * 0.35 + 4) / (15 + 5))
        assert (rule.outcomes, rule.nonconforming) == (5, 4)

    def test_a_limit_with_many_outcomes_of_its_own_is_left_to_the_learners(self):
        fired = np.ones((few(), 1), dtype=bool)
        target = np.arange(few()) % 2.0
        (rule,) = Rules.learn(STAGE, fired, ["PRO-02"], target, np.ones(few())).rules
        assert rule.floor is None

    def test_every_prior_is_a_probability_worth_ten_to_twenty_cases_with_a_reason(self):
        for stage in ("authorisation", "payment"):
            for one in limits(stage):
                assert 0 < one.probability < 1
                assert 10 <= one.worth <= 20
                assert len(one.reason) > 20


class TestEvidence:
    def test_a_criterion_adds_its_prior_weighed_by_the_number_of_outcomes(self):
        # 300 outcomes, a fifth non-conforming, none of a case where EFF-01 fired: half of the expected 0.5
        target = (np.arange(300) % 5 == 0).astype(float)
        (rule,) = Rules.learn(STAGE, np.zeros((300, 1), dtype=bool), ["EFF-01"], target, np.ones(300)).rules
        assert rule.adds == pytest.approx(0.5 * 0.5)

    def test_a_criterion_whose_outcomes_are_all_conforming_lowers_the_score(self):
        fired = (np.arange(300) < 60).reshape(-1, 1)
        target = np.r_[np.zeros(60), np.arange(240) % 4 == 0].astype(float)
        (rule,) = Rules.learn(STAGE, fired, ["EFF-01"], target, np.ones(300)).rules
        base, held = logit(0.2), expit(logit(0.2) + 0.5)
        assert rule.adds == pytest.approx(0.5 * (logit(15 * held / 75) - base))

    def test_with_many_outcomes_nothing_is_added(self):
        rows = int(evidence().until)
        fired = (np.arange(rows) % 2 == 0).reshape(-1, 1)
        target = (np.arange(rows) % 4 == 0).astype(float)
        assert Rules.learn(STAGE, fired, ["EFF-01"], target, np.ones(rows)).rules == ()


class TestEarlier:
    def test_only_the_same_establishment_in_the_two_years_before_counts(self):
        cases = pd.DataFrame(
            {
                "siret": ["A", "A", "A", "A", "B"],
                "filed_on": pd.to_datetime(
                    ["2018-06-30", "2020-07-02", "2020-07-02", "2020-07-01", "2020-07-03"]
                ),
            },
            index=list("abcde"),
        )
        found = earlier_scores([9.0, 1.0, 2.0, 4.0, 7.0], cases)
        # a is 732 days before the second of July 2020, so beyond two years; b and c are of one day
        assert found.drop("a").fillna(99).tolist() == [4.0, 4.0, 99, 99]

    def test_a_case_without_a_day_of_filing_has_and_gives_none(self):
        cases = pd.DataFrame({"siret": ["A"] * 3, "filed_on": pd.to_datetime([None, None, "2021-01-01"])})
        assert earlier_scores([1.0, 2.0, 3.0], cases).isna().all()

    def test_the_order_of_rows_changes_no_bit(self):
        rng = np.random.default_rng(0)
        days = pd.Timestamp("2020-03-01") + pd.to_timedelta(rng.integers(0, 600, 500), unit="D")
        cases = pd.DataFrame({"siret": rng.choice(list("ABCDE"), 500), "filed_on": days})
        scores = pd.Series(rng.normal(size=500))
        order = rng.permutation(500)
        again = earlier_scores(scores.iloc[order], cases.iloc[order])
        assert again.sort_index().equals(earlier_scores(scores, cases))

    def test_scores_of_other_rows_are_refused(self):
        with pytest.raises(InvalidArgument, match="same rows"):
            earlier_scores([1.0], pd.DataFrame({"siret": ["A", "B"], "filed_on": pd.NaT}))


@pytest.fixture(scope="module")
def country() -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Six hundred requests of 120 establishments; the excess of staff covered, and the firm, tell."""
    rng = np.random.default_rng(4)
    n = 600
    siret = np.repeat(np.arange(120), 5)
    guilt = np.repeat(rng.normal(size=120), 5)
    share = np.where(rng.random(n) < 0.1, 1.5, 0.8)
    frame = pd.DataFrame(
        {
            "covered_share": share,
            "period_over_longest_days": np.where(rng.random(n) < 0.02, 30.0, -30.0),
            "hours_per_employee": rng.normal(size=n) + guilt,
        },
        index=pd.Index([f"R{i:03}" for i in range(n)], name="case_id"),
    )
    frame.attrs["stage"] = STAGE
    cases = pd.DataFrame(
        {
            "siret": siret.astype(str),
            "filed_on": pd.Timestamp("2020-03-01")
            + pd.to_timedelta(np.tile(np.arange(5) * 30, 120), unit="D"),
        },
        index=frame.index,
    )
    wrong = pd.Series(rng.random(n) < expit(1.5 * guilt + (share > 1) - 1), index=frame.index)
    return frame, cases, wrong


@pytest.fixture(scope="module")
def fitted(country) -> RiskModel:
    frame, cases, wrong = country
    known = frame.index[::3]
    return RiskModel(stage=STAGE, trees=15, folds=2).fit(
        frame.loc[known], wrong[known], groups=cases.loc[known, "siret"], past=Past(frame, cases)
    )


class TestModel:
    def test_rules_and_earlier_scores_are_terms_of_their_own_and_everything_sums(self, fitted, country):
        frame, cases, _ = country
        earlier = earlier_scores(fitted.decision_function(frame), cases)
        parts = fitted.explain(frame, earlier)
        assert {"EFF-02", "PRO-02", EARLIER, BASE} <= set(parts.columns)
        score = fitted.decision_function(frame, earlier)
        assert np.abs(parts.sum(axis=1) - score).max() < 1e-9
        assert (parts.loc[frame["covered_share"] <= 1, "EFF-02"] == 0).all()
        assert (parts.loc[earlier.isna(), EARLIER] == 0).all()

    def test_the_blend_is_the_declared_share_of_the_earlier_mean(self, fitted):
        assert fitted.blend([1.0, 1.0], [3.0, np.nan]).tolist() == pytest.approx([1 + 0.3 * 2, 1.0])

    def test_without_past_cases_nothing_is_blended_in(self, country):
        frame, _, wrong = country
        alone = RiskModel(stage=STAGE, trees=5, folds=0).fit(frame, wrong)
        assert alone.blend([1.0], [3.0]).tolist() == [1.0]

    def test_a_case_that_is_not_among_the_past_is_refused(self, country):
        frame, cases, wrong = country
        with pytest.raises(InvalidArgument, match="past"):
            RiskModel(trees=5).fit(frame, wrong, past=Past(frame.iloc[1:], cases.iloc[1:]))

    def test_neither_order_nor_threads_change_a_model_with_rules_and_past(self, country):
        frame, cases, wrong = country
        known = frame.index[::3]
        one, other = (
            RiskModel(stage=STAGE, trees=3, folds=2, n_jobs=threads).fit(
                frame.loc[rows],
                wrong[rows],
                groups=cases.loc[rows, "siret"],
                past=Past(frame.iloc[::step], cases.iloc[::step]),
            )
            for rows, threads, step in ((known, 1, 1), (known[::-1], 2, -1))
        )
        assert other.version == one.version
        assert np.array_equal(other.decision_function(frame), one.decision_function(frame))

    def test_saved_and_loaded_it_is_the_same_rules_and_blend_included(self, fitted, country, tmp_path):
        frame, _, _ = country
        again = RiskModel.load(fitted.save(tmp_path / "m"))
        assert again.version == fitted.version
        assert again.ensemble_.rules == fitted.ensemble_.rules
        earlier = np.ones(len(frame))
        assert again.explain(frame, earlier).equals(fitted.explain(frame, earlier))

    def test_few_outcomes_are_pulled_to_their_average(self, country):
        frame, _, wrong = country
        spread = [
            np.std(RiskModel(trees=15, folds=0, stage=stage).fit(frame, wrong).decision_function(frame))
            for stage in (STAGE, None)
        ]
        assert spread[0] < spread[1]

    def test_under_ten_findings_the_model_is_cold(self, country):
        frame, _, wrong = country
        few_found = [*wrong.index[wrong][:9], *wrong.index[~wrong][:40]]
        assert RiskModel(trees=2).fit(frame.loc[few_found], wrong[few_found]).cold
        assert not RiskModel(trees=2).fit(frame, wrong).cold


class TestTwoRates:
    def test_a_sensitivity_of_seven_tenths_turns_seven_findings_into_ten(self):
        assert nonconformity([0.07], 0.7).tolist() == pytest.approx([0.10])
        assert two_rates([0.07], (0.7, 1.0))["nonconformity"] == {"low": 0.07, "high": 0.1}

    def test_nothing_known_gives_no_rate(self):
        with pytest.raises(NotComputable):
            two_rates([np.nan])
        with pytest.raises(InvalidArgument, match="sensitivity"):
            nonconformity([0.1], 0.0)


class TestSurrogate:
    def test_it_agrees_with_a_score_that_is_a_sum_and_says_how_far(self, country, tmp_path, fitted):
        frame, _, _ = country
        columns = Columns.of(frame)
        card = Surrogate.fit(columns, frame, np.clip(frame["hours_per_employee"].to_numpy(), -2, 2))
        assert card.rank_correlation > 0.9
        assert card.same_list > 0.5
        assert card.tables[0].column == "hours_per_employee"
        fitted.save(tmp_path / "m", surrogate=card)
        saved = json.loads((tmp_path / "m" / "score_card.json").read_text("utf-8"))
        assert saved["rank_correlation"] == card.rank_correlation
        assert "elle ne classe aucun dossier" in (tmp_path / "m" / "carte_scores.md").read_text("utf-8")
        assert RiskModel.load(tmp_path / "m").version == fitted.version

    def test_a_missing_value_is_read_in_its_own_line(self, country):
        frame, _, _ = country
        gaps = frame.assign(
            hours_per_employee=frame["hours_per_employee"].where(np.arange(len(frame)) % 4 > 0)
        )
        columns = Columns.of(gaps)
        card = Surrogate.fit(columns, gaps, np.where(gaps["hours_per_employee"].isna(), 5.0, 0.0))
        (table,) = [one for one in card.tables if one.column == "hours_per_employee"]
        assert table.missing - max(table.adds) > 3

    def test_too_few_rows_give_no_card(self, country):
        frame, _, _ = country
        with pytest.raises(NotComputable, match="score card"):
            Surrogate.fit(Columns.of(frame), frame.head(50), np.zeros(50))


class TestStreaming:
    def test_a_file_scored_in_batches_has_the_scores_of_the_frame(
        self, fitted, country, tmp_path, monkeypatch
    ):
        frame, _, _ = country
        monkeypatch.setattr("apanalytics.risk.streaming.ROWS", 100)
        frame.reset_index().to_parquet(tmp_path / "f.parquet")
        told: list[int] = []
        assert score_parquet(fitted, tmp_path / "f.parquet", tmp_path / "s.parquet", step=told.append) == 600
        assert told == [100, 200, 300, 400, 500, 600]
        found = pq.read_table(tmp_path / "s.parquet").to_pandas().set_index("case_id")
        assert found.index.equals(frame.index)
        assert np.array_equal(found["score"], fitted.decision_function(frame))
        assert np.array_equal(found["risk"], fitted.predict_proba(frame)[:, 1])

    def test_a_file_that_the_model_does_not_fit_is_refused_and_nothing_written(
        self, fitted, country, tmp_path
    ):
        frame, _, _ = country
        frame.drop(columns="covered_share").reset_index().to_parquet(tmp_path / "f.parquet")
        with pytest.raises(ModelMismatch, match="covered_share"):
            score_parquet(fitted, tmp_path / "f.parquet", tmp_path / "s.parquet")
        assert not (tmp_path / "s.parquet").exists()


def test_the_card_says_what_the_score_is_made_of_in_french(fitted):
    known = pd.DataFrame({"nonconforming": [True], "channel": ["tip"]})
    rates = two_rates([0.07, 0.21], (0.7, 1.0))
    card = model_card(
        fitted, until="2021-06-30", known=known, filed=("a", "b"), data="abc", rates=rates, surrogate=None
    )
    page = markdown(card)
    assert "30 % du score" in page
    assert "limite légale" in page
    assert "Non-conformité attendue : de 14 % à 20 %" in page
    assert "score d'atypie" in markdown(card | {"cold_start": True})

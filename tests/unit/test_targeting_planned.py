"""A campaign drawn by a plan, for euros, for release, or with a promise."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import apanalytics as ap
from apanalytics.errors import InvalidArgument, NotComputable
from apanalytics.tables import Tables
from apanalytics.targeting import Plan, draw_campaign, promise
from apanalytics.targeting.asked import asked
from apanalytics.targeting.calibrating import expected_on, past_labels
from apanalytics.targeting.candidates import deadline_groups, rule_rarity
from apanalytics.targeting.choosing import Drawn, choose
from apanalytics.targeting.eligible import eligible
from apanalytics.targeting.guarantee import Guarantee, Labels
from apanalytics.targeting.release import draw_release, most_among
from apanalytics.targeting.summary import line_of

DATA = Path("data/synthetic")
ON = "2020-11-20"
STAGE = "authorisation"
PLACES = {"59": 8, "62": 4, "80": 0}
PLAN = Plan("32", PLACES, date(2020, 11, 1), date(2020, 12, 31), 0.1, 0.1, 0.1, 0.1, control_cost_eur=50.0,
            campaign_every_days=7)  # fmt: skip


@pytest.fixture(scope="module")
def tables() -> Tables:
    return ap.read(DATA)


@pytest.fixture(scope="module")
def frame(tables) -> pd.DataFrame:
    return ap.features(tables, STAGE, from_="2020-11-01", to=ON, as_of=ON)


@pytest.fixture(scope="module")
def model(tables) -> ap.RiskModel:
    X, y, w = ap.labelled(ap.features(tables, STAGE, to=ON), ap.outcomes(tables, STAGE, ON))
    return ap.RiskModel(stage=STAGE, trees=10, folds=2).fit(X, y, sample_weight=w)


@pytest.fixture(scope="module")
def open_cases(tables) -> pd.DataFrame:
    day = date.fromisoformat(ON)
    return eligible(ap.cases(tables, STAGE, to=ON, as_of=ON), tables, STAGE, day)


@pytest.fixture(scope="module")
def planned(tables, frame, model):
    return draw_campaign(model, frame, tables, ON, plan=PLAN, seed=7)


class TestPlan:
    def test_each_department_gets_its_places_and_no_other_gets_any(self, planned, open_cases):
        there = open_cases["department"].value_counts()
        expected = {code: min(n, there.get(code, 0)) for code, n in PLACES.items()}
        assert planned.targets["department"].value_counts().to_dict() == {
            code: n for code, n in expected.items() if n
        }
        told = {code: one["targets"] for code, one in planned.summary["departments"].items()}
        assert told == expected
        assert planned.summary["capacity"] == 12

    def test_every_eligible_case_of_departments_with_places_is_registered(self, planned, open_cases):
        register = planned.selections
        assert set(register["case_id"]) == set(open_cases.index[open_cases["department"].isin(["59", "62"])])
        assert register["selection_probability"].between(0, 1, inclusive="right").all()
        by_department = register["stratum"].str[:2]
        sums = register.groupby(by_department)["selection_probability"].sum()
        assert sums.tolist() == pytest.approx(
            [register.loc[by_department == c, "listed"].sum() for c in sums.index]
        )

    def test_files_are_opened_in_the_order_in_which_they_lapse(self, planned):
        assert planned.targets["rank"].tolist() == list(range(1, len(planned.targets) + 1))
        assert planned.targets["decide_by"].is_monotonic_increasing

    def test_what_one_department_draws_does_not_depend_on_the_others(self, tables, frame, model, planned):
        alone = Plan("32", {"59": 8}, PLAN.from_, PLAN.to, 0.1, 0.1, 0.1, 0.1, campaign_every_days=7)
        found = draw_campaign(model, frame, tables, ON, plan=alone, seed=7).targets
        assert found["case_id"].tolist() == planned.targets.query("department == '59'")["case_id"].tolist()

    def test_the_day_must_be_within_the_plan_and_the_plan_says_the_rest(self):
        with pytest.raises(InvalidArgument, match="outside the plan"):
            asked(date(2021, 1, 1), plan=PLAN)
        with pytest.raises(InvalidArgument, match="already says"):
            asked(date(2020, 11, 20), plan=PLAN, random_share=0.2)
        with pytest.raises(InvalidArgument, match="region 32"):
            asked(date(2020, 11, 20), plan=PLAN, regions="94")


class TestDeadlines:
    def cases(self, *rows: tuple[float, str | None]) -> pd.DataFrame:
        risk, days = zip(*rows, strict=True)
        return pd.DataFrame(
            {"risk": risk, "decide_by": pd.to_datetime(list(days))}, index=list("ABCDE")[: len(rows)]
        )

    @pytest.mark.parametrize(("day", "first"), [("2021-09-21", "B"), ("2021-09-22", "A")])
    def test_a_case_lapses_when_it_must_be_decided_before_the_next_campaign(self, day, first):
        # campaigns on the 15th and the 22nd: what must be decided on the 22nd can still be chosen then
        cases = self.cases((0.9, "2021-09-30"), (0.7, day))
        assert deadline_groups(cases, date(2021, 9, 15), 0.6, 7).idxmin() == first

    @pytest.mark.parametrize(("risk", "first"), [(0.6, "B"), (0.599, "A")])
    def test_a_case_under_the_line_does_not_come_first_because_it_lapses(self, risk, first):
        cases = self.cases((0.9, "2021-09-30"), (risk, "2021-09-16"))
        assert deadline_groups(cases, date(2021, 9, 15), 0.6, 7).idxmin() == first

    def test_without_a_next_campaign_nothing_can_wait_and_risk_alone_orders(self):
        cases = self.cases((0.9, "2021-09-30"), (0.7, "2021-09-16"))
        assert deadline_groups(cases, date(2021, 9, 15), 0.6, None).tolist() == [0, 0]

    def test_without_a_calibrated_risk_the_order_of_the_score_stands(self):
        cases = self.cases((np.nan, "2021-09-30"), (np.nan, "2021-09-16"))
        assert deadline_groups(cases, date(2021, 9, 15), 0.6, 7).tolist() == [2, 2]


class TestEuros:
    def test_the_list_keeps_the_precision_and_says_what_is_left_to_gain(self, tables, frame, model):
        by_risk = draw_campaign(model, frame, tables, ON, capacity=20, seed=1).targets
        by_risk = by_risk.query("channel == 'targeted'")
        least = 0.99 * by_risk["risk"].mean()  # so that the list by risk keeps it too
        found = draw_campaign(model, frame, tables, ON, capacity=20, seed=1, min_precision=least)
        chosen = found.targets.query("channel == 'targeted'")
        assert chosen["risk"].mean() >= least
        assert found.summary["euros"]["net_eur"] == pytest.approx(chosen["expected_recovery"].sum())
        assert 0 <= found.summary["euros"]["gap"] < 1
        assert found.summary["ranked_by"] == "net_eur"
        assert chosen["expected_recovery"].sum() >= by_risk["expected_recovery"].sum()

    def test_a_precision_out_of_reach_leaves_places_empty_and_chance_its_own(self, tables, frame, model):
        found = draw_campaign(model, frame, tables, ON, capacity=20, seed=1, min_precision=0.999)
        assert set(found.targets["channel"]) == {"random"}
        assert found.selections["selection_probability"].gt(0).all()

    def test_without_a_calibrated_risk_no_euro_is_expected(self, tables, frame):
        with pytest.raises(NotComputable, match="Net euros"):
            draw_campaign("anomaly", frame, tables, ON, capacity=5, min_precision=0.5)


class TestForEuros:
    def test_some_precision_is_exchanged_for_euros_and_it_is_said(self, tables, frame, model):
        by_risk = draw_campaign(model, frame, tables, ON, capacity=20, seed=1, precision_for_euros=0.0)
        found = draw_campaign(model, frame, tables, ON, capacity=20, seed=1, precision_for_euros=0.2)
        told, plain = found.summary["for_euros"], by_risk.targets.query("channel == 'targeted'")
        chosen = found.targets.query("channel == 'targeted'")
        assert len(chosen) == len(plain)
        assert told["exchanged"] == len(set(chosen["case_id"]) - set(plain["case_id"])) > 0
        assert chosen["risk"].mean() == pytest.approx(told["expected_precision"])
        assert plain["risk"].mean() == pytest.approx(told["likeliest_precision"])
        assert told["expected_precision"] >= 0.8 * told["likeliest_precision"]
        assert chosen["expected_recovery"].sum() == pytest.approx(told["undue_eur"])
        assert told["undue_eur"] > told["likeliest_undue_eur"]
        assert chosen["score"].is_monotonic_decreasing
        assert "for_euros" not in by_risk.summary

    @pytest.mark.parametrize(
        ("given", "chosen"),
        # two places go to chance, one of three by rank to what lapses; of the others, C3 and C4 are the
        # likeliest (0.80 + 0.78); with C5 in the place of C4 1.56, 0.9873 of it
        [(0.0, ["C0", "C3", "C4"]), (0.0126, ["C0", "C3", "C4"]), (0.0128, ["C0", "C3", "C5"])],
    )
    def test_what_lapses_keeps_its_place_and_the_others_exchange(self, given, chosen):
        risk, day = [0.65, 0.80, 0.78, 0.76, 0.5, 0.1, 0.1, 0.1], pd.Timestamp("2020-11-22")
        cases = pd.DataFrame(
            {"risk": risk, "undue_eur": [1.0, 2.0, 3.0, 900.0, 9000.0, 1.0, 1.0, 1.0], "department": "59"},
            index=["C0", "C3", "C4", "C5", "C6", "C7", "C8", "C9"],
        ).assign(net_eur=0.0, signalled=False, decide_by=pd.NaT)
        cases.loc["C0", "decide_by"] = day
        cases = cases.assign(score=cases["risk"]).sort_values("score", ascending=False)
        plan = Plan("32", {"59": 5}, PLAN.from_, PLAN.to, 0.4, campaign_every_days=7, signal_share=0.0)
        plan = replace(plan, precision_for_euros=given)
        found = choose(cases, asked(date(2020, 11, 20), plan=plan), date(2020, 11, 20), "payment")
        register = found.register
        assert sorted(register.index[register["channel"] == "targeted"]) == chosen

    def test_euros_are_those_of_the_share_that_the_model_learnt(self, tables, frame, model):
        many = frame.loc[np.resize(frame.index, 400)]
        learnt = copy(model).fit_amounts(many, np.linspace(0, 1, 400))
        assert model.amounts_ is None
        found = draw_campaign(learnt, frame, tables, ON, capacity=20, seed=1).targets
        share = pd.Series(learnt.undue_share(frame), index=frame.index).loc[found["case_id"]].to_numpy()
        expected = found["risk"] * share * found["amount_at_stake"]
        assert found["expected_recovery"].tolist() == pytest.approx(expected.tolist())

    def test_beside_a_guarantee_the_score_decides_alone(self, tables, frame, model):
        found = draw_campaign(model, frame, tables, ON, capacity=20, seed=1, guarantee="average")
        register = found.selections
        top = register.query("channel == 'targeted'")["score"].min()
        assert top >= register.query("channel == 'random'")["score"].max()
        assert "for_euros" not in found.summary

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"capacity": 5, "precision_for_euros": 1.1}, "between 0 and 1"),
            ({"plan": PLAN, "precision_for_euros": 0.1}, "already says"),
            (
                {"plan": replace(PLAN, precision_for_euros=0.1), "guarantee": "average"},
                "Nothing can be given",
            ),
            ({"capacity": 5, "precision_for_euros": 0.1, "guarantee": "average"}, "Nothing can be given"),
            ({"capacity": 5, "precision_for_euros": 0.1, "min_precision": 0.5}, "Nothing can be given"),
        ],
    )
    def test_a_share_that_cannot_be_meant_is_refused(self, values, said):
        with pytest.raises(InvalidArgument, match=said):
            asked(date(2020, 11, 20), **values)


class TestRelease:
    def test_the_least_suspect_share_is_released_and_a_sample_of_it_is_checked(self, tables, frame, model):
        found = draw_campaign(model, frame, tables, ON, release_share=0.15, random_share=0.2, seed=1)
        register = found.selections.sort_values("score")
        free = int(0.15 * len(register))
        released = register["channel"].isin(["released", "random"])
        assert released.sum() == free
        assert register["score"][released].max() <= register["score"][~released].min()
        assert (register["channel"] == "random").sum() == round(0.2 * free)
        assert found.summary["release"]["released"] + found.summary["release"]["sampled"] == free
        assert found.summary["line"]["applies"] is False

    @pytest.mark.parametrize(("share", "free"), [(0.15, 15), (0.159, 15), (0.5, 50)])
    def test_never_more_than_the_share_is_released(self, share, free):
        found = draw_release(pd.Series(np.arange(100.0), index=[str(i) for i in range(100)]), share, 0.1, 0)
        assert (found["stratum"] == "released").sum() == free

    def test_the_bound_by_hand(self):
        # ten cases, five drawn, none found: with four non-conforming C(6,5)/C(10,5) = 6/252 < 5 %,
        # with three C(7,5)/C(10,5) = 21/252 = 8.3 %
        assert most_among(10, 5, 0) == 3

    def test_the_bound_covers_in_nineteen_samples_of_twenty(self):
        rng = np.random.default_rng(0)
        bad = 37
        covered = [
            most_among(400, 60, int(rng.hypergeometric(bad, 400 - bad, 60))) >= bad for _ in range(500)
        ]
        assert np.mean(covered) >= 0.95 - 2 * (0.95 * 0.05 / 500) ** 0.5

    def test_a_release_promises_no_precision(self):
        with pytest.raises(InvalidArgument, match="promises no precision"):
            asked(date(2021, 1, 1), release_share=0.15, guarantee="average")


class TestAsked:
    @pytest.mark.parametrize(
        "ways", [{}, {"capacity": 5, "release_share": 0.1}, {"capacity": 5, "plan": PLAN}]
    )
    def test_exactly_one_way_is_asked_for(self, ways):
        with pytest.raises(InvalidArgument, match="exactly one"):
            asked(date(2020, 11, 20), **ways)

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"capacity": 0}, "one place"),
            ({"capacity": 5, "seed": -1}, "Not a seed"),
            ({"capacity": 5, "precision_for_euros": float("nan")}, "between 0 and 1"),
            ({"capacity": 5, "min_precision": 1.0}, "precision"),
            ({"capacity": 5, "guarantee": "always"}, "guarantee"),
            ({"capacity": 5, "random_share": 0.0}, "random"),
        ],
    )
    def test_values_that_cannot_be_meant_are_refused(self, values, said):
        with pytest.raises(InvalidArgument, match=said):
            asked(date(2020, 11, 20), **values)


class TestPromise:
    def test_a_plan_is_promised_as_the_beginning_of_each_departments_ranking(self, tables, frame):
        alone = replace(PLAN, uncertain_share=0.0, rules_share=0.0, signal_share=0.0)
        found = draw_campaign("anomaly", frame, tables, ON, plan=alone, seed=7, guarantee="campaigns")
        targeted = found.selections["channel"] == "targeted"
        promise = found.summary["guarantee"]
        assert promise["asked"] == targeted.sum()
        assert "not the beginning" not in promise["why"]

    def test_labels_are_counted_from_the_cut_of_their_department_and_others_left_out(self, tables):
        day = date(2021, 6, 1)
        whole = past_labels("anomaly", tables, "payment", day)
        here = past_labels("anomaly", tables, "payment", day, cuts={"59": 0.5})
        assert 0 < len(here.scores) < len(whole.scores)
        assert set((here.scores + 0.5).round(9)) <= set(whole.scores.round(9))

    @pytest.mark.parametrize("mode", ["average", "campaigns"])
    def test_a_list_that_passes_higher_scores_over_is_promised_nothing(self, mode, tables, monkeypatch):
        # six hundred outcomes, all found: a list of the first twenty holds; one that skips the first does not
        scores = np.linspace(4, 0, 2000)
        labels = Labels(scores, np.full(2000, 0.3), np.arange(600), np.ones(600))
        monkeypatch.setattr(promise, "past_labels", lambda *_: labels)
        register = pd.DataFrame(
            {"stage": STAGE, "drawn_on": date(2020, 11, 20), "score": scores, "channel": "random",
             "case_id": [f"{i:04}" for i in range(2000)]}
        )  # fmt: skip
        departments = pd.Series("59", index=register["case_id"])
        wanted = asked(date(2020, 11, 20), capacity=20, guarantee=mode)
        drawn = Drawn(register, register.index, {}, None)
        for skipped, holds in ((0, True), (1, False)):
            listed = register.assign(channel="random")
            listed.loc[skipped : skipped + 19, "channel"] = "targeted"
            told = promise.promised(listed, departments, drawn, wanted, "anomaly", tables)
            assert told["holds"] is holds
            assert ("passed over" in told["why"]) is not holds
            listed.loc[skipped + 20, "score"] = (
                listed.loc[skipped + 19, "score"] + 1e-12
            )  # the same, as ranked
            assert promise.promised(listed, departments, drawn, wanted, "anomaly", tables)["holds"] is holds

    def test_the_list_is_delivered_and_the_promise_says_what_it_lacks(self, tables, frame):
        found = draw_campaign("anomaly", frame, tables, ON, capacity=20, seed=1, guarantee="campaigns")
        assert len(found.targets) == 20
        promise = found.summary["guarantee"]
        assert promise["holds"] is False
        assert promise["mode"] == "campaigns"
        assert promise["random_labels_needed"] is None or promise["random_labels_needed"] > 0

    def test_a_model_that_does_not_say_until_when_it_learnt_rests_on_nothing(self, tables, model):
        assert "does not say until when" in past_labels(model, tables, STAGE, date(2021, 6, 1))

    def test_outcomes_that_a_model_learnt_from_are_no_labels(self, tables, model):
        model.card_ = {"until": "2021-05-31"}
        try:
            assert "no campaign was drawn" in past_labels(model, tables, STAGE, date(2021, 6, 1))
        finally:
            del model.card_

    def test_labels_are_outcomes_that_were_drawn_and_closed_before_the_campaign(self, tables):
        found = past_labels("anomaly", tables, "payment", date(2021, 6, 1))
        assert isinstance(found, Labels)
        closed = ap.outcomes(tables, "payment", "2021-06-01")
        assert 0 < len(found.known) <= len(closed)
        assert found.first is not None
        assert found.first < date(2021, 6, 1)
        assert len(found.scores) > len(found.known)

    def test_labels_lacking_are_expected_at_the_pace_so_far(self):
        promise = Guarantee("campaigns", 0.6, 100, 0, 50, 100, "")
        # fifty in a hundred days: a hundred more take two hundred
        assert expected_on(promise, date(2021, 1, 1), date(2021, 4, 11), None) == "2021-10-28"
        fresh = Guarantee("campaigns", 0.6, 100, 0, 0, 10, "")
        assert expected_on(fresh, None, date(2021, 4, 11), 2.0) == "2021-04-16"
        assert expected_on(fresh, None, date(2021, 4, 11), None) is None

    def test_no_label_at_all_is_a_label_set_of_none(self):
        assert len(Labels.none().known) == 0


@pytest.mark.parametrize(("listed", "applies"), [(50, True), (51, False)])
def test_the_line_is_out_of_reach_where_the_list_is_longer_than_base_rate_over_line(listed, applies):
    assert line_of(pd.Series([0.3] * 100), listed, 0.6)["applies"] is applies


def test_a_rule_with_fewer_outcomes_makes_its_cases_rarer(tables, frame):
    rarity = rule_rarity(frame, tables, STAGE, date.fromisoformat(ON))
    fired = ap.criteria.evaluate(frame, STAGE).fillna(False).astype(bool)
    assert (rarity[~fired.any(axis=1)] == 0).all()
    assert rarity[fired.any(axis=1)].gt(0).all()
    known = ap.outcomes(tables, STAGE, ON)
    before = ap.features(tables, STAGE, to=ON)
    met = ap.criteria.evaluate(before.loc[known.index.intersection(before.index)], STAGE).fillna(False).sum()
    case = rarity.idxmax()
    assert rarity[case] == pytest.approx(max(1 / (1 + met[code]) for code in fired.columns[fired.loc[case]]))

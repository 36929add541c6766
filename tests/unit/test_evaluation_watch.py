"""Drift, fairness, offices, replayed campaigns and plans, and the figures that show them."""

from __future__ import annotations

import json
from datetime import date

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import apanalytics as ap
from apanalytics.commands import backtest as command
from apanalytics.commands.backtest import _plan
from apanalytics.errors import InvalidArgument, MissingTable, NotComputable, NothingToDo
from apanalytics.evaluation import plot
from apanalytics.evaluation.adversaries import answered
from apanalytics.evaluation.backtest import COLUMNS, Backtest, backtest, campaign_days
from apanalytics.evaluation.drift import corrected, drift
from apanalytics.evaluation.fairness import TOO_FEW_FR, fairness, with_age
from apanalytics.evaluation.replay import replay
from apanalytics.evaluation.teams import adjusted, team_effect
from apanalytics.risk import Interval
from apanalytics.tables import Tables
from tests.unit.country import establishments

mpl.use("Agg")
STAGE = "authorisation"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return ap.read("data/synthetic")


@pytest.fixture(scope="module")
def replayed(tables) -> Backtest:
    return backtest(tables, STAGE, from_=date(2020, 4, 1), to=date(2020, 5, 1), trees=5)


class TestBacktest:
    def test_each_date_has_every_ranking_once(self, replayed):
        rows = replayed.rows
        assert list(rows.columns) == COLUMNS
        names = {"model", "random", "amount", "rules", "anomaly", "last_year", "ceiling", "adversaries"}
        assert all(set(part["ranking"]) == names for _, part in rows.groupby("on"))
        assert not rows.duplicated(["on", "ranking"]).any()

    def test_random_is_the_base_rate_of_the_month_by_the_truth(self, replayed, tables):
        cases = ap.cases(tables, STAGE, from_="2020-04-01", to="2020-04-30")
        truth = tables.truth.to_pandas().query("stage == @STAGE").set_index("case_id")["nonconforming"]
        row = replayed.rows.query("ranking == 'random'").set_index("on").loc[date(2020, 5, 1)]
        assert row["cases"] == len(cases)
        assert row["value"] == pytest.approx(truth.loc[cases.index].mean())

    def test_a_list_learns_only_from_controls_closed_by_its_day(self, replayed, tables):
        closed = ap.outcomes(tables, STAGE, "2020-05-01")
        row = replayed.rows.query("ranking == 'model'").set_index("on").loc[date(2020, 5, 1)]
        assert row["outcomes_known"] == len(closed)

    def test_a_year_before_the_first_control_there_was_no_model(self, replayed):
        rows = replayed.rows.query("ranking == 'last_year'")
        assert rows["value"].isna().all()
        assert rows["why"].str.contains("year before").all()

    def test_judged_by_controls_what_was_never_drawn_is_not_estimable(self, tables):
        found = backtest(tables, STAGE, from_=date(2020, 5, 1), to=date(2020, 5, 1), trees=5, truth=False)
        assert "ceiling" not in set(found.rows["ranking"])
        assert found.rows["value"].isna().all()
        assert found.rows["why"].notna().all()

    def test_precision_is_averaged_over_dates_and_never_pooled(self):
        rows = pd.DataFrame(
            [
                {"on": on, "ranking": name, "value": value, "cases": n, "capacity": 1, "outcomes_known": n,
                 "months_since_launch": 0}
                for on, n, values in (("a", 1, (1.0, 0.5)), ("b", 1000, (0.5, 0.5)), ("c", 10, (0.6, 0.2)))
                for name, value in zip(("model", "random"), values, strict=True)
            ]
        )  # fmt: skip
        found = Backtest(rows)
        assert found.over_dates()["model"].value == pytest.approx(0.7)
        assert found.lifts()["random"].value == pytest.approx(0.3)
        assert [one["outcomes_known"] for one in found.json()["learning_curve"]] == [1, 1000, 10]

    @pytest.mark.parametrize(
        ("first", "last", "days"),
        [(None, None, 3), (date(2021, 3, 1), None, 2), (None, date(2021, 3, 31), 2)],
    )
    def test_campaigns_fall_on_the_first_day_after_each_month(self, first, last, days):
        cases = pd.DataFrame({"filed_on": pd.to_datetime(["2021-01-31", "2021-03-01"])})
        found = campaign_days(cases, first, last)
        assert len(found) == days
        assert all(day.day == 1 for day in found)

    def test_a_window_without_cases_is_refused(self, tables):
        with pytest.raises(NothingToDo, match="No month"):
            backtest(tables, STAGE, from_=date(2019, 1, 1), to=date(2019, 2, 1), trees=5)

    def test_the_command_writes_rows_and_summary(self, tmp_path):
        app = typer.Typer()
        app.command()(command.backtest)
        words = ["data/synthetic", str(tmp_path / "out"), "--stage", STAGE, "--from", "2020-11-01"]
        words += ["--to", "2020-11-01", "--trees", "5", "--json"]
        shown = CliRunner().invoke(app, words)
        assert shown.exit_code == 0, shown.output
        told = json.loads(shown.stdout)
        assert told["dates"] == 1
        assert set(told["plans"]) == {"first", "second"}
        assert set(told["plans_by_region"]) == {"32", "94"}
        whole, parts = told["plans"]["first"], told["plans_by_region"].values()
        assert whole["cases"] == sum(one["first"]["cases"] for one in parts)
        assert told["precision"]["model"]["value"] is None
        written = json.loads((tmp_path / "out" / "backtest.json").read_text())
        assert written["precision"] == told["precision"]
        assert len(pd.read_parquet(tmp_path / "out" / "backtest.parquet")) == 8

    def test_the_command_tells_what_each_control_plan_keeps_takes_and_disturbs(self):
        plan = {"checks": 494, "share_kept": 0.088, "firms_disturbed": 219, "delay_days": 103.5}
        plan["share_repaid"] = 0.171
        assert _plan("first plan", plan) == (
            "first plan: 494 checks, 9% of the undue euros kept, 219 firms disturbed for nothing, "
            "17.1% of all made to pay back, 104 days to the end (median)"
        )
        nothing = {"share_kept": None, "delay_days": None, "share_repaid": None, "undue_eur": 0.0}
        unknown = _plan("first plan", plan | nothing)
        assert "pay back" not in unknown
        assert "no undue euro to keep" in unknown
        assert "no delay known" in unknown
        assert "no share of the undue euros known" in _plan("first plan", plan | nothing | {"undue_eur": 2e4})


class TestAdversaries:
    def case(self) -> tuple[ap.RiskModel, pd.DataFrame, pd.Series]:
        rng = np.random.default_rng(0)
        frame = pd.DataFrame(
            rng.normal(size=(400, 3)), columns=list("abc"), index=[f"C{i}" for i in range(400)]
        )
        bad = (frame["a"] + frame["b"] > 1.5).rename("bad")
        return ap.RiskModel(trees=20).fit(frame, bad), frame, bad

    def test_only_those_who_hide_something_move_and_only_so_many_features(self):
        model, frame, bad = self.case()
        moved = answered(model, frame, bad, moves=1)
        changed = (moved != frame).sum(axis=1)
        assert (changed[~bad] == 0).all()
        assert changed[bad].max() == 1
        assert not moved[["a", "b"]].equals(frame[["a", "b"]])

    def test_the_more_they_move_the_less_is_found(self):
        model, frame, bad = self.case()
        scores = [model.decision_function(answered(model, frame, bad, moves))[bad].mean() for moves in (1, 2)]
        assert model.decision_function(frame)[bad].mean() > scores[0] > scores[1]

    def test_a_feature_that_a_rule_reads_is_the_first_to_move(self, tables):
        frame = ap.features(tables, "payment", to="2020-12-31")
        X, y, w = ap.labelled(frame, ap.outcomes(tables, "payment", "2021-03-31"))
        model = ap.RiskModel(stage="payment", trees=10, folds=2).fit(X, y, sample_weight=w)
        parts = model.explain(X)
        rules = parts[model.ensemble_.rules.codes]
        ruled = rules.index[rules.max(axis=1) > parts[list(model.columns_.names)].max(axis=1)]
        assert len(ruled) > 5
        bad = pd.Series(X.index.isin(ruled), index=X.index)
        after = model.explain(answered(model, X, bad, moves=1))[model.ensemble_.rules.codes]
        undone = after.loc[ruled].max(axis=1) < rules.loc[ruled].max(axis=1)
        assert undone.mean() > 0.75  # by what the learners alone say of features it is 0.07


class TestReplay:
    @pytest.fixture
    def plans(self, tables) -> pd.DataFrame:
        cases = ap.cases(tables, STAGE)
        return replay(tables, STAGE, cases["amount_eur"].astype(float))

    def test_the_first_plan_is_what_controls_did(self, plans, tables):
        known = ap.outcomes(tables, STAGE)
        assert plans.loc["first", "checks"] == len(known)
        kept = known[["blocked_amount_eur", "recovered_amount_eur"]].fillna(0).sum().sum()
        assert plans.loc["first", "kept_eur"] == pytest.approx(kept)

    def test_the_second_checks_its_share_before_the_decision(self, plans):
        share = plans.loc["second", "checks"] / plans.loc["second", "cases"]
        assert 0.85 <= share < 0.87 + 0.015
        assert plans.loc["second", "share_kept"] > plans.loc["first", "share_kept"]
        assert plans.loc["second", "firms_disturbed"] > plans.loc["first", "firms_disturbed"]
        assert plans.loc["second", "delay_days"] < plans.loc["first", "delay_days"] + 15

    def test_firms_made_to_pay_back_are_those_of_whom_something_was_recovered(self, plans, tables):
        known = ap.outcomes(tables, STAGE)
        paid = known.index[known["recovered_amount_eur"].fillna(0) > 0]
        firms = ap.cases(tables, STAGE)["siren"]
        assert plans.loc["first", "firms_repaid"] == firms.loc[paid].nunique()
        assert plans.loc["first", "share_repaid"] == pytest.approx(
            firms.loc[paid].nunique() / firms.nunique()
        )
        assert plans.loc["second", "firms_repaid"] == 0

    def test_no_plan_keeps_more_than_is_undue(self, plans):
        assert (plans["kept_eur"] <= plans["undue_eur"]).all()
        assert plans["detection"].between(0, 1).all()

    def test_without_a_truth_nothing_can_be_replayed(self):
        with pytest.raises(MissingTable, match="truth"):
            replay(Tables.from_frames({}), STAGE, pd.Series(dtype=float))


class TestDrift:
    rng = np.random.default_rng(0)
    before = pd.DataFrame(rng.normal(size=(400, 40)), columns=[f"f{i}" for i in range(40)])

    def test_nothing_changed_raises_about_no_alarm(self):
        now = pd.DataFrame(np.random.default_rng(1).normal(size=(400, 40)), columns=self.before.columns)
        assert drift(self.before, now)["alarm"].sum() <= 1

    def test_what_changed_comes_first(self):
        now = self.before.assign(f7=self.before["f7"] + 1)
        found = drift(self.before, now)
        assert (found["feature"].iloc[0], bool(found["alarm"].iloc[0])) == ("f7", True)
        assert found["alarm"].sum() == 1

    def test_a_feature_that_goes_missing_is_a_change(self):
        now = self.before.copy()
        now.loc[:200, "f3"] = np.nan
        found = drift(self.before, now).set_index("feature")
        assert bool(found.loc["f3", "alarm"])
        assert found.loc["f3", "missing_now"] == pytest.approx(201 / 400)

    def test_a_change_in_one_sector_is_found_there(self):
        section = pd.Series(["F", "I"] * 200)
        now = self.before.copy()
        now.loc[section == "I", "f1"] += 1.5
        found = drift(self.before, now, (section, section)).set_index(["feature", "section"])
        assert bool(found.loc[("f1", "I"), "alarm"])
        assert not found.loc[("f1", "F"), "alarm"]

    @pytest.mark.parametrize(("n", "tested"), [(29, False), (30, True)])
    def test_under_thirty_values_nothing_is_compared(self, n, tested):
        found = drift(self.before, self.before.head(n) + 100)
        assert bool(found["alarm"].any()) is tested
        assert found["distance"].notna().all() == tested

    @given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=20))
    def test_corrected_values_never_fall_below_the_raw_ones_and_keep_their_order(self, raw):
        pvalues = np.array(raw, dtype=float)
        found = corrected(pvalues)
        known = ~np.isnan(pvalues)
        assert (np.isnan(found) == ~known).all()
        assert (found[known] >= pvalues[known] - 1e-12).all()
        order = np.argsort(pvalues[known], kind="stable")
        assert (np.diff(found[known][order]) >= -1e-12).all()


class TestFairness:
    def frame(self, n: int, hits: int, **columns) -> pd.DataFrame:
        outcome = pd.Series([True] * hits + [False] * (n - hits), dtype=object)
        frame = pd.DataFrame(
            {"chosen": True, "probability": 1.0, "listed": True, "group": "A"}, index=range(n)
        )
        return frame.assign(nonconforming=outcome, siret=[str(i) for i in range(n)], **columns)

    def drawn(self, n: int) -> pd.DataFrame:
        """So many compliant cases drawn with a tenth, and those that were not."""
        frame = self.frame(10 * n, 0, chosen=False, probability=0.1)
        listed = frame.index < n
        return frame.assign(listed=listed, nonconforming=frame["nonconforming"].where(listed))

    @pytest.mark.parametrize(("n", "hits", "why"), [(29, 5, TOO_FEW_FR), (30, 0, TOO_FEW_FR), (30, 1, None)])
    def test_too_few_cases_or_no_positive_is_no_pass(self, n, hits, why):
        found = fairness(self.frame(n, hits), "group").iloc[0]
        assert (found["why"] if why else pd.isna(found["why"])) == (why or True)
        assert pd.isna(found["precision"]) == (why is not None)

    def test_the_burden_counts_compliant_cases_chosen_for_a_thousand_compliant(self):
        # the thirty drawn with a tenth stand for three hundred; of the thirty chosen, five were compliant
        found = fairness(pd.concat([self.frame(30, 25), self.drawn(30)], ignore_index=True), "group").iloc[0]
        assert found["burden"] == pytest.approx(1000 * 5 / 305)
        assert found["burden_low"] < found["burden"] < found["burden_high"]
        assert pd.isna(found["why"])

    def test_a_burden_without_thirty_outcomes_drawn_at_random_is_none(self):
        found = fairness(pd.concat([self.frame(60, 40), self.drawn(29)], ignore_index=True), "group").iloc[0]
        assert pd.isna(found["burden"])
        assert found["precision"] == pytest.approx(40 / 60)
        assert found["why"] == TOO_FEW_FR

    def test_a_precision_of_which_over_a_fifth_was_never_controlled_is_none(self):
        chosen = self.frame(60, 40)
        chosen.loc[chosen.index[:13], "nonconforming"] = None
        found = fairness(pd.concat([chosen, self.drawn(40)], ignore_index=True), "group").iloc[0]
        assert pd.isna(found["precision"])
        assert pd.isna(found["burden"])
        assert found["why"] == TOO_FEW_FR

    def test_the_chosen_never_controlled_count_in_the_burden_as_the_others_chosen(self):
        # of thirty chosen six are unknown, of the others four compliant: five of thirty would be
        chosen = self.frame(30, 20)
        chosen.loc[chosen.index[:6], "nonconforming"] = None
        chosen.loc[chosen.index[-6:], "nonconforming"] = True
        found = fairness(pd.concat([chosen, self.drawn(40)], ignore_index=True), "group").iloc[0]
        assert found["burden"] == pytest.approx(1000 * 5 / 405)

    def test_a_case_chosen_by_chance_counts_once_among_those_chosen(self):
        # fifteen compliant chosen with a half stand for thirty, the thirty others for three hundred
        chosen = self.frame(30, 15, probability=0.5)
        passed = self.frame(30, 0, chosen=False, listed=False, probability=0.5).assign(nonconforming=None)
        found = fairness(pd.concat([chosen, passed, self.drawn(30)], ignore_index=True), "group").iloc[0]
        assert found["burden"] == pytest.approx(1000 * 15 / 330)
        assert found["precision"] == 0.5

    def test_a_firm_of_unknown_group_is_shown(self):
        frame = self.frame(30, 10)
        frame.loc[0, "group"] = None
        assert set(fairness(frame, "group")["group"]) == {"A", "non connu"}

    def test_an_unknown_group_column_is_refused(self):
        with pytest.raises(InvalidArgument, match="group"):
            fairness(self.frame(30, 10), "nowhere")

    @pytest.mark.parametrize(
        ("on", "label"),
        [("2001-12-31", "moins d’un an"), ("2002-01-02", "1 à 2 ans"), ("2011-01-02", "10 ans et plus")],
    )
    def test_the_age_of_a_firm_is_counted_on_the_day(self, on, label):
        firms = establishments().head(1)  # created on 2001-01-01
        held = Tables.from_frames({"establishments": firms})
        assert with_age(firms[["siret"]], held, date.fromisoformat(on))["age"].tolist() == [label]


class TestOffices:
    def test_offices_that_find_alike_are_not_told_apart(self):
        rng = np.random.default_rng(3)
        risk = rng.uniform(0.1, 0.9, 600)
        known = pd.DataFrame({"risk": risk, "nonconforming": rng.random(600) < risk})
        effect = team_effect(known.assign(team_key=rng.choice(list("ABCDE"), 600)))
        assert effect.p_value > 0.05

    def test_harder_cases_do_not_make_an_office_strict(self):
        rng = np.random.default_rng(3)
        team = np.repeat(["easy", "hard"], 300)
        risk = np.where(team == "hard", 0.7, 0.2)
        effect = team_effect(
            pd.DataFrame({"risk": risk, "nonconforming": rng.random(600) < risk, "team_key": team})
        )
        assert effect.p_value > 0.05
        assert effect.offsets.abs().max() < 0.2

    def test_an_office_with_few_outcomes_is_drawn_towards_none(self):
        team = ["A"] * 200 + ["B"] * 200 + ["C"] * 3
        found = [True] * 160 + [False] * 40 + [True] * 40 + [False] * 160 + [True] * 3
        effect = team_effect(pd.DataFrame({"risk": 0.5, "nonconforming": found, "team_key": team}))
        assert 0 < effect.offsets["C"] < 1.5
        assert adjusted(pd.DataFrame({"risk": [0.5], "team_key": ["A"]}), effect)[0] > 0.7

    def test_one_office_cannot_be_compared(self):
        known = pd.DataFrame({"risk": 0.5, "nonconforming": [True, False] * 30, "team_key": "A"})
        with pytest.raises(NotComputable, match="told apart"):
            team_effect(known)


class TestFigures:
    def test_a_replayed_month_is_drawn_with_the_line(self, replayed):
        axes = plot.backtest(replayed.rows)
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        assert {"Modèle", "Hasard", "Repère de 60\xa0%"} <= set(labels)

    def test_what_is_not_estimable_is_named_and_not_drawn(self):
        axes = plot.lift(
            {"amount": {"value": None, "why": "x"}, "random": {"value": 0.1, "low": 0.0, "high": 0.2}}
        )
        assert axes.get_yticklabels()[0].get_text() == "Montant seul : non estimable"
        assert len(axes.containers) == 1

    def test_groups_without_data_say_so(self):
        frame = pd.DataFrame(
            {"chosen": True, "probability": 1.0, "listed": True, "nonconforming": [True], "g": "A"}
        )
        axes = plot.fairness(fairness(frame, "g"), "precision")
        assert axes.get_yticklabels()[0].get_text() == f"A : {TOO_FEW_FR}"

    def test_a_region_without_enough_random_controls_is_named_and_not_drawn(self):
        axes = plot.regions({"32": Interval(0.1, 0.06, 0.15), "94": Interval.unknown("12 outcomes")})
        assert [text.get_text() for text in axes.get_yticklabels()] == [
            "Hauts-de-France",
            "Corse : non estimable",
        ]
        assert len(axes.containers) == 1

    def test_campaigns_stand_beside_their_mean_and_the_line(self):
        days = pd.to_datetime(["2021-07-01", "2021-08-01", "2021-09-01", "2021-10-01"])
        table = pd.DataFrame({"drawn_on": days, "value": [0.5, 0.6, 0.7, np.nan]})
        axes = plot.campaigns(table.assign(low=table["value"] - 0.1, high=table["value"] + 0.1))
        labels = [text.get_text() for text in axes.get_legend().get_texts()]
        assert labels == ["Moyenne des campagnes", "Repère de 60\xa0%"]
        assert len(axes.containers[0].lines[0].get_xdata()) == 3
        with pytest.raises(NotComputable, match="No campaign"):
            plot.campaigns(table.assign(value=np.nan))

    def test_a_list_longer_than_base_rate_over_line_has_no_line(self):
        risks = {"risk": 0.5, "risk_low": 0.4, "risk_high": 0.6}
        cases = {"rank": range(1, 11), "case_id": [str(i) for i in range(10)], "channel": "targeted"}
        targets = pd.DataFrame(cases | risks)
        drawn = [
            len(plot.precision(targets, base_rate=rate, eligible=100).get_lines()) for rate in (0.06, 0.05)
        ]
        assert drawn == [2, 1]

    def test_nothing_known_draws_nothing(self, replayed):
        empty = replayed.rows.assign(value=np.nan)
        for draw in (plot.backtest, plot.learning_curve):
            with pytest.raises(NotComputable):
                draw(empty)
        with pytest.raises(NotComputable):
            plot.reliability({"reliability": [], "ece": {"why": "too few"}})


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")

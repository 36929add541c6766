"""A campaign on the synthetic country: who can be chosen, what the list says, what is written."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

import apanalytics as ap
from apanalytics.commands.evaluate import evaluate
from apanalytics.commands.score import _earliest, score
from apanalytics.commands.target import target
from apanalytics.commands.train import train
from apanalytics.errors import DataRefused, InvalidArgument, ModelMismatch, NothingToDo
from apanalytics.evaluation.rankings import rankings
from apanalytics.evaluation.universe import universe_of
from apanalytics.tables import Tables, schema, write_table
from apanalytics.targeting import Plan, draw_campaign, read_model
from apanalytics.targeting.campaign import _fingerprint
from apanalytics.targeting.eligible import eligible
from apanalytics.targeting.writing import register, write_list

DATA = Path("data/synthetic")
ON = "2020-11-20"
STAGE = "authorisation"
PLAN = Plan("32", {"59": 12, "62": 8}, date(2020, 11, 1), date(2020, 12, 31), uncertain_share=0.1)
LISTS = {
    ("score",): {"capacity": 20},
    ("anomaly",): {"capacity": 20},
    ("euros",): {"capacity": 20, "min_precision": 0.05},
    ("plan",): {"plan": PLAN},
    ("release",): {"release_share": 0.5},
}
"""Every way to ask for a list."""


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
def campaign(tables, frame, model):
    return draw_campaign(model, frame, tables, ON, capacity=20, random_share=0.2, seed=7)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


class TestEligible:
    def cases(self, **changes) -> pd.DataFrame:
        usual = {"status": "pending", "filed_on": day("2021-03-01"), "decide_by": day("2021-03-16")}
        return pd.DataFrame([usual | changes], index=pd.Index(["A"], name="case_id"))

    def tables(self, opened_on: str | None = None) -> Tables:
        control = {
            "control_id": "k",
            "stage": STAGE,
            "case_id": "A",
            "channel": "tip",
            "opened_on": opened_on,
        }
        claims = schema("claims").empty()
        return Tables.from_frames(
            {"claims": claims, **({"controls": pd.DataFrame([control])} if opened_on else {})}
        )

    @pytest.mark.parametrize(
        ("on", "kept"), [("2021-02-28", 0), ("2021-03-01", 1), ("2021-03-16", 1), ("2021-03-17", 0)]
    )
    def test_a_request_can_be_chosen_from_its_filing_to_its_deadline(self, on, kept):
        assert len(eligible(self.cases(), self.tables(), STAGE, day(on).date())) == kept

    def test_a_claim_can_be_chosen_until_it_is_paid_even_late(self):
        on = day("2021-05-01").date()
        assert len(eligible(self.cases(), self.tables(), "payment", on)) == 1
        assert eligible(self.cases(status="paid"), self.tables(), "payment", on).empty

    @pytest.mark.parametrize("status", ["authorised", "tacit", "refused", "withdrawn"])
    def test_a_decided_request_cannot(self, status):
        assert eligible(self.cases(status=status), self.tables(), STAGE, day("2021-03-10").date()).empty

    @pytest.mark.parametrize(("opened", "kept"), [("2021-03-10", 0), ("2021-03-11", 1)])
    def test_a_case_whose_control_has_opened_cannot(self, opened, kept):
        assert len(eligible(self.cases(), self.tables(opened), STAGE, day("2021-03-10").date())) == kept


class TestList:
    def test_its_columns_are_those_of_the_contract(self, campaign):
        assert list(campaign.targets.columns) == [field.name for field in schema("targets").fields]
        assert campaign.targets["rank"].tolist() == list(range(1, 21))

    @pytest.mark.parametrize("asked", LISTS, ids=" ".join)
    def test_the_contributions_on_each_line_sum_to_its_score(self, tables, frame, model, asked):
        ranker = "anomaly" if "anomaly" in asked else model
        listed = ap.target(ranker, frame, tables, ON, seed=7, **LISTS[asked])
        assert len(listed)
        for reasons, score_ in zip(listed["reasons"], listed["score"], strict=True):
            parts = re.findall(r"[+-]\d+\.\d+(?=;|$)", reasons)
            assert len(parts) == reasons.count(";") + 1
            assert sum(map(float, parts)) == pytest.approx(score_, abs=1e-9)

    def test_reasons_name_the_criteria_that_fired_in_the_order_of_their_weight(self, campaign, frame):
        fired = ap.criteria.evaluate(frame, STAGE).fillna(False).astype(bool)
        for line in campaign.targets.itertuples():
            parts = [(part[:6], float(part[6:])) for part in line.reasons.split(";")[:-1]]
            codes = [code for code, _ in parts]
            assert set(codes) == set(fired.columns[fired.loc[line.case_id]])
            assert [w for _, w in parts] == sorted((w for _, w in parts), reverse=True)
            assert all(code in line.reasons_text for code in codes)
            assert line.counter_evidence

    def test_every_eligible_case_is_in_the_register_once_with_its_probability(self, campaign, tables):
        on = day(ON).date()
        could = eligible(ap.cases(tables, STAGE, to=ON, as_of=ON), tables, STAGE, on)
        assert set(campaign.selections["case_id"]) == set(could.index)
        assert campaign.selections["case_id"].is_unique
        assert campaign.selections["selection_probability"].between(0, 1, inclusive="right").all()
        assert campaign.selections["selection_probability"].sum() == pytest.approx(20)
        assert set(campaign.selections.loc[campaign.selections["listed"], "case_id"]) == set(
            campaign.targets["case_id"]
        )

    def test_risk_is_within_its_interval_and_recovery_within_the_stake(self, campaign):
        listed = campaign.targets
        assert listed["risk"].between(listed["risk_low"], listed["risk_high"]).all()
        assert listed["expected_recovery"].between(0, listed["amount_at_stake"]).all()

    def test_shuffled_rows_and_another_draw_of_the_same_seed_give_the_same_list(
        self, campaign, tables, frame, model
    ):
        shuffled = frame.sample(frac=1, random_state=1)
        again = draw_campaign(model, shuffled, tables, ON, capacity=20, random_share=0.2, seed=7)
        assert again.targets.equals(campaign.targets)
        assert again.selections.equals(campaign.selections)

    def test_shuffled_outcomes_and_a_second_thread_give_the_same_list(self, campaign, tables, frame):
        X, y, w = ap.labelled(ap.features(tables, STAGE, to=ON), ap.outcomes(tables, STAGE, ON))
        order = np.random.default_rng(2).permutation(len(X))
        rows = X.iloc[order]
        rows.attrs = dict(X.attrs)
        other = ap.RiskModel(stage=STAGE, trees=10, folds=2, n_jobs=2)
        other.fit(rows, y.iloc[order], sample_weight=w.iloc[order])
        again = draw_campaign(other, frame, tables, ON, capacity=20, random_share=0.2, seed=7)
        assert again.targets.equals(campaign.targets)
        assert again.selections.equals(campaign.selections)

    def test_a_draw_has_its_name_from_what_came_out_whatever_the_order(self, campaign):
        rows = campaign.selections.set_index("case_id")
        same = _fingerprint(rows)
        noisy = rows.sample(frac=1, random_state=1).assign(score=rows["score"] + 1e-12)
        assert _fingerprint(noisy) == same
        first = rows.index[0]
        others = (
            rows.drop(index=first),
            rows.rename({first: "another"}),
            rows.assign(score=rows["score"] + 1e-3),
            rows.assign(selection_probability=rows["selection_probability"] / 2),
            rows.assign(listed=~rows["listed"]),
            rows.assign(channel="signal"),
        )
        names = {_fingerprint(one) for one in others}
        assert (len(names), same in names) == (len(others), False)

    def test_data_that_arrive_the_same_day_make_another_campaign(self, tables, frame, model, campaign):
        asked = {"capacity": 20, "random_share": 0.2, "seed": 7}
        again = draw_campaign(model, frame, tables, ON, **asked)
        assert again.selections.equals(campaign.selections)
        fewer = frame.drop(index=campaign.selections["case_id"].iloc[-1])
        before = draw_campaign(model, fewer, tables, ON, **asked)
        assert before.summary["campaign_id"] != campaign.summary["campaign_id"]
        assert before.summary["campaign_id"].startswith(f"{STAGE}-{ON}-")

    def test_a_region_keeps_its_own_cases_only(self, tables, frame, model):
        listed = ap.target(model, frame, tables, ON, capacity=5, regions=["94"])
        assert set(listed["region"]) == {"94"}

    def test_before_any_control_the_anomaly_score_ranks_and_no_risk_is_made_up(self, tables, frame):
        listed = ap.target("anomaly", frame, tables, ON, capacity=10)
        assert len(listed) == 10
        assert listed["risk"].isna().all()
        assert (listed["score"] >= 0).all()
        assert listed["reasons"].iloc[0].count(";") >= 1

    def test_facts_of_later_days_are_warned_of(self, tables, model):
        later = ap.features(tables, STAGE, from_="2020-11-01", to=ON, as_of="2020-12-31")
        with pytest.warns(UserWarning, match="known after 2020-11-20"):
            ap.target(model, later, tables, ON, capacity=5)
        later.attrs["as_of"] = dict(later.attrs["as_of"])  # as it comes back from a file
        with pytest.warns(
            UserWarning, match="comes from a file and has features as of days up to 2020-12-31"
        ):
            ap.target(model, later, tables, ON, capacity=5)

    def test_no_case_to_choose_a_foreign_frame_and_another_stage_are_refused(self, tables, frame, model):
        with pytest.raises(NothingToDo, match="No case can be chosen"):
            ap.target(model, frame, tables, "2019-01-01", capacity=5)
        with pytest.raises(ModelMismatch, match=model.columns_.names[0]):
            ap.target(model, frame.drop(columns=model.columns_.names[0]), tables, ON, capacity=5)
        other = ap.features(tables, "payment", from_="2020-11-10", to=ON, as_of=ON)
        with pytest.raises(ModelMismatch, match="authorisation"):
            ap.target(model, other, tables, ON, capacity=5)


app = typer.Typer()
for command in (train, score, target, evaluate):
    app.command()(command)


def run(*words: object) -> dict:
    result = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A copy of the country whose register may grow, with a model and a list."""
    folder = tmp_path_factory.mktemp("chain")
    shutil.copytree(DATA, folder / "data")
    run("train", folder / "data", folder / "model", "--stage", STAGE, "--until", ON)
    run(*listed(folder, "list"))
    return folder


def listed(folder: Path, name: str) -> tuple[object, ...]:
    options = ("--stage", STAGE, "--on", ON, "--capacity", "20", "--seed", "3")
    return ("target", folder / "data", folder / "model", folder / name, *options)


class TestCommands:
    def test_the_list_and_its_summary_are_written_whole(self, place):
        assert sorted(os.listdir(place / "list")) == [
            "campaign.json",
            "returns",
            "targets.csv",
            "targets.parquet",
            "targets.xlsx",
        ]
        summary = json.loads((place / "list" / "campaign.json").read_text())
        assert {
            "stage",
            "on",
            "capacity",
            "random_share",
            "min_precision",
            "guarantee",
            "departments",
        } <= set(summary)
        assert {"model", "data", "law", "seed"} <= set(summary)
        assert summary["guarantee"]["holds"] is False
        assert sum(one["targets"] for one in summary["departments"].values()) == 20

    def test_the_register_grows_by_the_eligible_cases_once(self, place):
        before = ap.read(place / "data").selections.to_pandas()
        run(*listed(place, "again"))
        after = ap.read(place / "data").selections.to_pandas()
        assert after.equals(before)
        summary = json.loads((place / "list" / "campaign.json").read_text())
        assert (after["campaign_id"] == summary["campaign_id"]).sum() == summary["eligible"]
        assert len(after) == len(ap.read(DATA).selections) + summary["eligible"]

    def test_the_register_of_a_list_already_sent_stays_when_data_have_arrived(
        self, tmp_path, frame, campaign
    ):
        held = ap.read(shutil.copytree(DATA, tmp_path / "data"))
        fewer = frame.drop(index=campaign.selections["case_id"].iloc[-1])
        for given, place in ((fewer, "first"), (frame, "second")):
            drawn = draw_campaign("anomaly", given, held, ON, capacity=20)
            write_list(drawn, held, tmp_path / place, {})
        kept = ap.read(tmp_path / "data").selections.to_pandas()
        for place in ("first", "second"):
            summary = json.loads((tmp_path / place / "campaign.json").read_text())
            assert (kept["campaign_id"] == summary["campaign_id"]).sum() == summary["eligible"]

    def test_a_register_kept_in_parts_keeps_them_all(self, tmp_path):
        campaigns = [
            pd.DataFrame(
                {
                    "campaign_id": [name],
                    "stage": STAGE,
                    "case_id": "C1",
                    "drawn_on": pd.Timestamp("2021-01-01"),
                    "channel": "random",
                    "stratum": "bin-1",
                    "selection_probability": 0.5,
                    "score": 0.0,
                    "model_version": "m",
                    "listed": True,
                }
            )
            for name in ("first", "second")
        ]
        write_table(campaigns[0], "selections", tmp_path / "selections.parquet")
        register(campaigns[1], tmp_path)
        assert ap.read(tmp_path).selections.to_pandas()["campaign_id"].tolist() == ["first", "second"]
        assert len(list((tmp_path / "selections.parquet").iterdir())) == 2

    def test_the_same_seed_and_data_give_the_same_bytes(self, place):
        run(*listed(place, "twin"))
        for name in ("campaign.json", "targets.csv", "targets.parquet"):
            assert (place / "twin" / name).read_bytes() == (place / "list" / name).read_bytes()

    def test_scores_cover_every_case_of_the_window_in_the_columns_of_the_list(self, place):
        options = ("--stage", STAGE, "--from", "2020-11-01", "--to", "2020-11-30")
        told = run("score", place / "data", place / "model", place / "s.parquet", *options)
        scores = pd.read_parquet(place / "s.parquet")
        cases = ap.cases(ap.read(DATA), STAGE, from_="2020-11-01", to="2020-11-30")
        assert told["cases"] == len(scores) == len(cases)
        assert list(scores.columns) == [field.name for field in schema("targets").fields]
        assert scores["selection_probability"].isna().all()
        assert (np.diff(scores["score"].round(9)) <= 0).all()

    def test_a_case_has_one_score_whatever_the_window(self, place):
        words = ("score", place / "data", place / "model")
        run(*words, place / "every.parquet", "--stage", STAGE)
        run(*words, place / "few.parquet", "--stage", STAGE, "--from", "2020-11-10", "--to", "2020-11-20")
        every, few = (
            pd.read_parquet(place / f"{name}.parquet").set_index("case_id") for name in ("every", "few")
        )
        filed = ap.cases(ap.read(DATA), STAGE, from_="2020-11-10", to="2020-11-20").index
        assert sorted(few.index) == sorted(filed)
        for column in ("score", "risk", "reasons_text"):
            assert few[column].equals(every.loc[few.index, column])

    def test_a_window_from_the_first_day_there_is_has_no_day_before(self):
        assert (_earliest(date(1, 1, 1)), _earliest(None)) == (date(1, 1, 1), None)
        assert _earliest(date(2021, 9, 15)) == date(2021, 9, 15) - timedelta(days=730)

    def test_the_truth_of_a_synthetic_country_judges_every_baseline(self, place):
        found = run("evaluate", place / "data", place / "list", "--stage", STAGE, "--truth")
        truth = ap.read(DATA).truth.to_pandas().query("stage == @STAGE").set_index("case_id")["nonconforming"]
        chosen = pd.read_parquet(place / "list" / "targets.parquet").query("channel == 'targeted'")["case_id"]
        assert found["precision"]["value"] == pytest.approx(truth.loc[chosen].mean())
        assert found["capacity"] == len(chosen)
        assert found["line"] == 0.6
        assert all(
            found["baselines"][name]["value"] is not None for name in ("random", "amount", "rules", "anomaly")
        )

    def test_last_periods_model_ranks_as_it_would_have_in_the_campaign(self, tables, model):
        whole = ap.features(tables, STAGE, to=ON, as_of=ON)
        campaign = draw_campaign(model, whole, tables, ON, capacity=20)
        held = {name: getattr(tables, name).to_pandas() for name in tables.names}
        again = Tables.from_frames(held | {"selections": campaign.selections})
        universe = universe_of(again, campaign.targets, STAGE, truth=True)
        scored = rankings(again, universe, STAGE, model)["previous"]
        own = campaign.selections.set_index("case_id")["score"]
        pd.testing.assert_series_equal(scored.sort_index(), own.sort_index(), check_names=False, rtol=1e-9)

    def test_the_truth_tells_what_the_list_adds_to_each_baseline(self, place):
        options = ("--stage", STAGE, "--truth", "--previous", "anomaly")
        found = run("evaluate", place / "data", place / "list", *options)
        for name in ("random", "amount", "rules", "anomaly", "previous"):
            less = found["precision"]["value"] - found["baselines"][name]["value"]
            assert found["lift"][name]["value"] == pytest.approx(less)
            assert found["lift"][name]["low"] <= found["lift"][name]["value"] <= found["lift"][name]["high"]
        assert found["baselines"]["previous"] == found["baselines"]["anomaly"]
        assert found["overlap"]["effective"] == found["cases"]
        assert found["released"] is None
        longest = found["base_rate"]["value"] * found["cases"] / 0.6
        assert found["line_applies"] == (found["capacity"] <= longest)

    def test_a_list_is_watched_beside_its_precision(self, place):
        words = ("evaluate", place / "data", place / "list", "--stage", STAGE, "--truth", "--watch")
        found = run(*words)["watch"]
        assert set(found["fairness"]) == {"size", "section", "department", "age"}
        summary = json.loads((place / "list" / "campaign.json").read_text())
        assert sum(one["cases"] for one in found["fairness"]["department"]) == summary["eligible"]
        assert set(found["regions"]) >= {"32", "94"}
        assert found["campaigns"]["over"]["value"] is not None
        assert found["hunches"]["signals"]["controlled"] > 0
        assert "why" in found["offices"]

    def test_a_release_is_judged_by_its_sample(self, place):
        options = ("--stage", STAGE, "--on", ON, "--release-share", "0.15", "--random-share", "0.5")
        run("target", place / "data", place / "model", place / "free", *options)
        found = run("evaluate", place / "data", place / "free", "--stage", STAGE, "--truth")
        assert found["released"]["cases_high"] >= found["released"]["found"]
        assert found["released"]["known"] == found["released"]["sampled"]
        assert found["line_applies"] is False

    def test_without_controls_of_the_list_every_figure_is_null_and_says_why(self, place):
        found = run("evaluate", place / "data", place / "list", "--stage", STAGE)
        assert found["precision"]["value"] is None
        assert "unknown" in found["precision"]["why"] or "no outcome" in found["precision"]["why"]
        assert found["base_rate"]["value"] is None

    def test_a_list_whose_campaign_is_not_registered_is_refused(self, place):
        targets = pd.read_parquet(place / "list" / "targets.parquet")
        with pytest.raises(DataRefused, match="selections"):
            ap.evaluate(ap.read(DATA), targets, STAGE)

    def test_a_list_of_the_other_stage_is_refused(self, place):
        targets = pd.read_parquet(place / "list" / "targets.parquet")
        with pytest.raises(InvalidArgument, match="another stage"):
            ap.evaluate(ap.read(DATA), targets, "payment")

    def test_a_cold_model_gives_way_to_the_anomaly_and_it_is_said(self, place, tmp_path, monkeypatch):
        summary = json.loads((place / "list" / "campaign.json").read_text())
        assert summary["cold_model"] is None
        monkeypatch.setattr("apanalytics.risk.model.FEWEST_FINDINGS", 10**6)
        data = shutil.copytree(DATA, tmp_path / "data")
        words = (
            "target",
            data,
            place / "model",
            tmp_path / "l",
            "--stage",
            STAGE,
            "--on",
            ON,
            "--capacity",
            5,
        )
        result = CliRunner().invoke(app, [*map(str, words)])
        said = f"The model {summary['model']} knows "
        assert (result.exit_code, said in " ".join(result.stderr.split())) == (0, True)
        cold = json.loads((tmp_path / "l" / "campaign.json").read_text())
        assert cold["model"].startswith("anomaly-")
        assert cold["cold_model"].startswith(said)
        assert cold["cold_model"].endswith("the anomaly, which needs none, ranks in its place.")

    def test_a_cold_model_that_ranks_all_the_same_is_warned_of(
        self, tables, frame, model, tmp_path, monkeypatch
    ):
        monkeypatch.setattr("apanalytics.risk.model.FEWEST_FINDINGS", 10**6)
        with pytest.warns(UserWarning, match='findings; .* give "anomaly" in its place') as said:
            ap.target(model, frame, tables, ON, capacity=5)
        assert [one.filename for one in said] == [__file__]
        with pytest.warns(UserWarning, match="in its place"):
            drawn = draw_campaign(model, frame, tables, ON, capacity=5)
        assert drawn.summary["cold_model"].endswith("it ranks all the same.")
        with pytest.warns(UserWarning, match="the anomaly, which needs none, ranks"):
            assert read_model(model.save(tmp_path / "m")) == "anomaly"

    def test_a_cold_start_ends_with_a_message_and_nothing_written(self, tmp_path):
        words = ["train", DATA, tmp_path / "m", "--stage", STAGE, "--until", "2019-05-31"]
        result = CliRunner().invoke(app, [*map(str, words)])
        assert result.exit_code == 1
        assert "0 control outcomes are known" in " ".join(result.stderr.split())
        assert "anomaly" in result.stderr
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("seed", ["-1", str(2**32)])
    def test_a_seed_that_no_model_takes_is_refused_in_words(self, tmp_path, seed):
        words = ["train", DATA, tmp_path / "m", "--stage", STAGE, "--until", ON, "--seed", seed]
        result = CliRunner().invoke(app, [*map(str, words)])
        assert (result.exit_code, "Not a seed (--seed)" in result.stderr) == (1, True)

    @pytest.mark.parametrize("capacity", ["nan", "inf", "-1", "0"])
    def test_a_capacity_that_is_none_is_refused_in_words(self, place, tables, capacity):
        words = ["evaluate", DATA, place / "list", "--stage", STAGE, "--capacity", capacity]
        result = CliRunner().invoke(app, [*map(str, words)])
        assert (result.exit_code, "Not a capacity (capacity)" in result.stderr) == (1, True)
        listing = pd.read_parquet(place / "list" / "targets.parquet")
        with pytest.raises(InvalidArgument, match="Not a capacity"):
            ap.evaluate(tables, listing, STAGE, capacity=float(capacity))

    def test_watched_regions_and_campaigns_are_told_without_json(self, place):
        words = ["evaluate", place / "data", place / "list", "--stage", STAGE, "--truth", "--watch"]
        told = CliRunner().invoke(app, [*map(str, words)]).stdout
        assert "region 32: " in told
        assert "past campaigns: " in told
        assert "are in --json" in told

    def test_a_folder_without_a_list_is_named(self, tmp_path):
        result = CliRunner().invoke(app, ["evaluate", str(DATA), str(tmp_path), "--stage", STAGE])
        assert result.exit_code == 1
        assert "No list and no scores here" in result.stderr
        assert "None" not in result.stderr

    def test_a_list_that_is_no_parquet_is_refused_in_words(self, tmp_path):
        (tmp_path / "targets.parquet").write_text("not parquet")
        result = CliRunner().invoke(app, ["evaluate", str(DATA), str(tmp_path), "--stage", STAGE])
        assert result.exit_code == 1
        assert "Not a Parquet file" in result.stderr

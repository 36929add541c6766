"""The risk model: a scikit-learn classifier for any frame, explained exactly, saved safely."""

from __future__ import annotations

import copy
import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from apanalytics import law
from apanalytics.errors import DataRefused, InvalidArgument, ModelMismatch
from apanalytics.risk import BASE, RiskModel
from apanalytics.risk.card import markdown, model_card, refuse_banned


@parametrize_with_checks([RiskModel(trees=20)])
def test_the_risk_model_is_a_scikit_learn_classifier(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Four hundred rows of numbers, text, categories, booleans and gaps; two columns carry the signal."""
    rng = np.random.default_rng(5)
    n = 400
    table = pd.DataFrame(
        {
            "hours": rng.normal(size=n),
            "noise": rng.normal(size=n),
            "motive": rng.choice(["flood", "crisis", None], n),
            "section": pd.Categorical(rng.choice(list("CFI"), n)),
            "late": pd.array(rng.choice([True, False, None], n), dtype="boolean"),
            "count": pd.array(rng.integers(0, 9, n), dtype="Int64"),
        },
        index=[f"case{i}" for i in range(n)],
    )
    table.loc[rng.random(n) < 0.3, "hours"] = np.nan
    return table


@pytest.fixture(scope="module")
def found(frame) -> pd.Series:
    signal = frame["hours"].fillna(0) * 2 + (frame["motive"] == "flood") * 2 - 1
    chance = np.random.default_rng(6).random(len(frame))
    return pd.Series(chance < 1 / (1 + np.exp(-signal)), index=frame.index)


@pytest.fixture(scope="module")
def model(frame, found) -> RiskModel:
    return RiskModel(trees=30, n_jobs=1).fit(frame, found)


@pytest.fixture(scope="module")
def scorer(model, frame) -> RiskModel:
    """A model of one's own that knows amounts too."""
    known = copy.copy(model)
    return known.fit_amounts(frame, np.random.default_rng(7).random(len(frame)))


def test_contributions_sum_to_the_score(model, frame):
    parts = model.explain(frame)
    assert list(parts.columns) == [*frame.columns, BASE]
    assert np.abs(parts.sum(axis=1) - model.decision_function(frame)).max() < 1e-9


def test_the_columns_that_carry_the_signal_carry_the_contributions(model, frame):
    size = model.explain(frame).drop(columns=BASE).abs().mean()
    assert set(size.nlargest(2).index) == {"hours", "motive"}


def test_neither_threads_nor_the_order_of_rows_change_what_is_learnt(model, frame, found):
    order = np.random.default_rng(1).permutation(len(frame))
    other = RiskModel(trees=30, n_jobs=2).fit(frame.iloc[order], found.iloc[order])
    assert other.version == model.version
    assert np.array_equal(other.predict_proba(frame), model.predict_proba(frame))


def test_another_seed_learns_another_model(model, frame, found):
    assert RiskModel(trees=30, random_state=1).fit(frame, found).version != model.version


def test_a_whole_weight_is_a_repeated_row(frame, found):
    weight = np.arange(len(frame)) % 3
    weighted = RiskModel(trees=10).fit(frame, found, sample_weight=weight)
    repeated = RiskModel(trees=10).fit(
        frame.iloc[np.repeat(np.arange(len(frame)), weight)], found.repeat(weight)
    )
    assert weighted.version == repeated.version


def test_risk_lies_within_its_interval_and_never_falls_as_the_score_rises(model, frame):
    low, high = model.risk_interval(frame)
    risk = model.predict_proba(frame)[:, 1]
    assert ((low <= risk) & (risk <= high)).all()
    assert (np.diff(risk[np.argsort(model.decision_function(frame))]) >= 0).all()


def test_with_few_outcomes_of_one_kind_nothing_is_calibrated_and_no_interval_is_given(frame, found):
    few = frame.index[np.r_[np.flatnonzero(found)[:9], np.flatnonzero(~found)[:60]]]
    model = RiskModel(trees=5).fit(frame.loc[few], found.loc[few])
    assert model.calibrator_.method == "none"
    assert np.isnan(model.risk_interval(frame)[0]).all()
    assert "auc" not in model.figures_


def test_it_works_in_a_pipeline_clone_and_cross_validation(frame, found):
    pipeline = clone(make_pipeline(FunctionTransformer(), RiskModel(trees=10)))
    risk = cross_val_predict(pipeline, frame, found, cv=3, method="predict_proba")
    assert risk[found.to_numpy(), 1].mean() > risk[~found.to_numpy(), 1].mean() + 0.1


def test_a_category_never_seen_counts_as_missing(model, frame):
    strange, missing = frame.head(3).copy(), frame.head(3).copy()
    strange["motive"], missing["motive"] = "martian", None
    assert np.array_equal(model.decision_function(strange), model.decision_function(missing))


def test_a_missing_outcome_is_refused_not_taken_for_compliant(frame):
    with pytest.raises(InvalidArgument, match="Unknown is not conforming"):
        RiskModel().fit(frame, pd.Series([True, None] * 200, dtype="boolean", index=frame.index))


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("hours", np.inf, "infinity"),
        ("hours", pd.Timestamp("2021-01-01"), "neither numbers nor categories"),
        ("hours", 1j, "Complex data"),
    ],
)
def test_a_column_that_cannot_be_learnt_from_is_named(frame, found, column, values, message):
    with pytest.raises(InvalidArgument, match=message) as caught:
        RiskModel().fit(frame.assign(**{column: values}), found)
    assert column in str(caught.value)


def test_one_firm_is_never_on_both_sides_of_a_fold():
    rng = np.random.default_rng(0)
    firm = np.repeat(np.arange(60), 5)
    guilty = np.repeat(rng.random(60) < 0.5, 5)
    frame = pd.DataFrame({"firm_mark": np.repeat(rng.normal(size=60), 5)})
    leaking = RiskModel(trees=60, leaf_weight=4).fit(frame + rng.normal(size=(300, 1)) * 1e-6, guilty)
    grouped = RiskModel(trees=60, leaf_weight=4).fit(
        frame + rng.normal(size=(300, 1)) * 1e-6, guilty, groups=firm
    )
    assert leaking.figures_["auc"] > 0.85
    assert grouped.figures_["auc"] < 0.65


class TestSaved:
    def test_a_loaded_model_is_the_model_that_was_saved(self, model, frame, tmp_path):
        again = RiskModel.load(model.save(tmp_path / "m"))
        assert again.version == model.version
        assert np.array_equal(again.predict_proba(frame), model.predict_proba(frame))
        assert again.predict(frame).dtype == model.predict(frame).dtype
        assert again.explain(frame).equals(model.explain(frame))

    def test_only_text_and_json_are_written_and_the_same_bytes_each_time(self, model, tmp_path):
        one, two = (model.save(tmp_path / name) for name in "ab")
        files = sorted(path.name for path in one.iterdir())
        assert {Path(name).suffix for name in files} == {".txt", ".json", ".md"}
        assert all((one / name).read_bytes() == (two / name).read_bytes() for name in files)

    @pytest.mark.parametrize("name", ["learner_0.txt", "calibrator.json", "model.json", "carte_modele.md"])
    def test_a_changed_or_missing_file_is_refused_by_name(self, model, tmp_path, name):
        folder = model.save(tmp_path / "m")
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("0", "1", 1) + " ", encoding="utf-8")
        with pytest.raises(ModelMismatch, match=name):
            RiskModel.load(folder)
        (folder / name).unlink()
        with pytest.raises(ModelMismatch, match=name):
            RiskModel.load(folder)

    def test_another_layout_and_no_model_at_all_are_told_apart(self, model, tmp_path):
        folder = model.save(tmp_path / "m")
        manifest = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(manifest | {"format": "other-9"}))
        with pytest.raises(ModelMismatch, match="other-9"):
            RiskModel.load(folder)
        with pytest.raises(ModelMismatch, match="No saved model here"):
            RiskModel.load(tmp_path / "nothing")

    @pytest.mark.parametrize("files", [None, {}, {"files": None}, {"files": ["model.json"]}])
    def test_a_manifest_that_lists_no_files_is_refused_in_words(self, model, tmp_path, files):
        folder = model.save(tmp_path / "m")
        manifest = json.loads((folder / "manifest.json").read_text())
        told = [] if files is None else {"format": manifest["format"]} | files
        (folder / "manifest.json").write_text(json.dumps(told))
        with pytest.raises(ModelMismatch, match=r"does not list its files .*manifest\.json"):
            RiskModel.load(folder)

    def test_a_folder_of_something_else_is_left_alone(self, model, tmp_path):
        (tmp_path / "thesis").mkdir()
        (tmp_path / "thesis" / "chapter.md").write_text("years of work")
        with pytest.raises(InvalidArgument, match="something else"):
            model.save(tmp_path / "thesis")
        assert (tmp_path / "thesis" / "chapter.md").read_text() == "years of work"

    def test_a_frame_that_it_does_not_fit_is_refused_naming_the_column(self, model, frame, tmp_path):
        again = RiskModel.load(model.save(tmp_path / "m"))
        with pytest.raises(ModelMismatch, match="motive"):
            again.columns_.select(frame.drop(columns="motive"))
        with pytest.raises(ModelMismatch, match="hours"):
            again.columns_.select(frame.assign(hours="many"))

    @pytest.mark.parametrize("call", ["predict_proba", "explain", "undue_share"])
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"motive": 1}, r"category values \(motive\): 'int64'"),
            ({"hours": "151"}, r"number values \(hours\): '(str|object)'"),
            ({"motive": None}, None),
            ({"another": 1.0}, "another"),
        ],
    )
    def test_a_prediction_refuses_a_column_of_another_kind(self, scorer, frame, call, changes, said):
        other = frame.assign(**changes)
        if said is None:  # nothing is known: no kind at all
            assert len(getattr(scorer, call)(other)) == len(frame)
            return
        with pytest.raises(ModelMismatch, match=said):
            getattr(scorer, call)(other)

    @pytest.mark.parametrize(
        "other", [lambda f: f.drop(columns="motive"), lambda f: f[[*reversed(f.columns)]]]
    )
    def test_a_prediction_refuses_missing_and_displaced_columns(self, model, frame, other):
        with pytest.raises(
            ModelMismatch, match=r"(?s)not those that the model was fitted on.*(motive|order)"
        ):
            model.predict_proba(other(frame))

    def test_rows_without_names_are_held_to_the_same_kinds(self, model, frame):
        rows = frame.astype(object).to_numpy()
        assert np.array_equal(model.predict_proba(rows), model.predict_proba(frame))
        wrong = rows.copy()
        wrong[:, list(frame.columns).index("motive")] = 3
        for given, said in ((wrong, "motive"), (rows[:, :2], "6 columns"), (rows[0], "6 columns")):
            with pytest.raises(ModelMismatch, match=said):
                model.predict_proba(given)


class TestCard:
    def test_the_card_says_what_was_learnt_from_what(self, model):
        known = pd.DataFrame(
            {"nonconforming": [True, False, True], "channel": ["targeted", "tip", "targeted"]}
        )
        card = model_card(
            model, until="2021-06-30", known=known, filed=("2020-03-01", "2021-05-31"), data="abc"
        )
        assert card["outcomes"] == {"total": 3, "nonconforming": 2, "by_channel": {"targeted": 2, "tip": 1}}
        page = markdown(card)
        assert "Issues apprises : 3, dont 2 non conformes (targeted : 2, tip : 1)" in page
        assert "2021-06-30" in page
        assert "`abc`" in page

    def test_the_card_says_the_law_and_when_the_controls_closed(self, model):
        known = pd.DataFrame(
            {
                "nonconforming": [True, False],
                "channel": "tip",
                "closed_on": pd.to_datetime(["2021-03-02", "2020-11-30"]),
            }
        )
        card = model_card(model, until="2021-06-30", known=known, filed=("a", "b"), data="abc")
        assert (card["law"], card["closed"]) == (law.fingerprint(), ["2020-11-30", "2021-03-02"])
        page = markdown(card)
        assert "Contrôles appris clos du 2020-11-30 au 2021-03-02" in page
        assert f"`{law.fingerprint()}`" in page
        older = {name: value for name, value in card.items() if name not in ("law", "closed")}
        assert "droit" not in markdown(older)

    @pytest.mark.parametrize(("card", "warned"), [({}, 0), ({"law": "f" * 64}, 1), ({"law": None}, 0)])
    def test_another_law_than_that_of_the_card_is_warned_of(self, model, tmp_path, card, warned):
        known = pd.DataFrame({"nonconforming": [True], "channel": ["tip"]})
        whole = model_card(model, until="2021-06-30", known=known, filed=("a", "b"), data="abc")
        folder = model.save(tmp_path / "m", whole | card)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            assert RiskModel.load(folder).version == model.version
        assert ["law" in str(one.message) and str(folder) in str(one.message) for one in said] == [
            True
        ] * warned
        assert all(one.filename == __file__ for one in said)

    def test_without_figures_the_card_says_so(self, model):
        known = pd.DataFrame({"nonconforming": [True], "channel": ["tip"]})
        card = model_card(model, until="2021-06-30", known=known, filed=("a", "b"), data="abc")
        assert "Trop peu d'issues" in markdown(card | {"figures": {}})

    @pytest.mark.parametrize("name", ["person_age", "gender", "nir", "controller_team_key"])
    def test_a_column_about_a_person_or_a_controller_is_refused(self, name):
        with pytest.raises(DataRefused, match=name):
            refuse_banned(pd.DataFrame({name: [1]}))

    def test_the_age_of_a_firm_is_no_characteristic_of_a_person(self):
        refuse_banned(pd.DataFrame({"age_days": [1], "senior_claims": [1], "account_age_days": [3]}))

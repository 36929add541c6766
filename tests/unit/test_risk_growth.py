"""Trees on many outcomes are larger than on few, and promise the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import apanalytics.risk.model as risk_model
from apanalytics.risk import RiskModel
from apanalytics.risk.growth import MANY_OUTCOMES
from apanalytics.risk.learners import grow


@pytest.fixture(scope="module")
def many() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(MANY_OUTCOMES, 6)), columns=list("abcdef"))
    score = frame["a"] * frame["b"] + np.sin(3 * frame["c"]) - 0.5
    return frame, (rng.random(len(frame)) < 1 / (1 + np.exp(-score))).to_numpy()


def leaves(model: RiskModel) -> int:
    """Return the leaves of the largest tree."""
    found = [one.dump_model()["tree_info"] for one in model.ensemble_.boosters]
    return max(int(tree["num_leaves"]) for trees in found for tree in trees)


def test_the_last_outcome_that_makes_them_many_makes_the_trees_large(many):
    frame, wrong = many
    large = RiskModel(trees=4, folds=0, leaf_weight=5).fit(frame, wrong)
    small = RiskModel(trees=4, folds=0, leaf_weight=5).fit(frame[1:], wrong[1:])
    assert leaves(small) <= 31 < leaves(large) <= 63


def test_an_outcome_of_weight_two_counts_twice_for_the_size_of_the_trees(many):
    frame, wrong = many
    half = slice(0, MANY_OUTCOMES // 2)
    twice = np.full(MANY_OUTCOMES // 2, 2.0)
    model = RiskModel(trees=4, folds=0, leaf_weight=5).fit(frame[half], wrong[half], sample_weight=twice)
    assert leaves(model) > 31


def test_large_trees_explain_exactly_and_alike_on_any_number_of_threads(many):
    frame, wrong = many
    one, two = (RiskModel(trees=8, folds=0, n_jobs=threads).fit(frame, wrong) for threads in (1, 2))
    some = frame.head(200)
    assert one.version == two.version
    assert np.abs(one.explain(some).sum(axis=1) - two.decision_function(some)).max() < 1e-9


def test_the_parts_that_calibrate_are_grown_as_the_whole(many, monkeypatch):
    frame, wrong = many
    asked = []
    monkeypatch.setattr(
        risk_model,
        "grow",
        lambda *rows, growth, **rest: asked.append(growth) or grow(*rows, growth=growth, **rest),
    )
    RiskModel(trees=3, folds=2).fit(frame, wrong)
    assert [one.leaves for one in asked] == [63, 63, 63]


@pytest.mark.parametrize(("rows", "trees", "grown"), [(6_000, None, 100), (5_999, None, 80), (400, 7, 7)])
def test_as_many_trees_are_grown_as_are_asked_for_or_suit_the_outcomes(many, rows, trees, grown):
    frame, wrong = many
    model = RiskModel(trees=trees, folds=0).fit(frame[:rows], wrong[:rows])
    assert {one.num_trees() for one in model.ensemble_.boosters} == {grown}

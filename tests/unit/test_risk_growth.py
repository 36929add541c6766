"""Trees on many outcomes are larger than on few, and promise the same."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.risk import RiskModel
from apanalytics.risk.growth import MANY_OUTCOMES, growth_for


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


def test_the_number_of_trees_asked_for_is_the_one_grown():
    assert growth_for(MANY_OUTCOMES, 7).trees == growth_for(0, 7).trees == 7
    assert growth_for(MANY_OUTCOMES, None).trees == 100

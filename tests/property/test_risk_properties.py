"""Whatever the frame: contributions sum to the score, order plays no part, calibration never falls."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from apanalytics.risk import RiskModel, anomaly_scores, wilson
from apanalytics.risk.calibration import Calibrator
from apanalytics.risk.folds import deal

value = st.none() | st.sampled_from([-1e9, -1.0, 0.0, 1e-9, 1.0, 1e9]) | st.floats(-10, 10)
word = st.none() | st.sampled_from(["a", "b", "é", ""])
row = st.tuples(value, word, st.none() | st.booleans())


@settings(max_examples=10, deadline=None)
@given(st.lists(row, min_size=4, max_size=60), st.randoms(use_true_random=False))
def test_contributions_sum_to_the_score_for_any_frame_in_any_order(rows, random):
    frame = pd.DataFrame(rows, columns=["number", "word", "flag"])
    frame = frame.astype({"number": "float64", "word": "str", "flag": "boolean"})
    y = np.arange(len(frame)) % 2 == 0
    order = random.sample(range(len(frame)), len(frame))
    model = RiskModel(trees=3, folds=2).fit(frame, y)
    other = RiskModel(trees=3, folds=2).fit(frame.iloc[order], y[order])
    assert np.abs(model.explain(frame).sum(axis=1) - model.decision_function(frame)).max() < 1e-9
    assert model.version == other.version
    assert np.array_equal(model.predict_proba(frame)[order], model.predict_proba(frame.iloc[order]))


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([-2.0, -1.0, 0.0, 0.5, 3.0]), st.booleans()), min_size=1, max_size=40)
)
def test_calibrated_risk_never_falls_and_lies_within_its_interval(pairs):
    scores, target = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    fitted = Calibrator.fit(scores, target, np.ones(len(pairs)))
    at = np.linspace(-3, 4, 50)
    risk, (low, high) = fitted.probability(at), fitted.interval(at)
    assert (np.diff(risk) >= -1e-12).all()
    assert ((low >= 0) & (low <= risk + 1e-12) & (risk <= high + 1e-12) & (high <= 1)).all()


@given(
    arrays(float, st.integers(1, 80), elements=st.floats(-100, 100) | st.just(np.nan)),
    st.randoms(use_true_random=False),
)
@settings(max_examples=50, deadline=None)
def test_equal_cases_have_equal_anomaly_scores_in_any_order(values, random):
    frame = pd.DataFrame({"x": values})
    cases = pd.DataFrame({"section": "I", "size_class": "11", "month": "2021-03-01"}, index=frame.index)
    found = anomaly_scores(frame, cases)["score"]
    order = random.sample(range(len(frame)), len(frame))
    again = anomaly_scores(frame.iloc[order], cases.iloc[order])["score"]
    assert again.sort_index().equals(found)
    assert (found >= 0).all()
    assert found.groupby(frame["x"]).nunique().le(1).all()


@given(st.lists(st.integers(0, 20), min_size=1, max_size=60), st.integers(2, 6), st.integers(0, 5))
def test_a_group_is_dealt_to_one_fold(groups, folds, seed):
    keys = np.array(groups)
    fold = deal(keys, (keys % 2).astype(float), folds, seed)
    assert all(len(set(fold[keys == key])) == 1 for key in set(groups))
    assert set(fold) <= set(range(folds))


@given(st.integers(1, 10_000), st.data())
def test_wilson_contains_the_share_and_stays_within_zero_and_one(trials, data):
    hits = data.draw(st.sampled_from([0, 1, trials - 1, trials]) | st.integers(0, trials))
    low, high = wilson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1
    assert low < high

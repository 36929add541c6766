"""Whatever the scores: every eligible case has a true, positive probability, and order plays no part."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics.targeting.draw import draw
from apanalytics.targeting.reading_copies import neutral

score = st.sampled_from([-1.0, 0.0, 1e-12, 1.0]) | st.floats(-5, 5)


@settings(deadline=None)
@given(
    st.lists(score, min_size=1, max_size=60),
    st.integers(1, 70),
    st.sampled_from([0.001, 0.1, 0.5, 1.0]),
    st.integers(0, 3),
    st.randoms(use_true_random=False),
)
def test_the_draw_fills_its_places_with_positive_probabilities_in_any_order(
    values, capacity, share, seed, random
):
    scores = pd.Series(values, index=[f"C{i}" for i in range(len(values))])
    found = draw(scores, capacity, share, seed)
    probability = found["selection_probability"]
    assert found["listed"].sum() == min(capacity, len(scores))
    assert probability.between(0, 1, inclusive="right").all()
    assert probability.sum() == pytest.approx(min(capacity, len(scores)))
    assert found.loc[probability == 1, "listed"].all()
    sizes = found.groupby("stratum").agg(listed=("listed", "sum"), cases=("listed", "size"))
    assert np.allclose(found["stratum"].map(sizes["listed"] / sizes["cases"]), probability)
    order = random.sample(range(len(scores)), len(scores))
    assert draw(scores.iloc[order], capacity, share, seed).equals(found)


@given(st.text(max_size=20))
def test_no_text_leaves_as_a_formula(text):
    shown = neutral(text)
    assert not shown.lstrip(" ").startswith(("=", "+", "-", "\u2212", "@", "\t", "\r", "\n"))
    assert shown in (text, "'" + text)

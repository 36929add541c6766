"""Core features against a reference in plain Python: loops that a clerk could follow."""

from __future__ import annotations

import pytest
from clerk import disagreements
from hypothesis import given, settings
from hypothesis import strategies as st
from random_country import TODAY, country

from apanalytics.features import STAGES, features


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_features_agree_with_the_clerk(stage: str, seed: int) -> None:
    tables = country(seed)
    assert disagreements(tables, features(tables, stage, as_of=TODAY), stage, TODAY) == []

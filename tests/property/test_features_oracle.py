"""Every feature against a reference in plain Python: loops that a clerk could follow."""

from __future__ import annotations

import pytest
from clerk import REFERENCES, disagreements
from hypothesis import given, settings
from hypothesis import strategies as st
from random_country import TODAY, country
from whole_catalogue import every_feature

from apanalytics.features import STAGES
from apanalytics.features.registry import of_stage

SEEDS = st.integers(0, 10_000)


def against_the_clerk(stage: str, seed: int) -> None:
    tables = country(seed)
    assert disagreements(tables, every_feature(tables, stage, as_of=TODAY), stage, TODAY) == []


@pytest.mark.parametrize("stage", STAGES)
def test_the_clerk_knows_every_feature_and_no_other(stage: str) -> None:
    assert set(REFERENCES[stage]) == {feature.name for feature in of_stage(stage)}


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_features_agree_with_the_clerk(stage: str, seed: int) -> None:
    against_the_clerk(stage, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_features_agree_with_the_clerk_in_many_countries(stage: str, seed: int) -> None:
    against_the_clerk(stage, seed)


@pytest.mark.nightly
@pytest.mark.parametrize("stage", STAGES)
def test_every_feature_takes_several_values(stage: str) -> None:
    seen: dict[str, set[object]] = {feature.name: set() for feature in of_stage(stage)}
    for seed in range(10):
        frame = every_feature(country(seed), stage, as_of=TODAY)
        for name, values in seen.items():
            values.update(frame[name].dropna().tolist())
    assert [name for name, values in seen.items() if len(values) < 2] == []

"""The settings of a country are typed, complete and in range."""

from __future__ import annotations

import copy
from importlib.resources import files

import pytest
import yaml

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.knobs import build, scenarios, settings


@pytest.fixture
def base():
    text = files("apanalytics.synthetic").joinpath("settings", "base.yaml").read_text("utf-8")
    return copy.deepcopy(yaml.safe_load(text))


@pytest.mark.parametrize("scenario", scenarios())
def test_every_scenario_has_rates_for_every_kind_of_conduct(scenario):
    assert set(settings(scenario).conduct.kinds) == {kind.code for kind in KINDS}


def test_a_scenario_changes_what_it_says_and_nothing_else():
    assert settings("tiny").economy.largest_size == 30
    assert settings("tiny").conduct == settings("base").conduct


def test_an_unknown_scenario_is_refused_with_the_list_of_those_that_exist():
    with pytest.raises(InvalidArgument, match=r"'quite'[\s\S]*base, tiny"):
        settings("quite")


def test_an_unknown_setting_is_refused_by_name(base):
    base["crisis"]["persistance"] = 0.9
    with pytest.raises(InvalidArgument, match=r"Unknown setting.*'persistance'"):
        build(base, "test")


def test_a_missing_setting_is_refused_by_name(base):
    del base["payroll"]["late_share"]
    with pytest.raises(InvalidArgument, match=r"Missing setting.*payroll.*'late_share'"):
        build(base, "test")


@pytest.mark.parametrize(
    ("value", "message"), [(1.2, "out of range"), ("many", "wrong type"), (True, "wrong type")]
)
def test_a_share_is_a_number_from_0_to_1(base, value, message):
    base["payroll"]["late_share"] = value
    with pytest.raises(InvalidArgument, match=message):
        build(base, "test")

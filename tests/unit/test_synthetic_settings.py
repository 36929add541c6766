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
    with pytest.raises(InvalidArgument, match=r"'quite'[\s\S]*quiet"):
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


def test_a_file_of_ones_own_extends_a_scenario_and_changes_what_it_says(tmp_path):
    own = tmp_path / "mine.yaml"
    own.write_text("extends: quiet\nconduct: {scale: 0.5}\n", "utf-8")
    assert settings(own).conduct.scale == 0.5
    assert settings(own).window == settings("quiet").window
    own.write_text("extends: quiet\nconduct: {scale: 0.25}\n", "utf-8")
    assert settings(own).conduct.scale == 0.25


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: mine.yaml", "extends another by its name"),
        ("- base", "mapping of sections"),
        ("extends: [", "Not a YAML file"),
        ("extends: base\nweather: {}", r"Unknown setting[\s\S]*weather"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(tmp_path, text, message):
    own = tmp_path / "mine.yaml"
    own.write_text(text, "utf-8")
    with pytest.raises(InvalidArgument, match=message) as caught:
        settings(own)
    assert "mine.yaml" in str(caught.value)

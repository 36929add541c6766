"""The settings of a country are typed, complete and in range."""

from __future__ import annotations

import copy
from importlib.resources import files
from itertools import pairwise

import pytest
import yaml

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.scenario_files import build, scenarios, settings
from apanalytics.synthetic.shares import kind_shares


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


def test_a_file_in_another_encoding_is_refused_with_its_place(tmp_path):
    own = tmp_path / "mine.yaml"
    own.write_bytes("# réglages\nextends: base\n".encode("cp1252"))
    with pytest.raises(InvalidArgument, match="UTF-8") as caught:
        settings(own)
    assert "mine.yaml" in str(caught.value)


def test_a_scale_out_of_reach_is_named(tmp_path):
    own = tmp_path / "mine.yaml"
    own.write_text("extends: base\nconduct: {scale: 30}\n", "utf-8")
    with pytest.raises(InvalidArgument, match="conduct: scale"):
        kind_shares(settings(own))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conduct: {kinds: {hidden_wrk: {firms: 0.1}}}", "Unknown kind[\\s\\S]*mean hidden_work"),
        ("conduct: {kinds: {hidden_work: {firm: 0.1}}}", "Unknown setting[\\s\\S]*mean firms"),
        ("conduct: {begins: {typng: '2021-07'}}", "Unknown name[\\s\\S]*mean typing"),
        ("conduct: {begins: {typing: '2021-7'}}", "Not a month.*begins.*'2021-7'"),
        ("conduct: {case_rate: {authorization: 0.1}}", "Unknown name[\\s\\S]*mean authorisation"),
        ("conduct: {regions: {'99': 2}}", "Unknown name.*regions.*'99'"),
        ("conduct: {regions: {53: 2}}", 'not text[\\s\\S]*"53"'),
        ("inspection: {first_control: soon}", "Not a month.*first_control"),
        ("inspection: {random_share: 0.1, random_share: 0.2}", "'random_share' is given twice"),
        ("inspection: {random_share: .nan}", "out of range.*random_share"),
        ("payroll: {leave_share: [0.1, 0.2]}", "wrong length[\\s\\S]*12 entries"),
        ("payroll: {seat_kinds: {permanent: 0.1}}", "add up to 1.*seat_kinds"),
        ("payroll: {seasonal_share: {ZZ: 0.1}}", "Unknown name.*seasonal_share.*'ZZ'"),
        ("payroll: {months_before: 61}", "out of range[\\s\\S]*0 to 60"),
        ("payroll: {months_before: 2.5}", "whole number"),
        ("economy: {firms_per_group: 0}", "out of range[\\s\\S]*1 to 1,000,000"),
        ("economy: {largest_size: 2001}", "out of range[\\s\\S]*1 to 2,000"),
        ("economy: {size_spread: 10}", "out of range[\\s\\S]*0 to 3"),
        ("payroll: {over35_weekly: 0}", "out of range[\\s\\S]*1 to 60"),
        ("payroll:", "section of named settings"),
        ("crisis: {closed_months: ['2020-11']}", "wrong length[\\s\\S]*2 entries"),
        ("window: {start: '2020-03', end: '2020-01'}", "window is empty.*'2020-01'"),
    ],
)
def test_a_setting_that_would_be_passed_over_or_stop_a_draw_is_refused(tmp_path, text, message):
    own = tmp_path / "mine.yaml"
    own.write_text(f"extends: base\n{text}\n", "utf-8")
    with pytest.raises(InvalidArgument, match=message):
        settings(own)


def test_every_setting_of_base_says_what_it_means():
    text = files("apanalytics.synthetic").joinpath("settings", "base.yaml").read_text("utf-8")
    lines = text.splitlines()
    silent = [
        line.strip()
        for above, line in pairwise(lines)
        if line.startswith("  ") and line[2].isalpha() and "#" not in f"{line}{above.strip()[:1]}"
    ]
    assert silent == []

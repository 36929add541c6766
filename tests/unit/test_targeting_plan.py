"""A control plan is read as it is written, or refused with what is wrong in it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from apanalytics.errors import InvalidArgument, UnreadableFile
from apanalytics.targeting import Plan, read_plan

WHOLE = """
region: "32"
departments: {"02": 10, "59": 40}
from: 2021-09-01
to: 2021-12-31
random_share: 0.05
uncertain_share: 0.08
rules_share: 0.05
signal_share: 0.1
upstream_target: 0.85
precision_line: 0.6
control_cost_eur: 350
campaign_every_days: 7
"""


def plan(folder: Path, text: str) -> Plan:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def changed(**values: str) -> str:
    lines = [line for line in WHOLE.strip().splitlines() if line.split(":")[0] not in values]
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in values.items() if value)])


def test_a_plan_is_read_with_its_types(tmp_path):
    found = plan(tmp_path, WHOLE)
    assert found.departments == {"02": 10, "59": 40}
    assert (found.from_, found.to) == (date(2021, 9, 1), date(2021, 12, 31))
    assert (found.capacity, found.control_cost_eur, found.campaign_every_days) == (50, 350.0, 7)


@pytest.mark.parametrize(
    ("day", "within"),
    [("2021-08-31", False), ("2021-09-01", True), ("2021-12-31", True), ("2022-01-01", False)],
)
def test_both_ends_of_a_plan_belong_to_it(tmp_path, day, within):
    assert plan(tmp_path, WHOLE).covers(date.fromisoformat(day)) is within


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"departments": "{02: 10}"}, "between quotes"),
        ({"departments": '{"13": 10}'}, "Not a department of region 32"),
        ({"departments": '{"59": -1}'}, "negative"),
        ({"departments": '{"59": 0}'}, "at least one place"),
        ({"departments": '{"59": 1.5}'}, "whole number"),
        ({"departments": '{"59": true}'}, "whole number"),
        ({"departments": "12"}, "by department"),
        ({"region": '"99"'}, "Unknown region"),
        ({"region": "32"}, "between quotes"),
        ({"region": ""}, "lacks a key"),
        ({"to": "2021-08-31"}, "ends before it starts"),
        ({"to": "september"}, "Not a day"),
        ({"random_share": "0"}, "above 0"),
        ({"random_share": "1.1"}, "between 0 and 1"),
        ({"random_share": "0,1"}, "Not a number"),
        ({"random_share": "0.9", "uncertain_share": "0.2"}, "more than every place"),
        ({"control_cost_eur": "-1"}, "less than nothing"),
        ({"campaign_every_days": "0"}, "at least a day apart"),
        ({"campaign_every_days": "99999999"}, "at most 3660 days apart"),
        ({"precision_line": "0"}, "both excluded"),
        ({"precision_line": "1.0"}, "both excluded"),
        ({"precision_line": ".nan"}, "between 0 and 1"),
        ({"control_cost_eur": ".nan"}, "amount in euros"),
        ({"control_cost_eur": ".inf"}, "amount in euros"),
        ({"randomshare": "0.1"}, "Did you mean 'random_share'"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_in_words(tmp_path, values, said):
    with pytest.raises(InvalidArgument, match=said):
        plan(tmp_path, changed(**values))


@pytest.mark.parametrize("text", ["", "- a list", "region: [", "just text"])
def test_a_file_that_holds_no_plan_is_refused(tmp_path, text):
    with pytest.raises(UnreadableFile):
        plan(tmp_path, text)


def test_a_department_that_stands_twice_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match="'59' is given twice"):
        plan(tmp_path, changed(departments='{"59": 1, "59": 2}'))


def test_a_plan_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableFile, match="No such plan"):
        read_plan(tmp_path / "nowhere.yaml")

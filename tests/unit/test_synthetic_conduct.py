"""What each kind of conduct does to a line, with the arithmetic by hand."""

from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pytest

from apanalytics.synthetic.conduct import KINDS, rank
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.laws import REGIMES
from apanalytics.synthetic.lines import Lines

HERE = {
    "capacity": 147.0,
    "contract_hours": 151.67,
    "ceiling": 151.67,
    "weekly": 35.0,
    "legal_weekly": 35.0,
    "leave": 14.0,
    "suspended": 0.0,
    "holidays": 7.0,
    "uncovered": 0.25,
    "basis": 1.0,
    "due_idle": 80.0,
    "idle": 80.0,
    "shown_idle": 80.0,
    "shown_leave": 14.0,
    "shown_suspended": 0.0,
    "due_wage": 1500,
    "wage": 1500,
}


def one_line(**changes):
    values = {field.name: 0 for field in fields(Lines)} | HERE | changes
    flags = {"invented", "repeated"}
    return Lines(**{k: np.array([bool(v) if k in flags else v]) for k, v in values.items()})


def after(code, **changes):
    lines = one_line(**changes)
    KINDS[rank(code)].claim(lines, np.array([True]), Draws(1))
    return lines


def test_leave_claimed_adds_the_hours_of_leave():
    assert after("leave_claimed").idle[0] == 94.0


def test_leave_claimed_on_39_hours_entered_as_35_is_entered_as_35_too():
    assert after("leave_claimed", basis=39 / 35, leave=15.6).idle[0] == 94.0


def test_holidays_claimed_adds_the_holidays_of_the_month():
    assert after("holidays_claimed").idle[0] == 87.0


def test_39_hours_as_base_claims_39_for_35():
    assert after("hours_39_base", weekly=39.0, due_idle=70.0).idle[0] == 78.0


def test_a_late_request_loses_the_share_of_the_month_before_it():
    assert after("late_filing").due_idle[0] == 60.0


def test_the_second_claim_of_a_month_owes_nothing_and_the_first_all():
    assert after("double_claim", repeated=True).due_idle[0] == 0
    assert after("double_claim").due_idle[0] == 80.0


def test_an_old_staff_list_owes_nothing_for_whoever_has_no_payroll_row():
    assert after("stale_headcount", row=-1).due_idle[0] == 0
    assert after("stale_headcount", row=3).due_idle[0] == 80.0


def test_the_protected_rate_is_taken_from_the_general_one_only():
    protected, closed = REGIMES.index("protected"), REGIMES.index("closed")
    assert after("wrong_scheme").regime[0] == protected
    assert after("wrong_scheme", due_regime=closed, regime=closed).regime[0] == closed


def test_hours_are_inflated_up_to_the_ceiling_and_no_further():
    assert 80.0 < after("hours_inflated").idle[0] < 151.67


def test_wages_are_inflated_by_a_tenth_at_least():
    assert 1650 <= after("wages_inflated").wage[0] <= 2400


@pytest.mark.parametrize("code", ["hidden_work", "temps_replace"])
def test_work_done_makes_part_of_the_hours_undue_and_leaves_them_claimed(code):
    line = after(code)
    assert 0 < line.due_idle[0] < 80.0 == line.idle[0]


@pytest.mark.parametrize("code", ["usurped_siret", "shell_firm"])
def test_invented_firms_owe_nothing(code):
    assert after(code).due_idle[0] == 0


def test_payroll_that_hides_leave_claimed_shows_idle_hours_instead_of_leave():
    line = after("leave_claimed")
    line.hide(np.array([True]))
    assert (line.shown_idle[0], line.shown_leave[0]) == (94.0, 0.0)


def test_payroll_that_tells_shows_leave_and_idle_hours_apart():
    line = after("leave_claimed")
    line.hide(np.array([False]))
    assert (line.shown_idle[0], line.shown_leave[0]) == (80.0, 14.0)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_kind_changes_nothing_where_it_does_not_act(kind):
    if kind.claim is None:
        assert kind.ask is not None
        return
    lines, untouched = one_line(), one_line()
    kind.claim(lines, np.array([False]), Draws(1))
    for field in fields(Lines):
        assert (getattr(lines, field.name) == getattr(untouched, field.name)).all(), field.name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_inspectors_write_codes_of_the_catalogue(kind):
    assert all(re.fullmatch(r"(EFF|HRS|PAY|PER|IDT|PRO|ACT)-\d\d", code) for code in kind.findings)

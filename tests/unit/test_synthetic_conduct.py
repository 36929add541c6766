"""What each kind of conduct does to a line, with the arithmetic by hand."""

from __future__ import annotations

import re
from dataclasses import fields

import numpy as np
import pytest

from apanalytics.synthetic.conduct import KINDS, rank
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.laws import REGIMES
from apanalytics.synthetic.lines import ARRANGEMENTS, Lines

HERE = {
    "capacity": 147.0,
    "contract_hours": 151.67,
    "ceiling": 151.67,
    "full_time": 151.67,
    "room": 1000.0,
    "lost": 80.0,
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
    "shown_wage": 1500,
    "month": 7,
    "priced": 7,
}


def one_line(**changes):
    values = {field.name: 0 for field in fields(Lines)} | HERE | changes
    flags = {"invented", "repeated", "barred", "gone", "overdue", "wary", "protected"}
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


def test_hours_after_the_end_of_a_contract_owe_nothing_though_payroll_has_them():
    assert after("ended_contracts", gone=True).due_idle[0] == 0
    assert after("ended_contracts", gone=False).due_idle[0] == 80.0


def test_officers_owe_nothing_and_the_others_all():
    assert after("officers_claimed", barred=True).due_idle[0] == 0
    assert after("officers_claimed", barred=False).due_idle[0] == 80.0


def test_a_claim_past_its_deadline_owes_nothing():
    assert after("late_claims", overdue=True).due_idle[0] == 0
    assert after("late_claims", overdue=False).due_idle[0] == 80.0


def test_beyond_the_contingent_the_hours_lost_are_claimed_and_not_due():
    line = after("contingent_exceeded", lost=120.0)
    assert (line.idle[0], line.due_idle[0]) == (120.0, 80.0)


def test_the_contingent_and_the_long_term_agreement_are_two_kinds():
    apld = REGIMES.index("apld")
    assert after("contingent_exceeded", lost=120.0, due_regime=apld).idle[0] == 80.0
    assert after("apld_over_reduction", lost=120.0, due_regime=apld).idle[0] == 120.0
    assert after("apld_over_reduction", lost=120.0).idle[0] == 80.0


def test_a_rate_misapplied_is_that_of_the_month_before_or_typed_by_hand():
    line = after("rate_misapplied")
    assert line.priced[0] == 6
    assert line.typed[0] == 0 or 30 <= line.typed[0] <= 150


def test_a_part_timer_entered_as_full_time_is_claimed_in_proportion():
    """80 h of the 105 h of a contract of two thirds: 80 x 151.67 / 105 = 115.56, filled in as 115.5."""
    part = ARRANGEMENTS.index("part_time")
    assert after("part_time_as_full", arrangement=part, contract_hours=105.0).idle[0] == 115.5
    assert after("part_time_as_full", contract_hours=105.0).idle[0] == 80.0


def test_the_same_hours_for_all_are_the_mean_up_to_the_next_ten():
    lines = Lines(**{name: np.repeat(value, 2) for name, value in vars(one_line()).items()})
    lines.due_idle = lines.idle = np.array([40.0, 65.0])
    KINDS[rank("same_hours")].claim(lines, np.array([True, True]), Draws(1))
    assert lines.idle.tolist() == [60.0, 60.0]


def test_an_early_start_shows_in_payroll_and_is_not_due():
    line = after("early_start")
    assert (line.due_idle[0], line.shown_idle[0], line.idle[0]) == (60.0, 60.0, 80.0)


def test_the_protected_rate_is_taken_from_the_general_one_only():
    protected, closed = REGIMES.index("protected"), REGIMES.index("closed")
    assert after("wrong_scheme", protected=True).regime[0] == protected
    assert after("wrong_scheme", protected=False).regime[0] == REGIMES.index("general")
    assert after("wrong_scheme", protected=True, due_regime=closed, regime=closed).regime[0] == closed


def test_hours_are_inflated_up_to_the_ceiling_and_no_further():
    assert 80.0 < after("hours_inflated").idle[0] < 151.67


def test_hours_are_inflated_within_what_is_authorised():
    assert after("hours_inflated", room=5.0).idle[0] == 85.0


def test_wages_are_inflated_by_a_twentieth_at_least():
    assert 1575 <= after("wages_inflated").wage[0] <= 2325


@pytest.mark.parametrize("code", ["hidden_work", "temps_replace", "subcontracted", "telework_hidden"])
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
    assert all(re.fullmatch(r"(EFF|HRS|PAY|PER|IDT|PRO|ACT)-\d\d|X-[A-Z-]+", code) for code in kind.findings)


@pytest.mark.parametrize("seed", range(5))
def test_a_wary_employer_stays_inside_the_gap_that_inspectors_let_pass(seed):
    """A fifth between payroll and claim, 15 % on the wage, a fifth of hours worked: half of it at most."""
    kinds = {code: KINDS[rank(code)] for code in ("hours_inflated", "wages_inflated", "hidden_work")}
    lines = {code: one_line(wary=True) for code in kinds}
    for code, kind in kinds.items():
        kind.claim(lines[code], np.array([True]), Draws(seed))
    assert 80.0 < lines["hours_inflated"].idle[0] <= 80.0 * 1.12
    assert 1500 < lines["wages_inflated"].wage[0] < 1500 * 1.08
    assert lines["hidden_work"].due_idle[0] < 80.0 == lines["hidden_work"].shown_idle[0]


@pytest.mark.parametrize("code", [kind.code for kind in KINDS if kind.deliberate and kind.claim])
def test_a_deliberate_kind_gains_something_even_where_it_is_wary(code):
    """Over two hundred claims of people invented, on the list, with hours: more is claimed than is due."""
    many = {name: np.repeat(value, 200) for name, value in vars(one_line(wary=True, invented=True)).items()}
    lines = Lines(**(many | {"person": np.arange(200), "case": np.arange(200)}))
    KINDS[rank(code)].claim(lines, np.ones(200, dtype=bool), Draws(3))
    claimed, due = (lines.idle * lines.wage).sum(), (lines.due_idle * lines.due_wage).sum()
    assert claimed > 1.005 * due

"""Pay above the minimum wage of the day of hiring, bonuses, newcomers, firms taken over, officers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic.claiming import hourly_wages
from apanalytics.synthetic.conduct import rank
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.laws import monthly_law
from apanalytics.synthetic.scenario_files import settings
from apanalytics.synthetic.seats import CONTRACT_KINDS, END_REASONS, newcomers, paid_by_voucher
from apanalytics.synthetic.workforce import contracts

LAW, DRAWS, KNOBS = monthly_law("2020-01", "2022-12"), Draws(5), settings("base")
FIRST = 14
"""March 2021."""


def places(count, size=20, code="GZ", kind=-1):
    uid = np.arange(count) * 8
    return pd.DataFrame(
        {
            "uid": uid, "firm": uid // 8, "slot": 0, "size": size, "kind": kind, "nace_code": code,
            "created_on": pd.Timestamp("2010-01-01"), "pool": 5, "pool_key": 7,
        }
    )  # fmt: skip


def staff(frame):
    return contracts(frame, np.full(len(frame), FIRST), LAW, DRAWS, KNOBS)


def test_nobody_is_hired_under_the_minimum_wage_of_the_day():
    people = staff(places(400))
    hired = np.clip(LAW.place(people.starts.astype("datetime64[M]")), 0, len(LAW.months) - 1)
    whole = people.kind != CONTRACT_KINDS.index("apprentice")
    assert (people.wage[whole] >= LAW.smic[hired][whole]).all()
    late = whole & (hired >= LAW.place(np.array(["2022-05"], dtype="datetime64[M]"))[0])
    assert late.sum() > 50
    assert people.wage[late].min() >= 1085


def test_a_rise_of_the_minimum_wage_carries_those_below_it():
    people = staff(places(50))
    low = np.flatnonzero((people.wage < 1085) & (people.kind == 0) & (people.bonus == 0))[:20]
    may = np.full(len(low), LAW.place(np.array(["2022-05"], dtype="datetime64[M]"))[0])
    assert len(low) == 20
    assert (hourly_wages(people, low, may, LAW) == 1085).all()


def test_large_firms_pay_more_above_the_minimum():
    small, large = (np.median(staff(places(300, size)).wage) - LAW.smic[0] for size in (5, 200))
    assert large > 1.15 * small


def test_bonuses_come_on_top_of_the_wage():
    people = staff(places(300))
    some = np.flatnonzero(people.bonus > 0)[:1]
    paid = hourly_wages(people, some, np.zeros(1, dtype=np.int64), LAW)[0]
    base = max(people.wage[some][0], LAW.smic[0])
    assert paid == round(base * (1 + people.bonus[some][0]))
    firms = pd.Series(people.bonus > 0).groupby(people.place).any().mean()
    assert firms == pytest.approx(KNOBS.payroll.bonus_firms, abs=0.05)


def test_a_newcomer_has_nobody_before_the_weeks_in_which_it_first_files():
    frame = places(3000, size=2)
    new = newcomers(frame, DRAWS, KNOBS)
    assert new.mean() == pytest.approx(KNOBS.payroll.newcomers, abs=0.015)
    people = staff(frame)
    earliest = pd.Series(people.starts).groupby(people.place).min().to_numpy("datetime64[D]")
    days = (np.datetime64("2021-03-01", "D") - earliest).astype(int)
    assert days[new].max() <= 40
    assert days[~new].min() > 40
    assert 0.2 < people.in_payroll[new[people.place]].mean() < 0.8, "half pay by voucher"


def test_firms_above_three_people_and_invented_ones_are_no_newcomers():
    assert not newcomers(places(3000, size=4), DRAWS, KNOBS).any()
    assert not newcomers(places(3000, size=2, kind=rank("shell_firm")), DRAWS, KNOBS).any()


def test_some_small_establishments_pay_by_voucher_for_good_so_that_payroll_knows_nobody():
    frame = places(8000, size=2)
    by_voucher = paid_by_voucher(frame, DRAWS, KNOBS)
    settled = ~newcomers(frame, DRAWS, KNOBS)
    assert by_voucher[settled].mean() == pytest.approx(KNOBS.payroll.by_voucher, abs=0.004)
    people = staff(frame)
    assert not people.in_payroll[by_voucher[people.place]].any()
    assert people.in_payroll[~by_voucher[people.place]].all()
    assert not paid_by_voucher(places(3000, size=4), DRAWS, KNOBS).any()
    assert not paid_by_voucher(places(3000, size=2, kind=rank("shell_firm")), DRAWS, KNOBS).any()


def test_an_officer_in_five_holds_a_true_contract_and_nobody_else_is_an_employed_officer():
    people = staff(places(4000))
    officers = people.kind == CONTRACT_KINDS.index("officer")
    assert officers.sum() > 100
    assert people.officers_employed[officers].mean() == pytest.approx(
        KNOBS.payroll.officer_employed, abs=0.08
    )
    assert not people.officers_employed[~officers].any()


def test_half_of_the_staff_of_a_firm_that_takes_one_over_came_within_three_months():
    people = staff(places(3000, size=10))
    recent = (people.starts > np.datetime64("2020-11-20", "D")) & (
        people.starts < np.datetime64("2021-03-01")
    )
    permanent = recent & (people.kind == 0) & (people.turn == 0)
    joined = pd.Series(permanent).groupby(people.place).sum()
    assert (joined >= 4).mean() == pytest.approx(KNOBS.payroll.taken_over, abs=0.008)


def test_the_careful_hire_invented_people_long_before_and_keep_them_past_the_trial():
    people = staff(places(500, kind=rank("fictitious_employees")))
    ghosts = people.invented
    careful = ghosts & (people.starts < np.datetime64("2021-01-05", "D"))
    assert careful.sum() / ghosts.sum() == pytest.approx(KNOBS.payroll.careful_inventors, abs=0.08)
    assert (people.end_reason[careful] != END_REASONS.index("trial")).all()
    assert (people.end_reason[ghosts & ~careful] == END_REASONS.index("trial")).all()


def test_officers_are_on_the_payroll_of_those_who_claim_them():
    shares = []
    for kind in (rank("officers_claimed"), -1):
        people = staff(places(400, kind=kind))
        officer = pd.Series(people.kind == CONTRACT_KINDS.index("officer"))
        shares.append(officer.groupby(people.place).any().mean())
    those, others = shares
    assert those > 0.6
    assert others < 0.15

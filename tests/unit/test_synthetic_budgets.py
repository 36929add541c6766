"""What the law pays an employee at most, in a year and over an agreement; how long agreements last."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic.agreements import agreements_table, largest_reduction, length, numbered
from apanalytics.synthetic.budgets import payable, within
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.laws import monthly_law
from apanalytics.synthetic.scenario_files import settings

LAW, DRAWS, KNOBS = monthly_law("2019-01", "2024-04"), Draws(5), settings("base")


def months(first, count):
    return LAW.place(np.array([np.datetime64(first, "M") + n for n in range(count)]))


def paid(hours, first, long_term=False, uid=1):
    month = months(first, len(hours))
    same = np.zeros(len(hours), dtype=np.int64)
    agreed = month[0] + np.arange(len(hours)) // 6 * 6
    apld = np.full(len(hours), long_term)
    wanted = np.array(hours, dtype=float)
    return payable(wanted, same.astype(np.uint64), month, apld, agreed, same + uid, LAW, DRAWS, KNOBS)


def test_a_budget_is_used_up_in_order_and_by_group():
    hours, group = np.array([60.0, 70.0, 80.0, 10.0]), np.array([1, 1, 1, 2])
    allowed = within(hours, np.full(4, 100.0), np.array([2, 0, 1, 0]), group)
    assert allowed.tolist() == [0.0, 70.0, 30.0, 10.0]


def test_in_2019_an_employee_is_paid_1000_hours_and_in_2021_1607():
    assert paid([150.0] * 12, "2019-01").sum() == 1000
    assert paid([150.0] * 12, "2021-01").sum() == 1607


def test_the_contingent_begins_again_in_january():
    """Seven months of 150 h from July 2019: 900 h in 2019, within 1000; the rest in 2020."""
    assert paid([150.0] * 7, "2019-07").tolist() == [150.0] * 7
    assert paid([160.0] * 8, "2019-06").tolist() == [160.0] * 6 + [40.0, 160.0]


def uid_with(months_long, exceptional=False):
    for uid in range(1, 2000):
        one = np.array([uid])
        most = largest_reduction(one, months("2021-01", 1), LAW, DRAWS, KNOBS)[0]
        if length(one, DRAWS, KNOBS)[0] == months_long and (most > 0.4) == exceptional:
            return uid
    raise AssertionError("no such establishment")


def test_an_agreement_of_six_months_pays_two_fifths_of_its_legal_hours():
    """0.4 x 6 x 151.67 = 364.01 h for one employee; then the next agreement begins."""
    hours = paid([140.0] * 7, "2021-01", long_term=True, uid=uid_with(6))
    assert hours[:6].sum() == pytest.approx(364.01)
    assert hours[6] == 140.0


def test_half_of_the_hours_may_go_by_exception():
    hours = paid([140.0] * 6, "2021-01", long_term=True, uid=uid_with(6, exceptional=True))
    assert hours.sum() == pytest.approx(0.5 * 6 * 151.67, abs=0.011)


def test_a_long_agreement_lets_a_few_months_go_beyond_its_mean():
    assert paid([140.0] * 6, "2021-01", long_term=True, uid=uid_with(24)).tolist() == [140.0] * 6


def test_agreements_follow_each_other_without_a_gap():
    uid = uid_with(6)
    asked = pd.DataFrame(
        {
            "uid": uid,
            "siret": "14000000000018",
            "apld": True,
            "starts_on": pd.to_datetime(["2021-01-01", "2021-04-01", "2021-07-01"]),
            "start": [12, 15, 18],
            "agreed": [12, 12, 18],
        }
    )
    asked["agreement_id"] = numbered(asked, DRAWS, KNOBS)
    assert asked["agreement_id"].tolist() == ["A-14000000000018"] * 2 + ["A-14000000000018-2"]
    table = agreements_table(asked, LAW, DRAWS, KNOBS)
    dates = [table[name].to_numpy("datetime64[D]").astype(str).tolist() for name in ("starts_on", "ends_on")]
    assert dates == [["2021-01-01", "2021-07-01"], ["2021-06-30", "2021-12-31"]]

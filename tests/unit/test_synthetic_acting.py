"""On which cases a kind acts by calendar month, and how often somebody tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic.acting import on_claims
from apanalytics.synthetic.conduct import KINDS, rank
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.inspectors import inspect
from apanalytics.synthetic.scenario_files import settings

DRAWS, KNOBS = Draws(5), settings("base")
MONTHS = np.arange("2020-03", "2021-03", dtype="datetime64[M]")


def shares(code):
    """Share of the claims of each month of one year on which a kind acts, its yearly drift taken out."""
    kinds = KNOBS.conduct.kinds | {code: replace(KNOBS.conduct.kinds[code], per_case=0.4, drift_per_year=1.0)}
    knobs = replace(KNOBS, conduct=replace(KNOBS.conduct, kinds=kinds))
    window = np.repeat(np.arange(12), 4000)
    claims = pd.DataFrame({"kind": rank(code), "window": window, "case": np.arange(len(window)), "spell": 0})
    acts, _ = on_claims(claims, MONTHS, DRAWS, knobs)
    return pd.Series(acts).groupby(window).mean().to_numpy()


def test_a_kind_acts_more_in_its_own_months():
    weight = KINDS[rank("telework_hidden")].months
    expected = [0.4 * weight.get(int(month.astype(int)) % 12 + 1, 1.0) for month in MONTHS]
    assert max(expected) > 2 * min(expected)
    assert shares("telework_hidden") == pytest.approx(expected, abs=0.03)


def test_a_kind_without_months_acts_alike_in_all():
    assert not KINDS[rank("hidden_work")].months
    assert shares("hidden_work") == pytest.approx([0.4] * 12, abs=0.03)


def told(code, nonconforming=True):
    """How many of 20,000 cases of a kind somebody tells of."""
    count = 20_000
    day = pd.Timestamp("2021-09-01")
    cases = pd.DataFrame(
        {
            "case_id": [f"c{row}" for row in range(count)], "key": np.arange(count), "department": "75",
            "campaign_id": "P-75-2021-09", "filed_on": day, "drawn_on": day, "plan": 1, "rule": 0.0,
            "amount": 1000.0, "nonconforming": nonconforming, "deliberate": nonconforming,
            "kind": rank(code) if nonconforming else -1, "undue": 100.0 * nonconforming,
        }
    )  # fmt: skip
    return len(inspect(cases, "payment", np.datetime64("2022-03-31", "D"), DRAWS, KNOBS).signals)


def test_people_tell_more_of_what_they_see_and_less_of_what_only_papers_show():
    usual = 20_000 * KNOBS.inspection.tip_deliberate
    assert told("allowance_kept") == pytest.approx(4 * usual, rel=0.1)
    assert told("hours_inflated") == pytest.approx(usual, rel=0.15)
    assert told("shell_firm") == pytest.approx(usual / 2, rel=0.2)


def test_nobody_tells_more_of_conforming_cases_than_the_setting_says():
    assert told("allowance_kept", nonconforming=False) < 20_000 * KNOBS.inspection.tip_other * 1.6

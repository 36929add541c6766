"""A national draw beside the official figures it is calibrated on."""

from __future__ import annotations

import pandas as pd
import pytest

from apanalytics.synthetic import synth
from apanalytics.synthetic.official import figures
from apanalytics.tables import read
from apanalytics.tables.activities import nace17_of

LAST = "2020-11"
"""Later months of the official table were incomplete."""


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic") / "national"
    synth(folder, requests=9000, seed=5, end="2021-09", lines=False)
    tables = read(folder)
    return {
        name: getattr(tables, name).to_pandas() for name in ("requests", "claims", "establishments", "truth")
    }


@pytest.fixture(scope="module")
def official():
    table = figures("claims_by_month_region_nace17")
    return table[table["month"] <= LAST]


@pytest.fixture(scope="module")
def claims(frames):
    table = frames["claims"].merge(frames["establishments"][["siret", "region", "naf"]], on="siret")
    table["month"] = table["month"].dt.strftime("%Y-%m")
    table["nace17"] = table["naf"].map(nace17_of)
    return table[table["month"] <= LAST]


@pytest.mark.parametrize(("margin", "most"), [("month", 0.03), ("region", 0.03), ("nace17", 0.045)])
def test_claims_have_the_official_shares(claims, official, margin, most):
    """Total variation; large establishments of one activity move together in a draw as small as this."""
    drawn = claims[margin].value_counts(normalize=True)
    published = official.groupby(margin)["claims"].sum()
    gap = drawn.sub(published / published.sum(), fill_value=0).abs().sum() / 2
    assert gap < most


def test_employees_per_claim_are_near_the_published_ones(claims, official):
    published = official["employees"].sum() / official["claims"].sum()
    assert claims["employees"].mean() == pytest.approx(published, rel=0.1)


def test_hours_per_employee_follow_the_months(claims, official):
    groups, published = claims.groupby("month"), official.groupby("month")[["hours", "employees"]].sum()
    drawn = groups["idle_hours"].sum() / groups["employees"].sum()
    expected = published["hours"] / published["employees"]
    large = groups.size() > 500
    assert drawn[large].to_numpy() == pytest.approx(expected[large].to_numpy(), rel=0.1)


def test_claims_use_about_sixty_percent_of_the_hours_asked(frames):
    asked = frames["requests"].query("filed_on < '2020-12-01'")
    assert 0.5 < asked["hours_used"].sum() / asked["hours"].sum() < 0.7


def test_fifteen_to_twenty_percent_of_firms_have_a_repayable_claim(frames):
    """The official figure, over 2020-03..2021-08."""
    claims = frames["claims"].query("month <= '2021-08-01'")
    wrong = frames["truth"].query("stage == 'payment' and nonconforming")["case_id"]
    firms = claims["claim_id"].isin(wrong).groupby(claims["siret"].str[:9]).any()
    assert 0.14 < firms.mean() < 0.21


def test_long_term_short_time_work_rises_in_2021(frames):
    requests = frames["requests"]
    share = (requests["scheme"] == "APLD").groupby(pd.PeriodIndex(requests["filed_on"], freq="Y")).mean()
    assert share["2021"] > 3 * share["2020"] > 0

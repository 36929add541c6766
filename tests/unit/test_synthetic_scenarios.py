"""What each named scenario promises, the windows that can be drawn, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic import scenarios, synth
from tests.synthetic_countries import NAMED, WINDOWS, Country, country

MONTH = pd.offsets.MonthEnd(0)


def named(name: str) -> Country:
    """Return a scenario; a name that cannot be drawn yet fails the test that needs it."""
    assert name in scenarios(), f"{name} cannot be drawn"
    return country(name)


def test_the_nine_named_scenarios_can_be_drawn():
    assert set(NAMED) <= set(scenarios())


def days_to_receive(land: Country) -> pd.Series:
    first = land.payroll_months.groupby(["siret", "month"])["received_on"].min().reset_index()
    return (first["received_on"] - (first["month"] + MONTH)).dt.days


def test_base_has_the_official_share_of_firms_with_a_repayable_claim():
    """15 to 20 % of firms from March 2020 to August 2021, and the sampling error of 1,000 requests."""
    land = named("base")
    claims = land.judged_claims[land.judged_claims["month"] <= "2021-08-01"]
    firms = claims.groupby(claims["siret"].str[:9])["nonconforming"].any()
    assert 0.12 <= firms.mean() <= 0.23


@pytest.mark.nightly
def test_the_first_wave_stops_in_2020():
    land = named("first_wave")
    assert land.opens == pd.Timestamp("2020-03-01")
    assert land.ends.year == 2020
    assert land.claims["month"].max().year == 2020


@pytest.mark.nightly
def test_a_quiet_country_asks_for_other_motives_and_never_all_at_once():
    """Like 2023: no wave (`requests` is the size of the draw), hardly any exceptional circumstances."""
    quiet, base = named("quiet"), named("base")
    assert (quiet.requests["motive"] == 5).mean() < 0.2 < (base.requests["motive"] == 5).mean()
    busiest = quiet.requests.groupby(quiet.requests["filed_on"].dt.to_period("M")).size()
    assert busiest.max() <= 0.35 * len(quiet.requests)
    assert quiet.opens.year >= 2022 or len(busiest) >= 12


def first_filed(land: Country) -> pd.DataFrame:
    """Return, of each kind of conduct, the first day of filing of its cases and their number."""
    cases = land.truth.merge(land.cases, on=["stage", "case_id"]).dropna(subset=["kind"])
    return cases.groupby("kind")["filed_on"].agg(["min", "size"])


def test_new_kinds_appear_in_july_2021_and_never_before():
    """`shift` promises two kinds that nobody has seen before; in `base` they are there from the start."""
    new, begins = ["fictitious_employees", "shell_firm"], pd.Timestamp("2021-07-01")
    shift, base = first_filed(named("shift")), first_filed(named("base"))
    assert (shift.loc[new, "min"] >= begins).all()
    assert (base.loc[new, "min"] < begins).all()
    assert (shift.loc[new, "size"] >= 3).all()
    assert (shift["min"] < begins).sum() >= 10, "the others do not wait"


@pytest.mark.nightly
def test_late_payroll_comes_later_than_in_the_base():
    late, base = days_to_receive(named("late_dsn")), days_to_receive(named("base"))
    assert (late > 30).mean() >= 2 * (base > 30).mean()
    assert late.mean() > base.mean() + 5


@pytest.mark.nightly
def test_one_region_is_nearly_honest_and_the_others_are_not():
    land = named("honest_region")
    cases = land.truth.merge(land.cases, on=["stage", "case_id"])
    cases["region"] = cases["siret"].map(land.places["region"])
    share = cases.groupby("region")["nonconforming"].agg(["mean", "size"]).query("size >= 100")
    best = share["mean"].idxmin()
    rest = cases[cases["region"] != best]["nonconforming"].mean()
    assert share.loc[best, "mean"] <= 0.01
    assert rest >= 0.05


@pytest.mark.nightly
def test_a_cold_start_has_payroll_and_cases_but_no_closed_control_and_no_campaign():
    land = named("cold_start")
    assert len(land.claims) > 100
    assert land.controls["closed_on"].isna().all()
    assert land.controls["outcome"].isna().all()
    assert land.selections.empty


@pytest.mark.nightly
def test_adversaries_claim_less_per_case_once_they_have_seen_controls():
    """They move under the thresholds: what is deliberate and undue shrinks as a share of the claim."""
    land, base = named("adversaries"), named("base")
    assert later_over_earlier(land) < later_over_earlier(base)


def later_over_earlier(land: Country) -> float:
    """Return the undue share of deliberate claims in the last third of the window over that in the first."""
    claims = land.judged_claims[land.judged_claims["deliberate"]].sort_values("filed_on")
    third = len(claims) // 3
    share = claims["undue_amount"] / claims["amount"]
    return float(share.iloc[-third:].mean() / share.iloc[:third].mean())


@pytest.mark.nightly
def test_the_tiny_country_has_small_establishments_and_little_payroll():
    tiny, base = named("tiny"), named("base")
    assert len(tiny.payroll) < len(base.payroll)
    assert tiny.payroll_months["headcount"].max() <= 0.5 * base.payroll_months["headcount"].max()


@pytest.mark.nightly
@pytest.mark.parametrize("window", WINDOWS)
def test_a_window_is_drawn_with_the_months_asked(window):
    land = country(window)
    filed = land.requests.loc[land.requests["filed_on"] >= land.opens, "filed_on"]
    asked = pd.period_range(WINDOWS[window]["start"], WINDOWS[window]["end"], freq="M")
    assert set(filed.dt.to_period("M")) == set(asked)


@pytest.mark.nightly
@pytest.mark.parametrize("window", ["2021-07", "2023"])
def test_controls_begin_thirteen_months_before_a_window_that_follows_the_crisis(window):
    land = country(window)
    first = land.opens - pd.DateOffset(months=13)
    assert land.controls["opened_on"].min() < land.opens
    assert land.controls["opened_on"].min() >= first


@pytest.mark.nightly
@pytest.mark.parametrize("window", ["2021-07", "2023"])
def test_the_first_month_of_a_window_does_not_hold_the_requests_of_the_years_before(window):
    land = country(window)
    months = land.requests.loc[land.requests["filed_on"] >= land.opens, "filed_on"].dt.to_period("M")
    months = months.value_counts().sort_index()
    assert months.iloc[0] <= 3 * months.iloc[1:].mean()


def test_nobody_asks_for_the_exceptional_circumstances_of_the_crisis_before_it():
    assert (country("2019").requests["motive"] == 5).mean() < 0.2


REFUSED = {
    "an unknown scenario": ({"scenario": "first-wave"}, "first-wave"),
    "an unknown region": ({"regions": ["32", "99"]}, "99"),
    "a window that ends before it starts": ({"start": "2021-06", "end": "2021-05"}, "2021-0"),
    "a window before 2019": ({"start": "2018-12"}, "2018-12"),
    "a window after 2023": ({"end": "2024-01"}, "2024-01"),
    "a day in place of a month": ({"start": "2021-06-01"}, "2021-06-01"),
    "a month that does not exist": ({"end": "2021-13"}, "2021-13"),
    "no request": ({"requests": 0}, "0"),
    "an unknown layout": ({"layout": "csv"}, "csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_drawn_is_refused_with_the_value_and_what_to_do(case, tmp_path):
    how, value = REFUSED[case]
    with pytest.raises(InvalidArgument) as refused:
        synth(tmp_path / "country", **({"requests": 10} | how))
    error = refused.value
    assert error.what
    assert error.where
    assert value in str(error.value)
    assert error.why or error.todo
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(InvalidArgument):
        synth(tmp_path, requests=10)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]

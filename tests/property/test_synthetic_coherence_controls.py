"""On every scenario and window: campaigns, controls, signals and money agree with the cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic.scenario_files import settings
from tests.synthetic_countries import CENT, Country, some

CASE = ["stage", "case_id"]
CHANNELS = {"targeted": "targeted", "random": "random", "signal": "tip"}
"""Channel of a selection: channel of the control that follows."""
LATEST = pd.Timedelta(days=90)
"""From the payment of a claim to the last campaign that may look at it."""


@pytest.fixture
def controls(land: Country) -> pd.DataFrame:
    return land.controls.merge(land.cases, on=CASE, how="left")


def test_a_case_is_controlled_once_and_after_it_is_filed(controls):
    assert not controls.duplicated(CASE).any()
    assert (controls["opened_on"] >= controls["filed_on"]).all()
    assert (controls["closed_on"].isna() | (controls["closed_on"] >= controls["opened_on"])).all()


def test_every_listed_case_is_controlled_or_open_and_no_other(land):
    if land.selections.empty:
        assert land.controls.empty
        return
    listed = land.selections[land.selections["listed"]]
    both = listed.merge(land.controls, on=CASE, how="outer", indicator=True, suffixes=("", "_control"))
    assert (both["_merge"] == "both").all(), some(both[both["_merge"] != "both"], [*CASE, "_merge"])
    assert (both["campaign_id"] == both["campaign_id_control"]).all()
    assert (both["channel"].map(CHANNELS) == both["channel_control"]).all()
    assert (both["opened_on"] >= both["drawn_on"]).all()
    assert (land.selections["listed"] == land.selections["channel"].ne("released")).all()


def test_a_campaign_looks_at_cases_of_its_stage_and_place_that_are_filed(land):
    rows = land.selections.merge(land.cases, on=CASE, how="left")
    rows["department"] = rows["siret"].map(land.places["department"])
    assert (rows["drawn_on"] >= rows["filed_on"]).all()
    assert (rows.groupby("campaign_id")["stage"].nunique() == 1).all()
    assert (rows.groupby("campaign_id")["department"].nunique() == 1).all()


def test_every_case_filed_in_the_window_was_eligible_in_one_campaign(land):
    """Or will be: claims accepted first are looked at up to three months after payment."""
    if land.selections.empty:
        assert land.controls.empty
        return
    assert not land.selections.duplicated(CASE).any()
    inside = land.cases[land.cases["filed_on"] >= land.opens]
    lost = inside.merge(land.selections[CASE], on=CASE, how="left", indicator=True).query(
        "_merge == 'left_only'"
    )
    extract = land.ends + pd.Timedelta(days=settings(land.scenario).inspection.extracted_after_days)
    paid = lost["case_id"].map(land.claims.set_index("claim_id")["paid_on"]).fillna(extract)
    never = lost[~(paid + LATEST > extract)]
    assert never.empty, some(never, [*CASE, "filed_on"])
    assert len(lost) <= 0.02 * len(inside)


def inside(land: Country) -> pd.DataFrame:
    """Return the selections of the cases filed in the window."""
    rows = land.selections.merge(land.cases, on=CASE)
    return rows[rows["filed_on"] >= land.opens]


def test_selection_probabilities_say_how_many_are_chosen(land):
    """Of the cases of the window: of those before it only the controlled ones are kept.

    The number chosen is a sum of independent draws at most: four standard deviations hold it.
    """
    assert land.selections["selection_probability"].between(0, 1, inclusive="right").all()
    rows = inside(land)
    chance, listed = rows["selection_probability"], rows["listed"]
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert abs(listed.sum() - chance.sum()) <= 4 * spread


@pytest.mark.parametrize("half", ["low", "high"])
def test_probabilities_are_right_among_the_unlikely_and_among_the_likely(land, half):
    rows = inside(land)
    low = rows["selection_probability"] <= rows["selection_probability"].median()
    rows = rows[low if half == "low" else ~low]
    chance = rows["selection_probability"]
    assert abs(rows["listed"].sum() - chance.sum()) <= 4 * np.sqrt((chance * (1 - chance)).sum()) + 1e-9


def test_a_part_of_the_chosen_is_drawn_at_random(land):
    chosen = land.selections.loc[land.selections["listed"], "channel"].value_counts(normalize=True)
    if len(chosen):
        assert 0.04 <= chosen["random"] <= 0.2


def test_a_control_is_open_or_has_an_outcome(controls):
    closed = controls["closed_on"].notna()
    for column in ("outcome", "undue_amount", "blocked_amount", "recovered_amount"):
        assert (controls[column].notna() == closed).all(), column
    compliant = controls["outcome"] == "compliant"
    assert controls.loc[compliant, "findings"].isna().all()
    assert (controls.loc[compliant, "undue_amount"] == 0).all()
    assert controls.loc[closed & ~compliant, "findings"].notna().all()
    assert (controls.loc[closed & ~compliant, "undue_amount"] > 0).all()


def test_money_is_blocked_before_payment_and_recovered_after_it(land, controls):
    paid = controls["case_id"].map(land.claims.set_index("claim_id")["paid_on"])
    claims = controls["stage"] == "payment"
    blocked, recovered = controls["blocked_amount"] > 0, controls["recovered_amount"] > 0
    assert not (claims & blocked & (paid < controls["opened_on"])).any()
    assert paid[claims & recovered].notna().all()
    assert (controls["recovered_on"].notna() == recovered).all()
    assert (controls.loc[recovered, "recovered_on"] >= controls.loc[recovered, "closed_on"]).all()
    kept = controls["blocked_amount"].fillna(0) + controls["recovered_amount"].fillna(0)
    assert (kept <= controls["undue_amount"].fillna(0) + CENT).all()


def test_nothing_is_found_undue_beyond_the_amount_of_the_case(controls):
    beyond = controls[controls["undue_amount"] > controls["amount"] + CENT]
    assert beyond.empty, some(beyond, [*CASE, "undue_amount", "amount", "outcome"])


def test_inspectors_mostly_find_what_is_there_and_seldom_what_is_not(land, controls):
    closed = controls.dropna(subset=["closed_on"]).merge(land.truth, on=CASE, suffixes=("", "_true"))
    found, wrong = closed["outcome"] != "compliant", closed["nonconforming"]
    if wrong.sum() >= 30:
        assert 0.4 <= found[wrong].mean() <= 0.95
    if (~wrong).sum() >= 100:
        assert found[~wrong].mean() <= 0.06


def test_a_firm_is_not_told_compliant_for_lack_of_a_control(land):
    """Unknown is not compliant: what nobody controlled has no row in `controls`."""
    if not land.controls.empty:
        assert len(land.controls) < 0.5 * len(land.cases)

"""Deliberate firms that watch are careful after the first control near them, and not before."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic.adversaries import circle, circles, wary_from, watchers
from apanalytics.synthetic.block import _only, draft
from apanalytics.synthetic.conduct import rank
from apanalytics.synthetic.country import _plan
from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.filing import blocks
from apanalytics.synthetic.official import wave
from apanalytics.synthetic.register import NEVER
from apanalytics.synthetic.scenario_files import settings

GHOSTS, TYPING = rank("fictitious_employees"), rank("typing")
DRAWS = Draws(1)


@pytest.fixture
def all_watch():
    base = settings("base")
    return replace(base, conduct=replace(base.conduct, watchers=1.0))


@pytest.fixture
def places():
    """Two deliberate firms, an honest one and one that types badly; a deliberate one elsewhere."""
    return pd.DataFrame(
        {
            "uid": [8, 16, 24, 32, 40],
            "firm": [1, 2, 3, 4, 5],
            "region": [3, 3, 3, 7, 3],
            "kind": [GHOSTS, GHOSTS, -1, GHOSTS, TYPING],
        }
    )


def seen(*controls):
    """Controls as (uid, day); the first of each pair is the case too."""
    cases = pd.DataFrame({"request_id": [f"R{uid}" for uid, _ in controls], "uid": [u for u, _ in controls]})
    table = pd.DataFrame(
        {"case_id": cases["request_id"], "opened_on": pd.to_datetime([day for _, day in controls])}
    )
    none = cases.head(0).rename(columns={"request_id": "claim_id"})
    return SimpleNamespace(
        asked=cases, claims=none, inspected=(SimpleNamespace(controls=table), SimpleNamespace(controls=table))
    )


def test_only_deliberate_firms_watch(places, all_watch):
    assert watchers(places, DRAWS, all_watch).tolist() == [True, True, False, True, False]


def test_a_circle_is_neighbouring_firms_of_one_region(places):
    of = circle(places)
    assert of[0] == of[1] == of[2] == of[4]
    assert of[3] != of[0]
    far = circle(places.assign(firm=places["firm"] + 64))
    assert not set(far) & set(of)


def test_circles_without_a_watcher_need_no_first_draw(places, all_watch):
    nobody = places.assign(kind=-1)
    assert not circles(nobody, DRAWS, all_watch).any()
    assert circles(places, DRAWS, all_watch).tolist() == [True] * 5
    assert circles(places.assign(region=[3, 3, 9, 7, 3]), DRAWS, all_watch).tolist() == [
        True, True, False, True, True,
    ]  # fmt: skip


def test_the_month_after_the_first_control_in_the_circle_counts(places, all_watch):
    """The control of the honest neighbour in September 2020 warns both; nobody else saw one."""
    country = wave("2020-03", "2021-12", 13, 151.67)
    months = wary_from(places, seen((24, "2020-09-17"), (24, "2020-11-02")), country, DRAWS, all_watch)
    october = int(np.flatnonzero(country.months == np.datetime64("2020-10", "M"))[0])
    assert months.tolist() == [october, october, NEVER, NEVER, NEVER]


def test_a_country_without_controls_warns_nobody(places, all_watch):
    country = wave("2020-03", "2021-12", 13, 151.67)
    assert (wary_from(places, seen(), country, DRAWS, all_watch) == NEVER).all()


def test_a_circle_whose_establishments_never_claim_is_drawn_too():
    plan = _plan(3000, 1, ["32"], "2020-03", "2021-12", settings("base"))
    asked = plan.requests, plan.regions, plan.wave, plan.size, plan.law, plan.draws, plan.settings
    country = plan.country(next(blocks(*asked)))
    silent = np.setdiff1d(country.places["uid"], draft(country).claims["uid"])
    assert len(silent)
    found = draft(_only(country, np.asarray(country.places["uid"].isin(silent[:1]))))
    assert (len(found.claims), len(found.truth)) == (0, len(found.asked))

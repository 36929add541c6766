"""No feature of a case sees what was learnt after the day it is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest
from country_as_known import known
from hypothesis import given, settings
from hypothesis import strategies as st
from random_country import TODAY, country
from whole_catalogue import every_feature

from apanalytics.features import STAGES, compute
from apanalytics.features.steps import Step, steps

SEEDS = st.integers(0, 10_000)
MUTATIONS = [
    *(
        (
            "payment",
            step,
            "v.valid_from <= c.as_of and c.as_of < v.valid_to",
            "v.valid_to > date '9000-01-01'",
        )
        for step in ("dsn_month", "dsn_pay", "dsn_request", "dsn_staff", "dsn_usual")
    ),
    ("authorisation", "request_neighbours", "and r.known_on <= h.as_of", ""),
    ("authorisation", "request_neighbours", "when r.decision_known_on <= h.as_of then", "when true then"),
    (
        "authorisation",
        "account_days",
        "sum(firms) over (partition by kind, account order by day)",
        "sum(firms) over (partition by kind, account)",
    ),
    (
        "authorisation",
        "firm_days",
        "sum(refusals) over (partition by sn order by day)",
        "sum(refusals) over (partition by sn)",
    ),
    (
        "payment",
        "claim_months",
        "and d.known_on <= c.as_of and c.as_of < d.replaced_on ",
        "and d.replaced_on > date '9000-01-01' ",
    ),
    ("payment", "month_claims", " and d.known_on <= c.as_of", ""),
    ("payment", "request_claims", " and d.known_on <= c.as_of", ""),
    ("payment", "same_claims", "    and d.known_on <= c.as_of\n", ""),
    ("payment", "person_months", "p.valid_from <= q.as_of and ", ""),
    (
        "payment",
        "person_totals",
        "over (partition by source, person_key, sn, year order by day)",
        "over (partition by source, person_key, sn, year)",
    ),
    ("payment", "cases", "and r.known_on <= f.as_of", ""),
    (
        "authorisation",
        "cases",
        "s.valid_from <= f.as_of and f.as_of < s.valid_to",
        "s.valid_to > date '9000-01-01'",
    ),
    (
        "authorisation",
        "cases",
        "e.valid_from <= f.as_of and f.as_of < e.valid_to",
        "e.valid_to > date '9000-01-01'",
    ),
    ("authorisation", "cases", "or e.closed_on <= f.as_of then", "or true then"),
    (
        "payment",
        "cases",
        "r.decision_known_on <= f.as_of then r.hours_authorised",
        "true then r.hours_authorised",
    ),
    ("authorisation", "urssaf_facts", "v.valid_from <= c.as_of and c.as_of < v.valid_to", "true"),
    ("payment", "insolvency_facts", "coalesce(i.known_on, i.effective_on) <= c.as_of", "true"),
    ("payment", "peer_days", "peers, mi order by day)", "peers, mi)"),
    (
        "authorisation",
        "burst_facts",
        "least(c.as_of, cast(c.known_on + interval 7 day as date))",
        "cast(c.known_on + interval 900 day as date)",
    ),
]
"""Stage, step, the condition on the date that the step forgets, and what it becomes."""


def differing(left: pd.DataFrame, right: pd.DataFrame) -> list[str]:
    """Names of the columns that differ between two frames of the same cases."""
    assert left.index.equals(right.index)
    return [name for name in left if not left[name].equals(right[name])]


def leaks(seed: int, stage: str) -> list[str]:
    tables = country(seed)
    then = every_feature(known(tables, TODAY), stage, as_of=TODAY)
    return differing(every_feature(tables, stage, as_of=TODAY), then)


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=3, deadline=None)
@given(seed=SEEDS)
def test_what_is_learnt_after_the_day_changes_no_feature(stage: str, seed: int) -> None:
    assert leaks(seed, stage) == []


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=1, deadline=None)
@given(seed=SEEDS)
def test_a_case_sees_its_own_day_whatever_the_days_of_the_others(stage: str, seed: int) -> None:
    tables = country(seed)
    frame = every_feature(tables, stage, as_of=TODAY)
    days = pd.Series([TODAY + timedelta(days=n % 3 * 20) for n in range(len(frame))], index=frame.index)
    mixed = every_feature(tables, stage, as_of=days)
    for day in days.unique():
        alone = every_feature(tables, stage, as_of=day)
        own = days.index[days == day]
        assert differing(mixed.loc[own], alone.loc[own]) == []


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=1, deadline=None)
@given(seed=SEEDS)
def test_a_case_has_the_same_features_whatever_other_cases_are_asked_for(stage: str, seed: int) -> None:
    tables = country(seed)
    whole = every_feature(tables, stage, as_of=TODAY)
    some = every_feature(
        tables, stage, as_of=TODAY, from_=TODAY - timedelta(days=16), to=TODAY - timedelta(days=1)
    )
    assert 0 < len(some) < len(whole)
    assert differing(some, whole.loc[some.index]) == []


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> tuple[str, str]:
    stage, name, condition, instead = request.param
    whole = dict(steps(stage))
    assert condition in whole[name].sql, "the step no longer has this condition: mend the list of mutations"
    whole[name] = replace(whole[name], sql=whole[name].sql.replace(condition, instead))

    def mutated(asked: str) -> Mapping[str, Step]:
        return whole if asked == stage else steps(asked)

    monkeypatch.setattr(compute, "steps", mutated)
    return stage, name


@pytest.mark.parametrize("forgetful", MUTATIONS, indirect=True, ids=lambda case: f"{case[1]}-{case[0]}")
def test_a_step_that_forgets_the_date_is_noticed(forgetful: tuple[str, str]) -> None:
    assert any(leaks(seed, forgetful[0]) for seed in range(12))

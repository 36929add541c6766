"""The steps: each says what a row is, keeps to the portable subset, and delivers what is registered."""

from __future__ import annotations

import re

import pytest
from feature_frames import country

from apanalytics.features import FEATURES, STAGES, compute, describe_feature
from apanalytics.features.registry import UNITS, of_stage
from apanalytics.features.steps import Step, order, steps
from apanalytics.features.window import window
from apanalytics.tables import TABLES

LAW = {
    "law_rates",
    "law_flat",
    "law_months",
    "law_weekly",
    "law_procedure",
    "rules_council",
    "rules_overtime",
}
ASKED = {"asked", "asked_days", "asked_parts", "asked_regions"}
FORBIDDEN = {
    "today": r"\b(current_date|now\(|today\()",
    "bare decimal constant": r"(?<![\w.])\d+\.\d+(?!e|\d)",
    "double colon cast": r"::",
    "integer cast that rounds": r"\bas int(eger)?\b",
    "months by boundary": r"date_diff\('(month|year|quarter)'",
    "date_trunc": r"date_trunc",
    "ordered list": r"\b(list|array_agg)\(",
    "engine's own function": r"\b(hash|mode|log|isnan|dayofweek|isodow|first|any_value|strlen)\(",
    "approximate in Spark": r"\b(percentile_cont|quantile_\w+)\(",
    "distinct in a window": r"count\(distinct [^)]*\)\s*over",
    "as-of join": r"asof join",
    "interval outside a cast to date": r"^(?!.*cast\(.*interval.*as date\)).*\binterval\b",
}
"""What differs silently between the engines, or stops one of them."""
DIVISOR = re.compile(
    r"/(?!\s*(?:nullif\(|cast\(|[\d.]+(?:e\d+)?\b|(?:opening|closing)\.days\b|t\.month_legal_hours\b"
    r"|p\.contract_hours\b|r\.(?:covered_headcount|hours)\b|c\.(?:employees|idle_hours)\b|greatest\(|\(date_diff\())"
)
"""A division by something that is neither a constant, nor guarded by nullif, nor known not to be zero."""


def faults(sql: str) -> list[str]:
    code = re.sub(r"--.*", "", sql)
    text = re.sub(r"'[^']*'", "''", code).replace("//", "~")
    found = [name for name, pattern in FORBIDDEN.items() if re.search(pattern, code, re.MULTILINE)]
    return found + (["unguarded division"] if DIVISOR.search(text) else [])


def every_step() -> list[tuple[str, Step]]:
    return [(stage, step) for stage in STAGES for step in steps(stage).values()]


@pytest.mark.parametrize(("stage", "step"), every_step(), ids=lambda value: getattr(value, "name", value))
def test_a_step_says_what_a_row_is_and_keeps_to_the_portable_subset(stage: str, step: Step) -> None:
    assert step.about.startswith("A row is ")
    assert faults(step.sql) == []


@pytest.mark.parametrize(
    "sql",
    [
        "select 151.67 * n from t",
        "select a / b from t",
        "select d + interval 1 day from t",
        "select date_diff('month', a, b) from t",
        "select x::bigint from t",
        "select count(distinct x) over (partition by y) from t",
        "select cast(x as int) from t",
        "select current_date",
    ],
)
def test_the_lint_finds_what_the_engines_disagree_on(sql: str) -> None:
    assert faults(sql) != []


@pytest.mark.parametrize(("stage", "step"), every_step(), ids=lambda value: getattr(value, "name", value))
def test_a_step_reads_only_tables_and_steps_that_exist(stage: str, step: Step) -> None:
    own = set(re.findall(r"(\w+) as \(", step.sql))
    assert own.isdisjoint(steps(stage)), "a subquery hides a step of the same name"
    assert step.reads - own <= {*steps(stage), *TABLES, *LAW, *ASKED}


@pytest.mark.parametrize("stage", STAGES)
def test_every_step_leads_to_a_feature(stage: str) -> None:
    wanted = {feature.step for feature in of_stage(stage)}
    assert set(order([*wanted, "cases"], steps(stage))) == set(steps(stage))


@pytest.mark.parametrize("stage", STAGES)
def test_a_step_delivers_the_features_registered_for_it_and_no_other(stage: str) -> None:
    from apanalytics.features.engine import run

    names = sorted({feature.step for feature in of_stage(stage)})
    with compute._connection(country(claims=[{}]), stage, window(), None) as con:
        run(con, names, steps(stage))
        for name in names:
            columns = {column for column, *_ in con.execute(f"describe {name}").fetchall()} - {"k"}
            assert columns == {feature.name for feature in of_stage(stage) if feature.step == name}, name


def test_every_feature_has_a_french_label_a_meaning_and_a_meaning_of_missing() -> None:
    for feature in FEATURES.values():
        assert feature.label_fr
        assert feature.description.endswith(".")
        assert feature.missing.endswith(".")
        assert feature.unit in UNITS
        assert all(need.partition(".")[0] in TABLES for need in feature.needs)
        assert feature.description in describe_feature(feature.name).replace("\n", " ")


def test_the_step_read_once_is_a_view_and_the_one_read_twice_a_table() -> None:
    from apanalytics.features.engine import run

    made = {
        "base": Step("base", "A row is a number.", "select 1 as n"),
        "once": Step("once", "A row is a number.", "select n from base"),
        "twice": Step("twice", "A row is a number.", "select n + 1 as n from base"),
        "last": Step(
            "last",
            "A row is a number.",
            "select a.n from once as a join twice as b on true join twice as c on true",
        ),
    }
    seen: dict[str, str] = {}
    with compute._connection(country(), "authorisation", window(), None) as con:

        def look(name: str) -> None:
            row = con.execute(
                "select table_type from information_schema.tables where table_name = ?", [name]
            ).fetchone()
            seen[name] = row[0] if row else "dropped"

        run(con, ["last"], made, done=look)
        left = con.execute(
            "select table_name from information_schema.tables where table_name in ('base', 'once', 'twice')"
        )
        assert left.fetchall() == []
    assert seen == {
        "base": "LOCAL TEMPORARY",
        "once": "VIEW",
        "twice": "LOCAL TEMPORARY",
        "last": "LOCAL TEMPORARY",
    }

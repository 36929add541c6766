"""The steps: each says what a row is, keeps to the portable subset, and delivers what is registered."""

from __future__ import annotations

import re
from functools import cache

import pytest
from feature_frames import country

from apanalytics.features import FEATURES, STAGES, compute, describe_feature
from apanalytics.features.engine import MACROS, create
from apanalytics.features.portable import faults
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


@cache
def types(stage: str) -> dict[str, dict[str, str]]:
    """The DuckDB type of every column of every table and step."""
    known = steps(stage)
    with compute.connection(country(claims=[{}]), stage, window(), None) as con:
        for macro, text in MACROS.items():
            con.execute(f"create temp macro {macro} as {text}")
        for name in order(known, known):
            create(con, known[name], "table")
        found: dict[str, dict[str, str]] = {}
        columns = con.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        )
        for table, column, kind in columns.fetchall():
            found.setdefault(table, {})[column] = kind.replace("HUGEINT", "BIGINT")
    return found


def every_step() -> list[tuple[str, Step]]:
    return [(stage, step) for stage in STAGES for step in steps(stage).values()]


@pytest.mark.parametrize(("stage", "step"), every_step(), ids=lambda value: getattr(value, "name", value))
def test_a_step_says_what_a_row_is_and_keeps_to_the_portable_subset(stage: str, step: Step) -> None:
    assert step.about.startswith("A row is ")
    assert faults(step.sql, types(stage)) == []


TRAPS = [
    ("select 151.67 * n as x from t", "decimal constant"),
    ("select a / b as x from t", "division"),
    ("select a / (b + 1) as x from t", "division"),
    ("select d + interval 1 day as x from t", "TIMESTAMP"),
    ("select date_diff('month', d, e) as x from t", "boundaries"),
    ("select round(a, 2) as x from t", "decimals"),
    ("select cast(a as int) as x from t", "a cast outside"),
    ("select a::integer as x from t", "a cast outside"),
    ("select max_by(s, n) as x from t", "skips a null"),
    ("select count(distinct s) over (partition by n) as x from t", "distinct"),
    ("select lead(n) over w as x from t window w as (order by n rows unbounded preceding)", "no frame"),
    *(
        (f"select {call} as x from t", "not among the functions")
        for call in (
            "current_date",
            "hash(s)",
            "list(s)",
            "mode(s)",
            "log(a)",
            "isodow(d)",
            "strip_accents(s)",
        )
    ),
    ("select e - d as x from t", "use date_diff"),
    ("select cast(a as bigint) as x from t", "truncates"),
    ("select concat('k', cast(a as varchar)) as x from t", "text of a double"),
    ("select sum(a) as x from t", "order of the rows"),
    ("select sum(a > 1) as x from t", "booleans"),
]
"""What the engines do not do alike, and what the lint says of it."""


@pytest.mark.parametrize(("sql", "said"), TRAPS)
def test_the_lint_finds_what_the_engines_disagree_on(sql: str, said: str) -> None:
    columns = {"a": "DOUBLE", "b": "DOUBLE", "n": "BIGINT", "s": "VARCHAR", "d": "DATE", "e": "DATE"}
    assert any(said in fault for fault in faults(sql, {"t": columns})), faults(sql, {"t": columns})


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
    with compute.connection(country(claims=[{}]), stage, window(), None) as con:
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
    with compute.connection(country(), "authorisation", window(), None) as con:

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

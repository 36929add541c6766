"""Values of the steps, brought together by the number of the case."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from apanalytics.errors import DataRefused
from apanalytics.features import FEATURES
from apanalytics.features.gathering import gathered

HOURS = replace(FEATURES["hours"], name="hours", step="facts")
EMPLOYEES = replace(FEATURES["employees"], name="employees", step="others")


def steps(facts: str, others: str = "(2, 7)") -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create table cases as select * from (values (2, 'b'), (1, 'a'), (3, 'c')) as c(k, case_id)")
    con.execute("alter table cases add column stage text")
    con.execute("alter table cases add column as_of date")
    con.execute(f"create table facts as select * from (values {facts}) as f(k, hours)")
    con.execute(f"create table others as select * from (values {others}) as o(k, employees)")
    return con


def test_each_value_stands_at_its_case_and_is_null_where_the_step_has_no_row() -> None:
    (rows,) = gathered(steps("(3, 1.23456789), (1, -0.0)"), (EMPLOYEES, HOURS), (HOURS, EMPLOYEES), ())
    assert rows.column_names == ["stage", "case_id", "as_of", "employees", "hours"]
    assert rows["case_id"].to_pylist() == ["a", "b", "c"]
    assert rows["employees"].to_pylist() == [None, 7, None]
    assert rows["hours"].to_pylist() == [0.0, None, 1.234568]


def test_a_feature_that_the_source_does_not_allow_is_null_and_keeps_its_type() -> None:
    (rows,) = gathered(steps("(3, 1.0)"), (EMPLOYEES, HOURS), (HOURS,), ("upper(case_id) as place",))
    assert rows["place"].to_pylist() == ["A", "B", "C"]
    assert rows["employees"].null_count == 3
    assert str(rows.schema.field("employees").type) == "int64"


def test_a_step_with_two_rows_for_a_case_is_refused() -> None:
    with pytest.raises(RuntimeError, match="facts has two rows for a case"):
        list(gathered(steps("(3, 1.0), (3, 2.0)"), (HOURS,), (HOURS,), ()))


def test_two_rows_for_a_case_whose_id_the_data_have_twice_are_refused_by_that_id() -> None:
    con = steps("(3, 1.0), (3, 2.0)")
    con.execute("update cases set stage = 'payment'")
    con.execute("create table claims as select * from (values ('c'), ('c'), ('a')) as t(claim_id)")
    with pytest.raises(DataRefused, match="Two cases have the same id"):
        list(gathered(con, (HOURS,), (HOURS,), ()))
    con.execute("delete from claims where claim_id = 'c'")
    with pytest.raises(RuntimeError, match="facts has two rows for a case"):
        list(gathered(con, (HOURS,), (HOURS,), ()))

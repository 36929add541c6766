"""Numbers and dates in the forms of extracts, against a reference that a clerk can read."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apanalytics.tables.parsing import install_parsers

CON = duckdb.connect()
install_parsers(CON)


def parse(macro: str, text: str) -> object:
    (value,) = CON.execute(f"select {macro}(?)", [text]).fetchone() or (None,)
    return value


@given(st.floats(0, 1e12, allow_nan=False).map(lambda value: round(value, 2)))
def test_every_look_of_an_amount_is_the_same_amount(value: float) -> None:
    grouped = f"{value:,.2f}"
    looks = [
        f"{value:.2f}",
        f"{value:.2f}".replace(".", ","),
        grouped.replace(",", " "),
        grouped.replace(",", "\u202f").replace(".", ","),
        f" {value:.2f} ",
    ]
    assert {parse("number_of", look) for look in looks} == {float(f"{value:.2f}")}


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_look_of_a_day_is_the_same_day(day: date) -> None:
    looks = [day.isoformat(), day.strftime("%d/%m/%Y"), f"{day} 00:00:00", f"{day}T00:00:00"]
    assert {parse("date_of", look) for look in looks} == {day}
    assert {parse("month_of", look) for look in [*looks, day.strftime("%m/%Y"), day.strftime("%Y-%m")]} == {
        day.replace(day=1)
    }


@given(st.text(st.sampled_from("0123456789/-,. eE+x"), max_size=12))
def test_what_is_no_date_or_number_is_null_never_a_guess(text: str) -> None:
    stripped = text.strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}", stripped):
        assert parse("date_of", text) is None
    if not re.fullmatch(r"[+-]?[\d ]*([.,]\d*)?([eE][+-]?\d+)?", stripped):
        assert parse("number_of", text) is None


@pytest.mark.parametrize(
    ("macro", "text", "value"),
    [
        ("integer_of", "559.0", 559),
        ("integer_of", "000", 0),
        ("integer_of", "1,5", None),
        ("integer_of", "1e3", 1000),
        ("integer_of", "9" * 30, None),
        ("number_of", "06.25", 6.25),
        ("number_of", ",5", 0.5),
        ("number_of", "1.234,56", None),
        ("number_of", "12 34", None),
        ("number_of", "e5", None),
        ("number_of", ".", None),
        ("number_of", "", None),
        ("date_of", "31/02/2020", None),
        ("date_of", "01/02/20", None),
        ("month_of", "13/2020", None),
        ("boolean_of", "O", True),
        ("boolean_of", "FAUX", False),
        ("boolean_of", "w", None),
    ],
)
def test_the_edges_of_each_form(macro: str, text: str, value: object) -> None:
    assert parse(macro, text) == value

"""Decrees published after the hours that they govern."""

from decimal import Decimal

import duckdb
import pytest

from apanalytics import law
from apanalytics.errors import NotInForce


@pytest.mark.parametrize(
    ("day", "known_on", "floor"),
    [
        ("2026-01-15", "2026-01-10", "8.46"),
        ("2026-01-15", "2026-02-10", "8.57"),
        ("2026-01-15", None, "8.57"),
        ("2025-12-31", "2026-02-10", "8.46"),
        ("2024-11-15", "2024-11-30", "8.30"),
        ("2024-11-15", "2024-12-04", "8.46"),
    ],
)
def test_a_late_floor_applies_from_the_day_on_which_it_is_known(day, known_on, floor):
    assert law.rates(day, known_on=known_on).allocation_floor == Decimal(floor)
    assert law.allocation_hourly(day, "general", 10, known_on=known_on) == Decimal(floor)


def test_the_tables_value_january_2026_as_the_scalar_law_does():
    for known_on, floor in (("2026-01-10", 8.46), ("2026-02-10", 8.57)):
        con = duckdb.connect()
        law.sql_tables(con, known_on=known_on)
        row = con.execute(
            "SELECT allocation_floor FROM law_rates WHERE regime = 'general'"
            " AND valid_from <= DATE '2026-01-15' AND DATE '2026-01-15' < valid_to"
        ).fetchall()
        assert row == [(floor,)]
    found = law.amounts(
        ["2026-01-15"] * 2, "general", 10.0, [100, 100], known_on=["2026-01-10", "2026-02-10"]
    )
    assert found["allocation"].tolist() == [846.0, 857.0]


def test_hours_of_march_2020_are_flat_until_the_decree_of_25_march_is_published():
    assert law.pay(
        "2020-03-16", "general", 20, 10, headcount=40, known_on="2020-03-25"
    ).allocation_hourly == Decimal("7.74")
    assert (
        law.pay("2020-03-16", "general", 20, 10, headcount=40, known_on="2020-03-26").allocation_hourly == 14
    )
    assert law.pay("2020-03-16", "general", 20, 10).allocation_hourly == 14


def test_the_contingent_of_2021_is_1000_hours_until_13_may():
    contingent = law.parameter("procedure.annual_contingent")
    assert contingent.on("2021-06-01", known_on="2021-05-12") == 1000
    assert contingent.on("2021-01-15", known_on="2021-05-13") == 1607
    assert [contingent.on(f"{year}-07-01") for year in (2019, 2020, 2021, 2022)] == [1000, 1607, 1607, 1000]


def test_a_regime_is_unknown_before_its_decree():
    with pytest.raises(NotInForce, match="2020-06-29"):
        law.rates("2020-06-10", "protected", known_on="2020-06-28")
    assert law.rates("2020-06-10", "protected", known_on="2020-06-29").allocation_rate == Decimal("0.70")


def test_what_is_not_said_about_publication_is_said_to_be_the_day_of_effect():
    source = law.parameter("general.allocation_floor").source("2022-05-15")
    assert (source.known_from, source.known_from_stated) == (source.valid_from, False)
    assert law.parameter("general.allocation_floor").source("2026-01-15").known_from_stated

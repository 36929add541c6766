"""Indemnity, allocation, and who bears what."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from apanalytics import law
from apanalytics.errors import InvalidArgument


def test_the_hourly_amount_is_rounded_half_up_before_it_is_multiplied():
    due = law.pay("2021-03-01", "closed", "30.75", 20)  # 21.525
    assert (due.allocation_hourly, due.allocation) == (Decimal("21.53"), Decimal("430.60"))


def test_state_and_unedic_share_the_allocation_to_the_cent():
    due = law.pay("2021-03-01", "general", 20, 100)
    assert (due.allocation, due.unedic, due.state) == (1200, 396, 804)
    before = law.pay("2019-03-01", "general", 20, 100, headcount=10)
    assert (before.allocation, before.unedic) == (774, Decimal("286.38"))
    assert before.indemnity == 1400


def test_an_apprentice_below_the_minimum_wage_gets_his_own_pay_and_brings_no_floor():
    due = law.pay("2021-03-01", "general", "5.00", 10, category="apprentice")
    assert (due.indemnity_hourly, due.allocation_hourly) == (Decimal("5.00"), Decimal("3.00"))
    at_smic = law.pay("2021-03-01", "general", "10.25", 10, category="apprentice")
    assert (at_smic.indemnity_hourly, at_smic.allocation_hourly) == (Decimal("8.11"), Decimal("8.11"))


@pytest.mark.parametrize("category", ["part_time", "temporary"])
def test_from_2023_part_time_and_temporary_workers_get_the_minimum_wage_or_their_own(category):
    assert law.pay("2022-12-31", "general", 12, 1, category=category).indemnity_hourly == Decimal("8.76")
    assert law.pay("2023-01-01", "general", 12, 1, category=category).indemnity_hourly == Decimal("11.27")
    assert law.pay("2023-01-01", "general", 11, 1, category=category).indemnity_hourly == Decimal("11.00")
    assert law.pay("2023-01-01", "general", 30, 1, category=category).indemnity_hourly == Decimal("18.00")


def test_without_a_headcount_nothing_is_guessed_before_march_2020():
    with pytest.raises(InvalidArgument, match="headcount"):
        law.pay("2020-02-29", "general", 20, 10)


@pytest.mark.parametrize(
    ("wage", "hours"),
    [
        (-1, 10),
        (10, -1),
        ("x", 10),
        (float("nan"), 10),
        (float("inf"), 10),
        (10, None),
        ("1e40", 10),
        (10, "1e999999"),
    ],
)
def test_wages_and_hours_are_finite_and_not_negative(wage, hours):
    with pytest.raises(InvalidArgument):
        law.pay("2021-03-01", "general", wage, hours)


def test_an_unknown_category_is_refused():
    with pytest.raises(InvalidArgument, match="intern"):
        law.pay("2021-03-01", "general", 10, 1, category="intern")


def test_every_figure_has_its_source():
    due = law.pay("2021-03-01", "apld", 20, 10)
    used = {source.parameter for source in due.sources}
    assert {"apld.indemnity_rate", "apld.allocation_rate", "apld.allocation_floor", "smic.hourly"} <= used
    assert all(source.reference for source in due.sources)


def test_the_indemnity_floor_inferred_for_early_2023_says_how():
    source = law.parameter("employee.indemnity_floor").source("2023-02-01")
    assert (source.value, source.confidence) == ("8.92", "low")


@pytest.mark.parametrize("day", ["20210301", "2021-W05-1", "2021-3-1", "9999-12-31", "0001-01-01", None])
def test_a_day_is_written_in_one_way_only(day):
    with pytest.raises(InvalidArgument, match="YYYY-MM-DD"):
        law.rates(day)


def test_a_moment_is_read_as_its_day():
    assert law.rates(datetime(2021, 6, 30, 23, 59)).allocation_rate == Decimal("0.52")
    assert law.rates(datetime(2021, 6, 30, 23, 59)).on == date(2021, 6, 30)

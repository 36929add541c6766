"""Hours that can be paid, by arrangement."""

from datetime import date
from decimal import Decimal

import pytest

from apanalytics import law
from apanalytics.errors import InvalidArgument, NotInForce


def hours(on="2021-03-01", arrangement="35h", **arguments):
    found = law.payable_hours(on, arrangement, **arguments)
    return (found.payable_hours, found.idle_unpaid_hours)


def test_leave_and_holidays_usually_off_are_deducted_by_the_day():
    assert hours(weeks=1, days_leave=1, holidays=1) == (21, 0)
    assert hours(arrangement="part_time", weekly_contract=20, days_leave=1) == (16, 0)
    assert hours(weeks=1, days_leave=7) == (0, 0)


def test_part_time_is_paid_up_to_its_contract_and_never_beyond():
    assert hours(arrangement="part_time", weekly_contract=24, worked=10) == (14, 0)
    assert hours(arrangement="part_time", weekly_contract=24, worked=30) == (0, 0)


def test_hours_worked_in_one_week_do_not_eat_the_idle_hours_of_another():
    assert hours(worked=[45, 0]) == (35, 0)


@pytest.mark.parametrize(
    ("on", "agreed", "payable"),
    [
        ("2020-03-11", date(2019, 1, 1), 35),
        ("2020-03-12", date(2019, 1, 1), 39),
        ("2021-03-01", date(2020, 4, 23), 39),
        ("2021-03-01", date(2020, 4, 24), 35),
        ("2021-12-31", date(2020, 4, 24), 35),
        ("2022-01-01", date(2020, 4, 24), 39),
    ],
)
def test_overtime_is_paid_where_it_was_stipulated_in_time(on, agreed, payable):
    found = law.payable_hours(on, "over35", weekly_contract=39, structural_overtime=agreed)
    assert found.payable_hours == payable
    assert found.idle_unpaid_hours == 39 - payable


def test_from_2022_the_doubt_about_the_condition_of_date_is_said():
    found = law.payable_hours(
        "2022-01-01", "over35", weekly_contract=39, structural_overtime=date(2021, 1, 1)
    )
    assert "not found" in " ".join(found.notes)


def test_overtime_decided_by_the_employer_alone_is_not_paid():
    assert hours(arrangement="over35", weekly_contract=39) == (35, 4)


def test_equivalence_replaces_the_legal_week_from_12_march_2020():
    assert hours("2020-03-11", "equivalence", weekly_contract=43) == (35, 8)
    assert hours("2020-03-12", "equivalence", weekly_contract=43) == (43, 0)


def test_a_day_package_is_counted_in_weeks_days_and_halves():
    assert hours(arrangement="day_package", days_idle="2.5") == (Decimal("17.5"), 0)
    assert hours(arrangement="day_package", weeks=1, worked=14) == (21, 0)
    assert hours(arrangement="day_package", weeks=3, worked=7) == (84, 0)  # 35 - 7, three times
    assert hours(arrangement="day_package", weeks=2, worked=[7, 0]) == (63, 0)


def test_a_day_package_never_passes_the_legal_month():
    assert hours(arrangement="day_package", days_idle=23)[0] == Decimal("151.67")
    assert hours(arrangement="day_package", days_idle=23, days_leave=2)[0] == 147


def test_before_12_march_2020_a_day_package_is_paid_in_a_closure_only():
    assert hours("2020-03-11", "day_package", weeks=1, closed=False) == (0, 35)
    assert hours("2020-03-12", "day_package", weeks=1, closed=False) == (35, 0)
    with pytest.raises(NotInForce, match="2020-03-12"):
        hours("2020-03-11", "day_package", weeks=1)


def test_executives_are_paid_in_a_closure_only_and_not_before_march_2020():
    assert hours(arrangement="executive", weeks=1, closed=False) == (0, 35)
    assert hours(arrangement="executive", days_idle="2.5", closed=False) == (0, Decimal("17.5"))
    assert hours(arrangement="executive", weeks=1) == (35, 0)
    with pytest.raises(NotInForce):
        hours("2020-03-11", "executive", weeks=1)


def test_annualised_time_takes_the_better_method():
    assert hours(arrangement="annualised", planned=[30, 30], worked=[0, 30]) == (30, 0)
    assert hours(arrangement="annualised", planned=[0, 35], worked=[0, 0], holidays=1) == (Decimal("31.5"), 0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"arrangement": "flexible"},
        {"arrangement": "over35"},
        {"arrangement": "over35", "weekly_contract": 35},
        {"arrangement": "part_time", "weekly_contract": 35},
        {"arrangement": "equivalence", "weekly_contract": 30},
        {"arrangement": "annualised"},
        {"arrangement": "35h", "planned": [35]},
        {"arrangement": "35h", "days_idle": 2},
        {"arrangement": "35h", "worked": [1, 2, 3], "weeks": 2},
        {"arrangement": "35h", "worked": -1},
        {"arrangement": "35h", "worked": "a few"},
        {"arrangement": "35h", "weeks": 0},
        {"arrangement": "day_package", "months": 1},
        {"arrangement": "day_package", "days_idle": "0.3"},
        {"arrangement": "day_package", "days_idle": 1, "weeks": 6},
        {"arrangement": "executive", "weeks": 1, "months": 1},
        {"arrangement": "annualised", "planned": [33, 42], "months": 2},
        {"arrangement": "35h", "weeks": 2, "months": 1},
        {"arrangement": "35h", "weekly_contract": 39},
        {"arrangement": "35h", "worked": "1e40"},
    ],
)
def test_what_does_not_go_together_is_refused(arguments):
    with pytest.raises(InvalidArgument):
        hours(**arguments)


@pytest.mark.parametrize(
    ("start", "end", "territory", "expected"),
    [
        ("2021-02-01", "2021-02-28", None, "151.67"),
        ("2021-02-01", "2021-02-27", None, "140"),
        ("2021-03-01", "2021-03-30", None, "151.67"),  # 22 weekdays make 154: no more than the month
        ("2021-02-15", "2021-03-31", None, "221.67"),  # ten weekdays, then a month
        ("2021-05-08", "2021-05-09", None, "0"),
        ("2021-05-01", "2021-05-31", "metropole", "137.67"),
        ("2021-04-01", "2021-04-30", "59", "144.67"),
        ("2021-04-01", "2021-04-30", "67", "137.67"),  # Good Friday
        ("2021-05-01", "2021-05-31", "971", "130.67"),  # 27 May
        ("2021-12-20", "2021-12-26", "974", "28"),  # 20 December
    ],
)
def test_legal_hours_of_any_period(start, end, territory, expected):
    assert law.legal_hours(start, end, territory) == Decimal(expected)


def test_legal_hours_refuse_a_period_turned_round_and_an_unknown_territory():
    with pytest.raises(InvalidArgument, match="ends before"):
        law.legal_hours("2021-05-02", "2021-05-01")
    with pytest.raises(InvalidArgument, match="20A"):
        law.legal_hours("2021-05-01", "2021-05-02", "20A")


def test_alsace_and_moselle_have_two_holidays_more():
    more = set(law.public_holidays(2021, "57")) - set(law.public_holidays(2021, "75"))
    assert more == {date(2021, 4, 2), date(2021, 12, 26)}
    assert law.public_holidays(2021, "57") == law.public_holidays(2021, "68")


@pytest.mark.parametrize(("territory", "day"), [("971", 27), ("972", 22), ("976", None)])
def test_overseas_departments_keep_the_abolition_of_slavery(territory, day):
    expected = date(2021, 5, day) if day else date(2021, 4, 27)
    assert expected in law.public_holidays(2021, territory)
    assert expected not in law.public_holidays(2021)


def test_the_hourly_wage_of_an_executive():
    assert law.executive_hourly_wage(4200, "2020-05-01") == 20
    with pytest.raises(NotInForce):
        law.executive_hourly_wage(4200, "2020-03-11")

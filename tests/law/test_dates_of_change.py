"""Both sides of every day on which a rate changes."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from apanalytics import law
from apanalytics.errors import InvalidArgument, NotInForce

G = "general"
# First day of hours, indemnity rate, allocation rate, floor of the allocation, SMIC.
GENERAL = [
    ("2020-03-01", "0.70", "0.70", "8.03", "10.15"),
    ("2020-06-01", "0.70", "0.60", "8.03", "10.15"),
    ("2021-01-01", "0.70", "0.60", "8.11", "10.25"),
    ("2021-06-01", "0.70", "0.52", "8.11", "10.25"),
    ("2021-07-01", "0.60", "0.36", "7.30", "10.25"),
    ("2021-10-01", "0.60", "0.36", "7.47", "10.48"),
    ("2022-01-01", "0.60", "0.36", "7.53", "10.57"),
    ("2022-05-01", "0.60", "0.36", "7.73", "10.85"),
    ("2022-08-01", "0.60", "0.36", "7.88", "11.07"),
    ("2023-01-01", "0.60", "0.36", "8.03", "11.27"),
    ("2023-05-01", "0.60", "0.36", "8.21", "11.52"),
    ("2024-01-01", "0.60", "0.36", "8.30", "11.65"),
    ("2024-11-01", "0.60", "0.36", "8.46", "11.88"),
    ("2026-01-01", "0.60", "0.36", "8.57", "12.02"),
]
OTHERS = {
    "protected": [
        ("2020-06-01", "0.70", "0.70", "8.03"),
        ("2021-01-01", "0.70", "0.70", "8.11"),
        ("2021-07-01", "0.70", "0.60", "8.11"),
        ("2021-08-01", "0.70", "0.52", "8.11"),
        ("2021-09-01", "0.60", "0.36", "7.30"),
    ],
    "protected_strong_loss": [
        ("2021-04-01", "0.70", "0.70", "8.11"),
        ("2021-10-01", "0.70", "0.70", "8.30"),
        ("2022-01-01", "0.70", "0.70", "8.37"),
        ("2022-03-01", "0.60", "0.36", "7.53"),
    ],
    "closed": [
        ("2020-06-01", "0.70", "0.70", "8.03"),
        ("2021-01-01", "0.70", "0.70", "8.11"),
        ("2021-10-01", "0.70", "0.70", "8.30"),
        ("2022-01-01", "0.70", "0.70", "8.37"),
        ("2022-04-01", "0.60", "0.36", "7.53"),
    ],
    "territory_restricted": [
        ("2021-03-01", "0.70", "0.70", "8.11"),
        ("2021-10-01", "0.70", "0.70", "8.30"),
        ("2022-01-01", "0.70", "0.70", "8.37"),
        ("2022-04-01", "0.60", "0.36", "7.53"),
    ],
    "ski_area": [
        ("2021-03-01", "0.70", "0.70", "8.11"),
        ("2021-10-01", "0.70", "0.70", "8.30"),
        ("2022-01-01", "0.60", "0.36", "7.53"),
    ],
    "childcare": [
        ("2020-05-01", "0.70", "0.70", "8.03"),
        ("2020-06-01", "0.70", "0.60", "8.03"),
        ("2021-01-01", "0.70", "0.60", "8.11"),
        ("2021-04-01", "0.70", "0.70", "8.11"),
        ("2021-10-01", "0.70", "0.70", "8.30"),
        ("2022-01-01", "0.70", "0.70", "8.37"),
        ("2022-05-01", "0.70", "0.70", "8.59"),
        ("2022-08-01", None, None, None),
    ],
    "vulnerable": [
        ("2020-05-01", "0.70", "0.70", "8.03"),
        ("2020-06-01", "0.70", "0.60", "8.03"),
        ("2021-04-01", "0.70", "0.70", "8.11"),
        ("2021-10-01", "0.70", "0.70", "8.30"),
        ("2022-01-01", "0.70", "0.70", "8.37"),
        ("2022-05-01", "0.70", "0.70", "8.59"),
        ("2022-08-01", "0.70", "0.70", "8.76"),
        ("2022-09-01", "0.70", "0.60", "8.76"),
        ("2023-01-01", "0.70", "0.60", "8.92"),
        ("2023-02-01", None, None, None),
    ],
    "apld": [
        ("2020-07-01", "0.70", "0.60", "7.23"),
        ("2021-01-01", "0.70", "0.60", "7.30"),
        ("2021-07-01", "0.70", "0.60", "8.11"),
        ("2021-10-01", "0.70", "0.60", "8.30"),
        ("2022-01-01", "0.70", "0.60", "8.37"),
        ("2022-05-01", "0.70", "0.60", "8.59"),
        ("2022-08-01", "0.70", "0.60", "8.76"),
        ("2023-01-01", "0.70", "0.60", "8.92"),
        ("2023-05-01", "0.70", "0.60", "9.12"),
        ("2024-01-01", "0.70", "0.60", "9.22"),
        ("2024-11-01", "0.70", "0.60", "9.40"),
        ("2026-01-01", "0.70", "0.60", "9.52"),
        ("2027-01-01", None, None, None),
    ],
}
ROWS = [(G, *row[:4]) for row in GENERAL] + [
    (regime, *row) for regime, rows in OTHERS.items() for row in rows
]


def figures(regime, day):
    try:
        found = law.rates(day, regime)
    except NotInForce:
        return (None, None, None)
    return (found.indemnity_rate, found.allocation_rate, found.allocation_floor)


def decimals(*values):
    return tuple(None if value is None else Decimal(value) for value in values)


@pytest.mark.parametrize(("regime", "day", "indemnity", "allocation", "floor"), ROWS)
def test_the_rates_of_the_day_on_which_they_change(regime, day, indemnity, allocation, floor):
    assert figures(regime, day) == decimals(indemnity, allocation, floor)


@pytest.mark.parametrize("regime", [G, *OTHERS])
def test_the_rates_of_the_eve_are_still_the_old_ones(regime):
    rows = [row[1:] for row in ROWS if row[0] == regime]
    skipped = {("apld", "2027-01-01"), ("vulnerable", "2021-04-01")}  # the eve is a gap, or another change
    for (_, *old), (day, *_) in pairwise(rows):
        if (regime, day) not in skipped:
            assert figures(regime, date.fromisoformat(day) - timedelta(1)) == decimals(*old), day


@pytest.mark.parametrize("regime", list(OTHERS))
def test_a_regime_does_not_exist_on_the_eve_of_its_first_day(regime):
    eve = date.fromisoformat(OTHERS[regime][0][0]) - timedelta(1)
    with pytest.raises(NotInForce, match=OTHERS[regime][0][0]):
        law.rates(eve, regime)


def test_the_minimum_wage_changes_with_the_general_rates():
    for day, *_, smic in GENERAL:
        assert law.rates(day).smic == Decimal(smic)
    assert law.parameter("smic.hourly").on("2026-06-01") == Decimal("12.31")


def test_apld_r_pays_70_and_60_from_16_april_2025_with_a_floor_to_be_assumed():
    with pytest.raises(NotInForce, match="not found"):
        law.rates("2025-04-16", "apld_r")
    found = law.rates("2025-04-16", "apld_r", assumed_floor="9.40")
    assert (found.indemnity_rate, found.allocation_rate) == decimals("0.70", "0.60")
    assert found.allocation_cap == Decimal("32.08")
    assert "9.40" in " ".join(found.notes)
    with pytest.raises(NotInForce, match="2025-04-16"):
        law.rates("2025-04-15", "apld_r", assumed_floor="9.40")


def test_a_floor_that_was_not_found_is_an_error_that_names_the_last_one_known():
    with pytest.raises(NotInForce, match=r"(?s)gap begins on 2026-06-01.*8\.57"):
        law.rates("2026-06-01")
    assert law.rates("2026-05-31").allocation_floor == Decimal("8.57")
    assert law.rates("2026-06-01", assumed_floor="8.77").allocation_floor == Decimal("8.77")


def test_an_assumed_floor_never_replaces_one_of_the_law():
    assert law.rates("2026-05-31", assumed_floor="5").allocation_floor == Decimal("8.57")


def test_the_indemnity_has_no_cap_before_2021_but_under_apld():
    assert law.rates("2020-12-31").indemnity_cap is None
    assert law.rates("2021-01-01").indemnity_cap == Decimal("32.29")
    assert law.rates("2020-12-31", "apld").indemnity_cap == Decimal("31.97")


def test_250_employees_are_the_last_at_7_74():
    flat = law.rates("2020-02-29").flat
    assert (flat.of(1), flat.of(250), flat.of(251)) == decimals("7.74", "7.74", "7.23")
    assert law.rates("2020-03-01").flat is None
    assert law.rates("2013-07-01").flat.of(10) == Decimal("7.74")
    with pytest.raises(NotInForce, match="2013-07-01"):
        law.rates("2013-06-30")


def test_mayotte_has_its_own_floors_where_they_were_found():
    assert law.rates("2024-10-31", territory="976").allocation_floor == Decimal("7.14")
    assert law.rates("2024-11-01", territory="976").allocation_floor == Decimal("7.29")
    assert law.rates("2024-11-01", "apld", territory="976").allocation_floor == Decimal("8.10")
    assert law.rates("2024-11-01", "closed", territory="976").allocation_floor == Decimal("7.29")
    assert law.rates("2024-11-01", territory="974").allocation_floor == Decimal("8.46")
    for day, regime in (("2023-12-31", G), ("2026-01-01", G), ("2021-06-01", "closed")):
        with pytest.raises(NotInForce):
            law.rates(day, regime, territory="976")


@pytest.mark.parametrize("territory", ["ZZ", "99", "", "20", "Mayotte"])
def test_a_territory_that_is_no_department_never_gets_the_national_floor(territory):
    with pytest.raises(InvalidArgument, match="department"):
        law.rates("2024-11-01", territory=territory)


def test_a_floor_of_mayotte_that_was_not_found_can_be_assumed_in_every_regime():
    for regime in (G, "closed"):
        found = law.rates("2021-06-01", regime, territory="976", assumed_floor="7.50")
        assert found.allocation_floor == Decimal("7.50")
        assert "7.50 was assumed" in " ".join(found.notes)

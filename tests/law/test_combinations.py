"""Combined regimes: the better rate where the law says so."""

from decimal import Decimal

import pytest

from apanalytics import law
from apanalytics.errors import InvalidArgument, NotInForce


@pytest.mark.parametrize(
    ("day", "regime", "rate", "floor"),
    [
        ("2020-10-31", "apld+closed", "0.60", "7.23"),  # the eve of the rule
        ("2020-11-01", "apld+closed", "0.70", "8.03"),
        ("2021-03-15", "apld+closed", "0.70", "8.11"),
        ("2022-03-31", "apld+closed", "0.70", "8.37"),
        ("2022-04-01", "apld+closed", "0.60", "8.37"),  # closed is paid as general from here
        ("2021-06-30", "apld+protected", "0.70", "8.11"),
        ("2021-07-01", "apld+protected", "0.60", "8.11"),
        ("2021-08-01", "apld+protected", "0.60", "8.11"),  # 52 % is worse
        ("2021-03-15", "apld+general", "0.60", "7.30"),  # the same rate is not a better one
        ("2020-12-15", "childcare+protected", "0.70", "8.03"),
        ("2020-12-15", "childcare+general", "0.60", "8.03"),
        ("2020-05-15", "childcare+protected", "0.70", "8.03"),  # protected not yet: childcare alone
    ],
)
def test_the_better_rate_applies_with_its_own_floor(day, regime, rate, floor):
    found = law.rates(day, regime)
    assert (found.allocation_rate, found.allocation_floor) == (Decimal(rate), Decimal(floor))


def test_the_order_of_a_combination_does_not_matter():
    one, other = law.rates("2021-03-15", "apld+closed"), law.rates("2021-03-15", "closed+apld")
    assert (one.allocation_rate, one.indemnity_cap) == (other.allocation_rate, other.indemnity_cap)


def test_a_combination_never_outlives_its_first_regime():
    with pytest.raises(NotInForce):
        law.rates("2022-08-01", "childcare+closed")


@pytest.mark.parametrize(
    "regime", ["apld+apld_r", "apld_r+closed", "closed+protected", "a", "", "apld+closed+general"]
)
def test_what_the_law_does_not_combine_is_refused(regime):
    with pytest.raises(InvalidArgument):
        law.rates("2025-06-01", regime)


def test_the_better_rate_is_cited_with_the_rule_that_lends_it():
    used = [source.parameter for source in law.rates("2021-03-15", "apld+closed").sources]
    assert "closed.allocation_rate" in used
    assert "apld.better_common_rate" in used
    alone = [source.parameter for source in law.rates("2021-08-15", "apld+protected").sources]
    assert "protected.allocation_rate" not in alone

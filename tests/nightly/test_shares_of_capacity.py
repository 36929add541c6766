"""What the places that chance decides cost and bring: the figures of decision 20.

`python -m tests.nightly.test_shares_of_capacity` prints the table.
"""

from __future__ import annotations

import pytest

from apanalytics.targeting.draw import Shares
from tests.drawn_population import worth

CAMPAIGNS = 40
DESIGNS = {
    "5 % random": Shares(0.05),
    "10 % random": Shares(0.1),
    "15 % random": Shares(0.15),
    "20 % random": Shares(0.2),
    "10 % random, 10 % uncertain": Shares(0.1, uncertain=0.1),
    "5 % random, 10 % uncertain, 5 % rules": Shares(0.05, uncertain=0.1, rules=0.05),
}


@pytest.mark.nightly
def test_twenty_random_places_tell_no_rate_and_forty_do() -> None:
    assert worth(DESIGNS["5 % random"], 400, CAMPAIGNS).told == 0
    assert worth(DESIGNS["10 % random"], 400, CAMPAIGNS).told == CAMPAIGNS


@pytest.mark.nightly
@pytest.mark.parametrize("capacity", [400, 800])
def test_uncertain_places_narrow_the_rate_more_than_random_ones_and_cost_no_more(capacity: int) -> None:
    mixed = worth(DESIGNS["10 % random, 10 % uncertain"], capacity, CAMPAIGNS)
    alone = worth(DESIGNS["20 % random"], capacity, CAMPAIGNS)
    assert mixed.width < alone.width
    assert mixed.hits >= alone.hits


@pytest.mark.nightly
@pytest.mark.parametrize("capacity", [400, 800])
def test_a_tenth_at_random_costs_two_points_of_hits_at_most(capacity: int) -> None:
    found = worth(DESIGNS["10 % random"], capacity, CAMPAIGNS)
    assert 0 < found.greedy - found.hits < 0.025


if __name__ == "__main__":
    for places in (400, 800):
        for name, shares in DESIGNS.items():
            print(places, name, worth(shares, places, CAMPAIGNS))

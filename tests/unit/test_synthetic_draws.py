"""Draws depend on seed, name and key alone; numbers are valid and belong to no firm."""

from __future__ import annotations

import numpy as np
import pytest
from stdnum.fr import siren as siren_rules
from stdnum.fr import siret as siret_rules

from apanalytics.synthetic.draws import Draws, beta_quantile, positions
from apanalytics.synthetic.sirets import CAPACITY, sirens, sirets

KEYS = np.arange(20_000)


def test_a_row_drawn_alone_has_the_number_it_has_among_others():
    draws = Draws(3)
    assert draws.uniform("wage", [7])[0] == draws.uniform("wage", KEYS)[7]


@pytest.mark.parametrize("other", [("wage", 4), ("size", 3)])
def test_another_seed_or_another_name_is_unrelated(other):
    name, seed = other
    correlation = np.corrcoef(Draws(3).uniform("wage", KEYS), Draws(seed).uniform(name, KEYS))[0, 1]
    assert abs(correlation) < 0.03


def test_two_keys_are_not_their_sum():
    draws = Draws(1)
    assert draws.uniform("wage", 1, 2) != draws.uniform("wage", 2, 1)


def test_uniform_numbers_are_uniform():
    drawn = Draws(0).uniform("any", KEYS)
    shares = np.histogram(drawn, bins=10, range=(0, 1))[0] / len(KEYS)
    assert shares == pytest.approx(np.full(10, 0.1), abs=0.01)


def test_between_reaches_both_ends():
    assert set(Draws(0).between("day", 3, 5, KEYS[:200]).tolist()) == {3, 4, 5}


def test_rounding_at_random_keeps_the_mean():
    assert Draws(0).rounded("people", np.full(20_000, 2.3), KEYS).mean() == pytest.approx(2.3, abs=0.02)


def test_weights_of_zero_are_never_picked():
    assert set(positions(np.array([0.001, 0.5, 0.999]), [0, 1, 0]).tolist()) == {1}


def test_beta_quantiles_have_the_mean_asked_for():
    grid = (np.arange(10_000) + 0.5) / 10_000
    assert beta_quantile(np.full(10_000, 0.3), 1.7, grid).mean() == pytest.approx(0.3, abs=0.001)


def test_numbers_have_valid_keys_and_no_two_firms_share_one():
    firm = sirens(KEYS, Draws(5))
    place = sirets(firm, KEYS % 8 + 1)
    assert len(np.unique(firm)) == len(KEYS)
    assert all(siren_rules.is_valid(str(number)) for number in firm[:2000])
    assert all(siret_rules.is_valid(str(number)) for number in place[:2000])


def test_numbers_are_in_the_range_of_state_bodies_where_no_firm_is():
    ends = np.array([0, CAPACITY - 1])
    for seed in range(50):
        assert set(sirens(ends, Draws(seed)) // 10_000_000) <= {14, 15, 16}


def test_no_number_looks_like_a_pseudo_siret_of_urssaf():
    place = sirets(sirens(KEYS, Draws(5)), KEYS % 8 + 1).astype(str)
    assert {number[9] for number in place} == {"0"}

"""Order, chunks and company never change what a row draws."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from apanalytics.synthetic.draws import Draws
from apanalytics.synthetic.scenario_files import settings
from apanalytics.synthetic.sirets import luhn_valid, sirens, sirets
from apanalytics.synthetic.truth import truth

seeds = st.integers(-(2**40), 2**40)
keys = st.lists(st.integers(0, 2**62), min_size=1, max_size=30)


@given(seeds, keys, st.randoms(use_true_random=False))
def test_order_never_changes_a_draw(seed, key, random):
    draws, shuffled = Draws(seed), list(range(len(key)))
    random.shuffle(shuffled)
    drawn = draws.uniform("any", key)
    assert (draws.uniform("any", [key[i] for i in shuffled]) == drawn[shuffled]).all()


@given(seeds, keys, st.integers(-5, 5), st.integers(0, 9))
def test_integers_stay_between_their_ends(seed, key, low, width):
    drawn = Draws(seed).between("any", low, low + width, key)
    assert ((drawn >= low) & (drawn <= low + width)).all()


@given(seeds, st.lists(st.integers(0, 2_999_999), min_size=1, max_size=50, unique=True), st.integers(0, 998))
def test_siren_and_siret_always_have_valid_keys(seed, firms, sequence):
    number = sirens(np.array(firms), Draws(seed))
    assert luhn_valid(number, 9).all()
    assert luhn_valid(sirets(number, np.full(len(number), sequence)), 14).all()
    assert len(set(number.tolist())) == len(firms)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_nonconforming_means_50_euros_and_2_percent_too_much(paid, due):
    row = truth("payment", ["x"], np.array([3]), np.array([paid]), np.array([due]), settings()).iloc[0]
    undue = max(paid - due, 0)
    assert row["nonconforming"] == (undue >= 5000 and undue * 50 >= paid)
    assert row["undue_amount"] == undue / 100
    assert (row["kind"] is None) == (undue == 0)

"""Invented SIREN and SIRET numbers: valid check digits, in a range where no firm can be.

A SIREN that begins with 1 is kept for State bodies; the generator takes 14, 15 and 16, so that no number
belongs to a firm. The fifth digit from the end of a SIRET is 0: never one of the pseudo-SIRETs of URSSAF
(5, 6, 7, 9).
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.draws import Bools, Draws, Ints

_FIRST_BODY = 14_000_000
_STARTS = 1_000_000
CAPACITY = 2_000_000
"""How many firms one country can hold."""


def luhn_valid(numbers: Ints, digits: int) -> Bools:
    """Say whether each number, written on `digits` digits, has a valid Luhn key.

    Examples
    --------
    >>> luhn_valid(np.array([732829320, 732829321]), 9).tolist()
    [True, False]
    """
    return np.asarray(_luhn_sum(numbers, digits, doubled=1) % 10 == 0)


def sirens(firms: Ints, draws: Draws) -> Ints:
    """Return a SIREN for each firm index in 0..CAPACITY-1; they rise with the index, so no two are alike."""
    body = _FIRST_BODY + draws.below("siren start", _STARTS, 0) + np.asarray(firms, dtype=np.int64)
    return np.asarray(body * 10 + _key(body, 8))


def sirets(siren: Ints, sequence: Ints) -> Ints:
    """Return the SIRET of each establishment: its SIREN, its number in the firm (0..999), a key.

    Examples
    --------
    >>> sirets(np.array([732829320]), np.array([7])).tolist()
    [73282932000074]
    """
    body = np.asarray(siren, dtype=np.int64) * 10_000 + np.asarray(sequence, dtype=np.int64)
    return np.asarray(body * 10 + _key(body, 13))


def _luhn_sum(numbers: Ints, digits: int, doubled: int) -> Ints:
    rest, total = np.asarray(numbers, dtype=np.int64).copy(), np.zeros(len(numbers), dtype=np.int64)
    for place in range(digits):
        digit = rest % 10 * (2 if place % 2 == doubled else 1)
        total += digit - 9 * (digit > 9)
        rest //= 10
    return total


def _key(body: Ints, digits: int) -> Ints:
    return (10 - _luhn_sum(body, digits, doubled=0) % 10) % 10

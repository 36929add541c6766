"""Random numbers that depend on a seed, a name and a key alone: no state, so no order and no chunk matters.

A region of the national draw, a chunk of it, or the whole of it give each row the same numbers. Each key
goes through the finaliser of SplitMix64 (Steele, Lea and Flood, 2014), on unsigned 64-bit integers: the
same on every machine.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri

Bits = NDArray[np.uint64]
Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def _mixed(bits: Bits) -> Bits:
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))


class Draws:
    """Draws by name and key.

    Parameters
    ----------
    seed : any integer; two seeds give unrelated countries.

    Examples
    --------
    >>> draws = Draws(7)
    >>> bool((draws.uniform("size", [1, 2, 3])[1:] == draws.uniform("size", [2, 3])).all())
    True
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def bits(self, name: str, *keys: ArrayLike) -> Bits:
        """Return 64 random bits for each combination of keys (broadcast against each other)."""
        digest = blake2b(f"{self.seed}/{name}".encode(), digest_size=8).digest()
        state: Bits = np.array(int.from_bytes(digest, "little"), dtype=np.uint64)
        with np.errstate(over="ignore"):
            for key in keys:
                state = _mixed((state ^ np.asarray(key).astype(np.uint64)) * _GOLDEN + _FIRST)
        return state

    def uniform(self, name: str, *keys: ArrayLike) -> Floats:
        """Return a number of the open interval (0, 1) for each key."""
        whole = (self.bits(name, *keys) >> np.uint64(12)).astype(np.float64)
        return np.asarray((whole + 0.5) / 2.0**52)

    def normal(self, name: str, *keys: ArrayLike) -> Floats:
        """Return a standard normal deviate for each key."""
        return np.asarray(ndtri(self.uniform(name, *keys)))

    def chance(self, name: str, probability: ArrayLike, *keys: ArrayLike) -> Bools:
        """Return True with the probability given, for each key."""
        return np.asarray(self.uniform(name, *keys) < np.asarray(probability))

    def below(self, name: str, bound: ArrayLike, *keys: ArrayLike) -> Ints:
        """Return an integer in 0..bound-1 for each key; a bound under 1 counts as 1."""
        limit = np.maximum(np.asarray(bound, dtype=np.int64), 1)
        drawn = np.floor(self.uniform(name, *keys) * limit).astype(np.int64)
        return np.asarray(np.minimum(drawn, limit - 1))

    def between(self, name: str, low: ArrayLike, high: ArrayLike, *keys: ArrayLike) -> Ints:
        """Return an integer in low..high, both included, for each key."""
        floor = np.asarray(low, dtype=np.int64)
        return np.asarray(floor + self.below(name, np.asarray(high, dtype=np.int64) - floor + 1, *keys))

    def pick(self, name: str, weights: ArrayLike, *keys: ArrayLike) -> Ints:
        """Return a position in `weights` (any scale) with probability in proportion, for each key."""
        return positions(self.uniform(name, *keys), weights)

    def exponential(self, name: str, mean: ArrayLike, *keys: ArrayLike) -> Floats:
        """Return an exponential deviate of the mean given, for each key."""
        return np.asarray(-np.log(self.uniform(name, *keys)) * np.asarray(mean))

    def rounded(self, name: str, value: ArrayLike, *keys: ArrayLike) -> Ints:
        """Return `value` rounded up or down at random, so that its mean is kept."""
        return np.floor(np.asarray(value) + self.uniform(name, *keys)).astype(np.int64)


def positions(uniform: Floats, weights: ArrayLike) -> Ints:
    """Return the position in `weights` that each number of (0, 1) falls upon.

    Examples
    --------
    >>> positions(np.array([0.1, 0.6]), [1, 1]).tolist()
    [0, 1]
    """
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], uniform, side="right").clip(0, len(edges) - 1).astype(np.int64)


def beta_quantile(mean: Floats, concentration: float, uniform: Floats) -> Floats:
    """Return quantiles of the beta law of the mean given; a concentration under 2 makes it U-shaped.

    Examples
    --------
    >>> float(beta_quantile(np.array([0.5]), 4.0, np.array([0.5])).round(6)[0])
    0.5
    """
    inside: Any = np.clip(mean, 0.005, 0.995)
    return np.asarray(betaincinv(inside * concentration, (1 - inside) * concentration, uniform))

"""What a cell keeps of its lists: sums, and products of sums by establishment, from which any interval comes.

Cases of one establishment are wrong together, so establishments are what is drawn. The variance of any
figure that is nearly a weighted sum of hits, listed cases and euros is a quadratic form of one matrix, so
that cells of many seeds can be pooled without keeping a single case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.risk import Interval, wilson
from benchmarks.ranking import Bools, Floats, selected

NORMAL = 1.959963984540054
"""Standard normal quantile of a two-sided 95 % interval."""
DIGITS = 9
"""Significant digits that are kept."""
LISTED, HITS, EUROS = range(3)
EVERYTHING = "random"
"""The list of all cases: its precision is that of chance, its euros are all there is to find."""


def sums_of(
    scores: Mapping[str, Floats], wrong: Bools, undue: Floats, sirets: np.ndarray, capacity: int
) -> dict[str, Any]:
    """Return the sums of a cell, as plain values.

    Parameters
    ----------
    scores : score of each case by ranking; ties count by their chance. `EVERYTHING` is put before them.
    wrong, undue : truth of each case, and its undue euros.
    sirets : establishment of each case.
    capacity : cases listed.
    """
    chances = [np.ones(len(wrong)), *(selected(score, capacity) for score in scores.values())]
    columns = [part for chance in chances for part in (chance, chance * wrong, chance * undue)]
    each = pd.DataFrame(np.column_stack(columns)).groupby(pd.factorize(sirets)[0]).sum().to_numpy()
    names = [EVERYTHING, *scores]
    return {"rankings": names, "totals": _short(each.sum(axis=0)), "gram": _short(each.T @ each)}


def _short(values: Floats) -> list[Any]:
    rounded: list[Any] = np.vectorize(lambda one: float(f"{one:.{DIGITS}g}"))(values).tolist()
    return rounded


@dataclass(frozen=True)
class Sums:
    """Sums over one cell or several of one kind.

    Parameters
    ----------
    rankings : their names; each has three places in the arrays: listed, hits, euros.
    totals : sums over all cases.
    gram : sums over establishments of the products of their sums.
    """

    rankings: tuple[str, ...]
    totals: Floats
    gram: Floats

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Sums:
        """Return the sums of one cell."""
        return cls(tuple(kept["rankings"]), np.asarray(kept["totals"]), np.asarray(kept["gram"]))

    @classmethod
    def pooled(cls, cells: Iterable[Mapping[str, Any]]) -> Sums:
        """Return the sums of several cells: their establishments are others."""
        return reduce(cls._and, map(cls.of, cells))

    def _and(self, other: Sums) -> Sums:
        if self.rankings != other.rankings:
            raise ValueError(f"cells of other rankings: {self.rankings} and {other.rankings}")
        return Sums(self.rankings, self.totals + other.totals, self.gram + other.gram)

    def precision(self, name: str) -> Interval:
        """Return a ranking's precision: Wilson's interval on as many cases as establishments are worth."""
        listed, hits = self._total(name, LISTED), self._total(name, HITS)
        share, spread = hits / listed, self._spread(self._pull(name))
        size = listed if spread == 0 else share * (1 - share) / spread**2
        return Interval(share, *wilson(share * size, size), n=round(listed), method="wilson, clustered")

    def less(self, name: str, other: str) -> Interval:
        """Return a ranking's precision less that of another."""
        value = self._share(name) - self._share(other)
        return self._around(value, self._pull(name) - self._pull(other), name)

    def ratio(self, name: str, other: str) -> Interval:
        """Return a ranking's precision divided by that of another; the interval is that of the logarithm."""
        one, two = self._share(name), self._share(other)
        if min(one, two) == 0:
            return Interval.unknown("one of the lists has no hit")
        half = NORMAL * self._spread(self._pull(name) / one - self._pull(other) / two)
        value = one / two
        low, high = value * np.exp(-half), value * np.exp(half)
        return Interval(value, float(low), float(high), n=round(self._total(name, LISTED)), method="delta")

    def captured(self, name: str, other: str | None = None) -> Interval:
        """Return the share of all undue euros that a list holds, or by how much it exceeds another's."""
        every = self._total(EVERYTHING, EUROS)
        if every == 0:
            return Interval.unknown("nothing is undue")
        unit = self._unit(name, EUROS) - (0 if other is None else self._unit(other, EUROS))
        value = float(unit @ self.totals) / every
        return self._around(value, (unit - value * self._unit(EVERYTHING, EUROS)) / every, name)

    def _around(self, value: float, pull: Floats, name: str) -> Interval:
        half = NORMAL * self._spread(pull)
        listed = round(self._total(name, LISTED))
        return Interval(value, value - half, value + half, n=listed, method="linearised")

    def _share(self, name: str) -> float:
        return self._total(name, HITS) / self._total(name, LISTED)

    def _pull(self, name: str) -> Floats:
        """Return by how much an establishment's sums move a precision."""
        hits, listed = self._unit(name, HITS), self._unit(name, LISTED)
        return np.asarray((hits - self._share(name) * listed) / self._total(name, LISTED))

    def _spread(self, pull: Floats) -> float:
        return float(max(pull @ self.gram @ pull, 0.0) ** 0.5)

    def _unit(self, name: str, what: int) -> Floats:
        unit = np.zeros(len(self.totals))
        unit[3 * self.rankings.index(name) + what] = 1.0
        return unit

    def _total(self, name: str, what: int) -> float:
        return float(self._unit(name, what) @ self.totals)

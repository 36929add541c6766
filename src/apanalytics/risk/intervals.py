"""An estimate with its 95 % interval, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from scipy.special import ndtri

LEVEL = 0.95
"""Coverage of every interval that the package prints."""


@dataclass(frozen=True)
class Interval:
    """A figure with its 95 % interval, or why it cannot be computed honestly.

    Parameters
    ----------
    value, low, high : the estimate and its bounds, in the unit of the figure; all None where there is none.
    why : what is lacking, in one sentence; None where there is a value.
    n : number of known outcomes behind the figure; None where it is no count of outcomes.
    method : how the interval was made: ``wilson``, ``bootstrap``, ``exact``.

    Examples
    --------
    >>> print(Interval(0.625, 0.48, 0.75, n=48, method="wilson"))
    62.5 % [48.0 % ; 75.0 %] on 48 outcomes
    >>> print(Interval.unknown("no control of this list has closed yet"))
    not estimable: no control of this list has closed yet
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str | None = None
    n: int | None = None
    method: str | None = None

    @classmethod
    def unknown(cls, why: str, n: int | None = None) -> Interval:
        """Return an interval without a value, saying why."""
        return cls(None, why=why, n=n)

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    def json(self) -> dict[str, Any]:
        """Return ``value, low, high`` (with ``n`` and ``method``), or ``value`` null and ``why``."""
        extra = {k: v for k, v in (("n", self.n), ("method", self.method)) if v is not None}
        if self.value is None:
            return {"value": None, "why": self.why} | extra
        return {"value": self.value, "low": self.low, "high": self.high} | extra

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return f"not estimable: {self.why}"
        on = f" on {self.n} outcomes" if self.n is not None else ""
        return f"{self.value:.1%} [{self.low:.1%} ; {self.high:.1%}]{on}".replace("%", " %")


def wilson(successes: float, trials: float, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's score interval of a share.

    Parameters
    ----------
    successes : number (or weight) of non-conforming outcomes, 0..trials.
    trials : number (or effective number) of outcomes, more than 0.
    level : coverage.

    Returns
    -------
    Lower and upper bound, fractions in [0, 1]. Source: Wilson (1927), JASA 22(158).

    Examples
    --------
    >>> low, high = wilson(5, 10)
    >>> round(low, 4), round(high, 4)
    (0.2366, 0.7634)
    """
    z2 = _normal_quantile(0.5 + level / 2) ** 2
    share = successes / trials
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = math.sqrt(z2 * (share * (1 - share) / trials + z2 / (4 * trials**2))) / (1 + z2 / trials)
    low = 0.0 if successes <= 0 else max(0.0, middle - half)
    high = 1.0 if successes >= trials else min(1.0, middle + half)
    return low, high


@cache
def _normal_quantile(probability: float) -> float:
    return float(ndtri(probability))

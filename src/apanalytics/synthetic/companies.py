"""The company behind an establishment: how many it employs, and how much of its staff it leaves idle.

Most employees of large companies work in establishments of ordinary size, the rest of which file elsewhere
or not at all. Dares publishes the split of the employees of requests and that of the employees of claims by
size of company: large ones ask for everybody and claim for fewer.
"""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.draws import Draws, Floats, Ints, positions
from apanalytics.synthetic.knobs import Settings

FROM = np.array([1, 20, 50, 250, 1000])
"""Smallest headcount of each class of company."""
_PAST = np.array([20, 50, 250, 1000, 8000])


def company_classes(firm: Ints, size: Ints, draws: Draws, settings: Settings) -> Ints:
    """Return the class (position in `FROM`) of each establishment's company, by the establishment's own."""
    own, drawn = own_class(size), draws.uniform("company", firm)
    chosen = own.copy()
    for number, weights in enumerate(settings.economy.company_classes):
        chosen[own == number] = positions(drawn[own == number], weights)
    return np.maximum(chosen, own)


def own_class(size: Ints | Floats) -> Ints:
    """Return the class that an establishment of this size has by itself.

    Examples
    --------
    >>> own_class(np.array([1, 19, 20, 400])).tolist()
    [0, 0, 1, 3]
    """
    return np.asarray(np.searchsorted(FROM, size, side="right") - 1).clip(0)


def company_headcounts(firm: Ints, size: Ints, draws: Draws, settings: Settings) -> Ints:
    """Return the headcount of each company: of its class, and never below the establishment's."""
    chosen = company_classes(firm, size, draws, settings)
    ratio = (_PAST / FROM)[chosen] ** draws.uniform("company size", firm)
    return np.asarray(np.maximum(np.floor(FROM[chosen] * ratio).astype(np.int64), size))


def claimed_factors(firm: Ints, size: Ints, draws: Draws, settings: Settings) -> Floats:
    """Return how much of the usual share of its staff each establishment claims for, 0 to 1."""
    factors = np.array(settings.economy.company_claims)
    return np.asarray(factors[company_classes(firm, size, draws, settings)])

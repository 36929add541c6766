"""Rings: the invented and usurped firms of a region that one hand files for, from one bank account."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.draws import Draws, Ints
from apanalytics.synthetic.official import Wave

_FIRMS = 6
"""Invented firms per ring, about."""
_INVENTED = 0.003
"""Share of the requests that such firms file, about."""


def ring(firm: Ints, region: Ints, national: int, wave: Wave, draws: Draws) -> Ints:
    """Return the key of the ring that each firm would belong to; no two regions have the same.

    Parameters
    ----------
    region : position in the wave's regions.
    national : requests of the whole country.
    """
    weight = wave.claims.sum(0)
    share = np.bincount(wave.region, weights=weight / weight.sum())[region]
    rings = np.ceil(national * share * _INVENTED / _FIRMS)
    return np.asarray(region * 1_000_000 + np.floor(rings * draws.uniform("ring", firm)).astype(np.int64))

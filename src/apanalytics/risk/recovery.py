"""What a control may bring: the undue share of the amount at stake, learnt from controls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.risk.columns import Matrix

BANDS = 5
"""Bands of equal number into which the amounts at stake of past non-conforming cases are cut."""
PRIOR_CASES = 20.0
"""Cases that the overall share is worth when a band's own share is estimated."""


@dataclass(frozen=True)
class UndueShare:
    """Undue euros per euro at stake, once a case is non-conforming, by band of amount.

    Parameters
    ----------
    edges : inner limits of the bands, euros, increasing.
    shares : share of each band, 0..1 (an undue amount beyond the amount at stake counts as all of it).
    cases : number of non-conforming controls behind it.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    cases: int

    @classmethod
    def learn(cls, known: pd.DataFrame, cases: pd.DataFrame) -> UndueShare | None:
        """Learn from outcomes and the amounts at stake of their cases.

        Parameters
        ----------
        known : what ``outcomes`` returned: ``nonconforming``, ``undue_amount_eur``.
        cases : ``amount_eur`` by ``case_id``; controlled cases that are not here are left out.

        Returns
        -------
        None where no non-conforming control gives an undue amount: then nothing can be said.
        """
        found = known[known["nonconforming"]].join(cases[["amount_eur"]], how="inner")
        found = found[(found["amount_eur"] > 0) & found["undue_amount_eur"].notna()]
        if found.empty:
            return None
        amount = found["amount_eur"].to_numpy(dtype=np.float64)
        undue = np.minimum(found["undue_amount_eur"].to_numpy(dtype=np.float64), amount)
        edges = np.unique(np.quantile(amount, np.linspace(0, 1, BANDS + 1)[1:-1]))
        band = np.searchsorted(edges, amount, side="right")
        share = undue / amount
        counts = np.bincount(band, minlength=len(edges) + 1)
        sums = np.bincount(band, weights=share, minlength=len(edges) + 1)
        shares = (sums + PRIOR_CASES * share.mean()) / (counts + PRIOR_CASES)
        return cls(tuple(edges.tolist()), tuple(shares.tolist()), len(found))

    def expected(self, risk: Matrix, amount: Matrix) -> Matrix:
        """Return expected undue euros: risk x share of the band x amount; NaN where either is unknown."""
        band = np.searchsorted(np.asarray(self.edges), np.nan_to_num(amount), side="right")
        return np.asarray(risk * np.asarray(self.shares)[band] * amount)

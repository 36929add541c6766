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
        known, cases : see ``undue_shares``.

        Returns
        -------
        None where no non-conforming control gives an undue amount: then nothing can be said.
        """
        known_shares = undue_shares(known, cases)
        if known_shares.empty:
            return None
        amount = cases["amount_eur"].reindex(known_shares.index).to_numpy(dtype=np.float64)
        share = known_shares.to_numpy()
        edges = np.unique(np.quantile(amount, np.linspace(0, 1, BANDS + 1)[1:-1]))
        band = np.searchsorted(edges, amount, side="right")
        counts = np.bincount(band, minlength=len(edges) + 1)
        sums = np.bincount(band, weights=share, minlength=len(edges) + 1)
        shares = (sums + PRIOR_CASES * share.mean()) / (counts + PRIOR_CASES)
        return cls(tuple(edges.tolist()), tuple(shares.tolist()), len(share))

    def expected(self, risk: Matrix, amount: Matrix) -> Matrix:
        """Return expected undue euros: risk x share of the band x amount; NaN where either is unknown."""
        band = np.searchsorted(np.asarray(self.edges), np.nan_to_num(amount), side="right")
        return np.asarray(risk * np.asarray(self.shares)[band] * amount)


def undue_shares(known: pd.DataFrame, cases: pd.DataFrame) -> pd.Series[float]:
    """Return the undue share of the amount at stake of the non-conforming cases of which it is known.

    Parameters
    ----------
    known : what ``outcomes`` returned: ``nonconforming``, ``undue_amount_eur``.
    cases : ``amount_eur`` by ``case_id``; controlled cases that are not here are left out.

    Returns
    -------
    By ``case_id``, 0..1: an undue amount beyond the amount at stake counts as all of it.

    Examples
    --------
    >>> known = pd.DataFrame({"nonconforming": [True, True, False], "undue_amount_eur": [25.0, None, 0.0]},
    ...                      index=list("ABC"))
    >>> undue_shares(known, pd.DataFrame({"amount_eur": [100.0, 50.0, 9.0]}, index=list("ABC"))).to_dict()
    {'A': 0.25}
    """
    found = known[known["nonconforming"]].join(cases[["amount_eur"]], how="inner")
    found = found[(found["amount_eur"] > 0) & found["undue_amount_eur"].notna()]
    undue = found["undue_amount_eur"].clip(upper=found["amount_eur"])
    return (undue / found["amount_eur"]).astype("float64").rename("undue_share")


def expected_undue(risk: Matrix, amount: Matrix, learnt: Matrix, by_band: UndueShare | None) -> Matrix:
    """Return expected undue euros: risk x undue share x amount at stake; NaN where one of them is unknown.

    Parameters
    ----------
    risk : calibrated risk, 0..1.
    amount : amount at stake, euros.
    learnt : undue share that the model's amounts give, 0..1; NaN where it has none: then that of the band.
    by_band : undue share by band of amount; None where no control tells.

    Examples
    --------
    >>> two = np.array([0.5, 0.5]), np.array([100.0, 100.0])
    >>> expected_undue(*two, np.array([0.2, np.nan]), UndueShare((), (0.4,), cases=30)).tolist()
    [10.0, 20.0]
    """
    other = np.full(len(risk), np.nan) if by_band is None else by_band.expected(risk, amount)
    return np.where(np.isnan(learnt), other, risk * learnt * amount)

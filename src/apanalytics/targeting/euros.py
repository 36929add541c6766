"""Expected net euros under a minimum precision: the choice, its bound, and the frontier between the two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.errors import NotComputable

Vector = npt.NDArray[np.float64]

PRECISIONS = tuple(round(step / 10, 1) for step in range(10))
"""Minimum precisions of a frontier, unless others are asked for."""
STEPS = 60
"""Halvings of the price of precision: its last digit is then beyond a double's own."""


@dataclass(frozen=True)
class Choice:
    """The cases chosen for euros, and how far another choice could go.

    Parameters
    ----------
    chosen : cases, in the order in which they are worth it.
    expected_precision : mean calibrated risk of the chosen; NaN where none is.
    net_eur : their expected net euros: risk x undue amount where non-conforming, less the cost of controls.
    bound_eur : what no choice under the same constraints can pass: the optimum where a case may be chosen in
        part (the linear relaxation).
    """

    chosen: pd.Index[str]
    expected_precision: float
    net_eur: float
    bound_eur: float

    @property
    def gap(self) -> float:
        """Share of the bound that the choice leaves, 0 or more; 0 where nothing can be gained."""
        return max(0.0, 1 - self.net_eur / self.bound_eur) if self.bound_eur > 0 else 0.0


def best_choice(cases: pd.DataFrame, places: Mapping[str, int], min_precision: float) -> Choice:
    """Choose the cases of most net euros whose mean risk keeps a minimum.

    A case may be worth less in euros than its place in precision: each is ranked by ``net_eur + price x
    (risk - min_precision)`` within its department, and the lowest price that keeps the precision is sought.
    No case is chosen that is worth nothing.

    Parameters
    ----------
    cases : ``risk`` (0..1), ``net_eur`` (euros) and ``department``, indexed by ``case_id``, most suspect
        first: the order settles ties.
    places : number of places by department.
    min_precision : lowest mean risk of the chosen, 0..1.

    Raises
    ------
    NotComputable : a risk or an amount is missing: euros cannot be expected from what nobody knows.

    Examples
    --------
    >>> cases = pd.DataFrame({"risk": [0.9, 0.8, 0.2], "net_eur": [100.0, 50.0, 900.0], "department": "59"},
    ...                      index=list("ABC"))
    >>> best_choice(cases, {"59": 2}, min_precision=0.0).chosen.tolist()
    ['C', 'A']
    >>> best_choice(cases, {"59": 2}, min_precision=0.6).chosen.tolist()
    ['A', 'B']
    """
    _check(cases)
    risk, net = cases["risk"].to_numpy(dtype=np.float64), cases["net_eur"].to_numpy(dtype=np.float64)
    pools = [
        (np.flatnonzero((cases["department"] == code).to_numpy()), count) for code, count in places.items()
    ]
    surplus = risk - min_precision
    low, high = 0.0, _dearest(net, surplus)
    kept = _at_price(0.0, net, surplus, pools)
    bound = _worth(0.0, kept, net, surplus)
    if surplus[kept].sum() < 0:
        for _ in range(STEPS):
            price = (low + high) / 2
            kept = _at_price(price, net, surplus, pools)
            bound = min(bound, _worth(price, kept, net, surplus))
            low, high = (price, high) if surplus[kept].sum() < 0 else (low, price)
        kept = _at_price(high, net, surplus, pools)
        bound = min(bound, _worth(high, kept, net, surplus))
        kept = _filled(_without_ballast(kept, net, surplus), net, surplus, pools)
        kept = kept if net[kept].sum() > 0 else kept[:0]  # checking nothing beats a loss
    mean = float(risk[kept].mean()) if len(kept) else float("nan")
    return Choice(cases.index[kept], mean, float(net[kept].sum()), float(bound))


def frontier(
    cases: pd.DataFrame, places: Mapping[str, int], precisions: Sequence[float] = PRECISIONS
) -> pd.DataFrame:
    """Return what each minimum precision costs in euros.

    Parameters
    ----------
    cases, places : see `best_choice`.
    precisions : minimum precisions to try, 0..1.

    Returns
    -------
    One row per minimum precision: ``min_precision, listed, expected_precision, net_eur, bound_eur, gap``.

    Examples
    --------
    >>> cases = pd.DataFrame({"risk": [0.9, 0.2], "net_eur": [100.0, 900.0], "department": "59"},
    ...                      index=list("AB"))
    >>> frontier(cases, {"59": 1}, [0.0, 0.5])["net_eur"].tolist()
    [900.0, 100.0]
    """
    rows = []
    for least in precisions:
        best = best_choice(cases, places, float(least))
        rows.append(
            {
                "min_precision": float(least),
                "listed": len(best.chosen),
                "expected_precision": best.expected_precision,
                "net_eur": best.net_eur,
                "bound_eur": best.bound_eur,
                "gap": best.gap,
            }
        )
    return pd.DataFrame(rows)


Pools = list[tuple[npt.NDArray[np.int64], int]]


def _at_price(price: float, net: Vector, surplus: Vector, pools: Pools) -> npt.NDArray[np.int64]:
    """Return the best of each pool where precision is paid `price` euros; what is worth nothing is left."""
    value = net + price * surplus
    best = []
    for members, count in pools:
        order = members[np.argsort(-value[members], kind="stable")][:count]
        best.append(order[value[order] > 0])
    kept = np.concatenate(best) if best else np.empty(0, dtype=np.int64)
    return kept[np.argsort(-value[kept], kind="stable")]


def _worth(price: float, kept: npt.NDArray[np.int64], net: Vector, surplus: Vector) -> float:
    """Return the relaxed problem's value at a price: no choice that keeps the precision is worth more."""
    return float((net[kept] + price * surplus[kept]).sum())


def _dearest(net: Vector, surplus: Vector) -> float:
    """Return a price at which any case under the line is worth less than nothing."""
    under = surplus < 0
    return 1.0 + (float((np.abs(net[under]) / -surplus[under]).max()) if under.any() else 0.0)


def _without_ballast(kept: npt.NDArray[np.int64], net: Vector, surplus: Vector) -> npt.NDArray[np.int64]:
    """Leave out cases of net loss, the largest first, as long as the others keep the precision."""
    slack = float(surplus[kept].sum())
    dropped: set[int] = set()
    for one in kept[np.argsort(net[kept], kind="stable")]:
        if net[one] < 0 and slack - surplus[one] >= 0:
            slack -= float(surplus[one])
            dropped.add(int(one))
    return kept[[int(one) not in dropped for one in kept]]


def _filled(kept: npt.NDArray[np.int64], net: Vector, surplus: Vector, pools: Pools) -> npt.NDArray[np.int64]:
    """Use the places and the precision that are left for cases of net euros, the most euros first."""
    taken = set(kept.tolist())
    slack = float(surplus[kept].sum())
    for members, count in pools:
        free = count - sum(int(one) in taken for one in members)
        for one in members[np.argsort(-net[members], kind="stable")]:
            if free and net[one] > 0 and int(one) not in taken and slack + surplus[one] >= 0:
                taken.add(int(one))
                slack, free = slack + float(surplus[one]), free - 1
    added = [one for one in taken if one not in set(kept.tolist())]
    return np.concatenate([kept, np.array(sorted(added, key=lambda one: -net[one]), dtype=np.int64)])


def _check(cases: pd.DataFrame) -> None:
    unknown = int(cases[["risk", "net_eur"]].isna().any(axis=1).sum())
    if unknown:
        raise NotComputable(
            f"Net euros cannot be expected for {unknown} of {len(cases)} cases",
            where="risk, net_eur",
            why="They need a calibrated risk, an amount at stake, and controls that found undue amounts.",
            todo="Rank by risk (leave --min-precision out) until a model has been fitted on such controls.",
        )

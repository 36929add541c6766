"""Whether a stated risk is met: Brier score, calibration error, reliability, weighted by logged draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.evaluation.estimators import FEWEST_RANDOM, Vector
from apanalytics.evaluation.overlap import Overlap
from apanalytics.risk import Interval, wilson

Groups = npt.NDArray[np.int64]

BINS = 10
"""Groups of equal weight into which stated risks are cut."""
REPLICATES = 400
"""Bootstrap replicates, each drawing establishments with replacement."""


def calibration(members: pd.DataFrame, seed: int = 0) -> dict[str, Any]:
    """Compare the stated risk of cases with what controls found.

    Parameters
    ----------
    members : ``risk`` (0..1), ``probability, listed, siret``, ``nonconforming`` (missing where unknown).
    seed : seed of the bootstrap by establishment.

    Returns
    -------
    ``brier`` and ``ece`` (the mean gap between stated and found share over groups; it is above 0 by chance
    alone, so read its interval), each an interval as plain values or null with the reason; and
    ``reliability``: one row per group: ``risk, found, low, high, n``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> risk = rng.random(400)
    >>> members = pd.DataFrame({"risk": risk, "probability": 1.0, "listed": True,
    ...                         "nonconforming": pd.Series(rng.random(400) < risk, dtype=object),
    ...                         "siret": np.arange(400).astype(str)})
    >>> found = calibration(members)
    >>> found["ece"]["value"] < 0.1, len(found["reliability"])
    (True, 10)
    """
    known = members[members["listed"] & members["nonconforming"].notna() & members["risk"].notna()]
    why = None if len(known) >= FEWEST_RANDOM else f"{len(known)} outcomes have a stated risk; 30 are needed"
    why = why or Overlap.of(members.loc[known.index]).refusal()
    if why:
        unknown = Interval.unknown(why, n=len(known)).json()
        return {"brier": unknown, "ece": unknown, "reliability": []}
    risk = known["risk"].to_numpy(dtype=np.float64)
    outcome = known["nonconforming"].to_numpy(dtype=np.float64)
    weight = 1 / known["probability"].to_numpy(dtype=np.float64)
    group = _groups(risk, weight)
    firm = pd.factorize(known["siret"], sort=True)[0]
    number = int(firm.max()) + 1
    generator, even = np.random.default_rng(seed), np.full(number, 1 / number)
    figures = np.empty((REPLICATES, 2))
    for replicate in range(REPLICATES):
        times = weight * generator.multinomial(number, even)[firm]
        figures[replicate] = _brier(risk, outcome, times), _ece(risk, outcome, times, group)
    return {
        "brier": _interval(_brier(risk, outcome, weight), figures[:, 0], len(known)),
        "ece": _interval(_ece(risk, outcome, weight, group), figures[:, 1], len(known)),
        "reliability": _reliability(risk, outcome, weight, group),
    }


def _groups(risk: Vector, weight: Vector) -> Groups:
    """Number groups of near-equal weight by rising risk; equal risks stay together."""
    order = np.argsort(risk, kind="stable")
    before = np.empty(len(risk))
    before[order] = np.cumsum(weight[order]) - weight[order]
    _, same = np.unique(risk, return_inverse=True)
    first = np.full(same.max() + 1, np.inf)
    np.minimum.at(first, same, before)
    group: Groups = np.minimum((first[same] / weight.sum() * BINS).astype(np.int64), BINS - 1)
    return group


def _brier(risk: Vector, outcome: Vector, weight: Vector) -> float:
    return float(weight @ (risk - outcome) ** 2 / weight.sum())


def _ece(risk: Vector, outcome: Vector, weight: Vector, group: Groups) -> float:
    gaps = np.bincount(group, weights=weight * (risk - outcome), minlength=BINS)
    return float(np.abs(gaps).sum() / weight.sum())


def _interval(value: float, again: Vector, n: int) -> dict[str, Any]:
    low, high = np.quantile(again, [0.025, 0.975])
    return Interval(value, min(value, float(low)), max(value, float(high)), n=n, method="bootstrap").json()


def _reliability(risk: Vector, outcome: Vector, weight: Vector, group: Groups) -> list[dict[str, Any]]:
    rows = []
    for one in np.unique(group):
        mine = group == one
        total = float(weight[mine].sum())
        share = float(weight[mine] @ outcome[mine]) / total
        size = total**2 / float(weight[mine] @ weight[mine])
        low, high = wilson(share * size, size)
        stated = float(weight[mine] @ risk[mine]) / total
        rows.append({"risk": stated, "found": share, "low": low, "high": high, "n": int(mine.sum())})
    return rows

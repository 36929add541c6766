"""How unusual a case is: a score that needs no control outcome and works from the first day.

Two things are summed. Each criterion that fires counts by how rare it is: minus the logarithm of the share
of the cases where it fires among those where it can be verified. Each feature counts, for less, by how far it
lies from its peers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import pandas as pd

from apanalytics.criteria import catalogue, evaluate
from apanalytics.criteria.conditions import leaves
from apanalytics.errors import InvalidArgument
from apanalytics.risk.columns import Columns, Matrix

FEWEST_PEERS = 30
"""Known values that a peer group must hold; below, the next wider group is used."""
LEVELS: tuple[tuple[str, ...], ...] = (
    ("section", "size_class", "period"),
    ("section", "size_class"),
    ("section",),
    (),
)
"""Peer groups from narrow to wide: NAF section, size class, month; the last is every case of the frame."""
ORDINARY = 2.5
"""Robust distance from the median, in standard deviations, below which a value adds nothing."""
DISTANCE_WEIGHT = 0.1
"""What a peer distance counts beside the rarity of a criterion. On synthetic countries distances alone
find half of what rarity finds at the same capacity, and more of them beside it lowers precision."""
NORMAL_MAD, NORMAL_MEAN = 1.4826, 1.2533
"""What turns a median, a mean absolute deviation into a standard deviation for a normal law."""


def anomaly_scores(
    frame: pd.DataFrame, cases: pd.DataFrame, directions: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Score how unusual each case is, with reasons; no label, no contamination rate.

    Parameters
    ----------
    frame : features, one row per case, indexed by ``case_id``; only numeric columns count. Where its
        attribute ``stage`` says that ``features`` made it, the criteria of that stage count too.
    cases : the same cases with ``section``, ``size_class`` and ``month`` or ``filed_on`` (see ``cases``).
    directions : 1 for features of which only high values are inconsistent, -1 for low ones; a feature that
        is not named counts on both sides. None takes them from the catalogue of criteria.

    Returns
    -------
    One row per case, same order: ``score`` (0 is ordinary; the sum of the contributions of
    `anomaly_contributions`, so equal cases have equal scores whatever the order of the rows) and ``reasons``
    (up to three criteria or features with their contribution, most first; empty where the case is ordinary).

    Examples
    --------
    >>> frame = pd.DataFrame({"hours": [*range(100, 140), 900]}, dtype="float64")
    >>> cases = pd.DataFrame({"section": "I", "size_class": "11", "month": "2021-03-01"}, index=frame.index)
    >>> anomaly_scores(frame, cases).tail(1)
           score       reasons
    40  ...  hours +...
    """
    parts = anomaly_contributions(frame, cases, directions)
    named = parts.to_numpy()
    reasons = [_reasons(row, list(parts.columns)) for row in named]
    return pd.DataFrame({"score": named.sum(axis=1), "reasons": reasons}, index=frame.index)


def anomaly_contributions(
    frame: pd.DataFrame, cases: pd.DataFrame, directions: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Return what each criterion and each numeric feature adds to the score, 0 or more.

    A criterion that fires adds minus the log of its share of the cases that could be verified. A feature adds
    a tenth of log(1 + distance beyond ordinary): the distance from the median of the peers in units of their
    median absolute deviation. The peers are the narrowest group of ``LEVELS`` that holds 30 known values
    which are not all alike. A missing value adds nothing: absence is not an anomaly.
    """
    if not frame.index.equals(cases.index):
        raise InvalidArgument(
            "Features and cases are not about the same rows",
            where="anomaly_scores",
            value=(len(frame), len(cases)),
            todo="Make both with the same stage, window and regions.",
        )
    columns = Columns.of(frame)
    numeric = [name for name in columns.names if name not in columns.categories]
    values = Columns(tuple(numeric), {}).encode(frame[numeric])
    distance = _distance(values, _peers(cases))
    sides = catalogue_directions() if directions is None else directions
    for i, name in enumerate(numeric):
        side = sides.get(name, 0)
        distance[:, i] = distance[:, i] * side if side else np.abs(distance[:, i])
    beyond = DISTANCE_WEIGHT * np.log1p(np.clip(np.nan_to_num(distance) - ORDINARY, 0.0, None))
    distances = pd.DataFrame(beyond, index=frame.index, columns=numeric)
    return distances.join(_rarity(frame, str(frame.attrs["stage"]))) if "stage" in frame.attrs else distances


def _rarity(frame: pd.DataFrame, stage: str) -> pd.DataFrame:
    """Return minus the log of the share of verifiable cases where a criterion fires; 0 where it does not."""
    found = evaluate(frame, stage)
    share = found.mean().astype("Float64").fillna(1.0).astype(float).clip(lower=1 / max(1, len(frame)))
    return found.fillna(False).astype(float) * -np.log(share)


@cache
def catalogue_directions() -> Mapping[str, int]:
    """Return on which side a feature is inconsistent, as the criteria that read it agree.

    Examples
    --------
    >>> catalogue_directions()["headcount_over_dsn_ratio"]
    1
    """
    sides: dict[str, set[int]] = {}
    for criterion in catalogue():
        for leaf in leaves(criterion.when):
            high = leaf.get("is") is True or "over" in leaf or "at_least" in leaf
            sides.setdefault(leaf["feature"], set()).add(1 if high else -1)
    return {name: found.pop() for name, found in sides.items() if len(found) == 1}


def _peers(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that make the peer groups; the period is the month claimed, else that of filing."""
    when = cases["month"] if "month" in cases.columns else cases["filed_on"]
    period = pd.to_datetime(when).dt.strftime("%Y-%m")
    return cases[["section", "size_class"]].astype("str").assign(period=period.astype("str"))


def _distance(values: Matrix, peers: pd.DataFrame) -> Matrix:
    """Return the signed robust distance of each value from the narrowest group that can say."""
    distance = np.full(values.shape, np.nan)
    for level in LEVELS:
        group = peers.groupby(list(level), dropna=False).ngroup() if level else peers.index.to_series() * 0
        keys = group.to_numpy() if level else np.zeros(len(peers), dtype=np.int64)
        open_columns = np.flatnonzero(np.isnan(distance).any(axis=0))
        if not len(open_columns):
            break
        found = _standardised(values[:, open_columns], keys, widest=not level)
        distance[:, open_columns] = np.where(
            np.isnan(distance[:, open_columns]), found, distance[:, open_columns]
        )
    return distance


def _standardised(values: Matrix, keys: np.ndarray, *, widest: bool) -> Matrix:
    """Return (value - median) / robust deviation by group; NaN where the group is too small or all alike."""
    table = pd.DataFrame(values)
    groups = table.groupby(keys)
    gap = table - groups.transform("median")
    spread = gap.abs().groupby(keys).transform("median") * NORMAL_MAD
    if widest:
        # summed from the smallest up: the order of the rows must not show in the last bit
        mean = pd.DataFrame(np.sort(gap.abs().to_numpy(), axis=0)).mean().to_numpy() * NORMAL_MEAN
        spread = pd.DataFrame(np.where(spread > 0, spread, mean))
    enough = groups.transform("count") >= (1 if widest else FEWEST_PEERS)
    return np.asarray((gap / spread.where((spread > 0) & enough)).to_numpy(dtype=np.float64))


def _reasons(row: Matrix, names: list[str], most: int = 3) -> str:
    """Return the features that add most, as ``name +contribution``, joined by ``;``."""
    order = np.argsort(-row, kind="stable")[:most]
    return ";".join(f"{names[i]} +{row[i]:.2f}" for i in order if row[i] > 0)

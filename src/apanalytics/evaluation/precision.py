"""Precision of a list: the share of non-conforming among the cases that its ranking chose."""

from __future__ import annotations

import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.evaluation.estimators import by_design, census
from apanalytics.risk import Interval
from apanalytics.targeting.plan import PRECISION_LINE

LINE = PRECISION_LINE
"""The line that a list should beat: hit rate announced for targeted controls in Île-de-France."""


def precision_at(targets: pd.DataFrame, outcomes: pd.DataFrame, capacity: int | None = None) -> Interval:
    """Measure the precision of a list on what its controls found.

    Parameters
    ----------
    targets : a targeting list (see ``target``). Its random share is left out: it measures the base rate.
    outcomes : known outcomes by ``case_id`` with ``nonconforming`` (see ``outcomes``). A case that is not
        there is unknown, not compliant.
    capacity : keep so many of the highest scores; None for the whole list. A plan ranks its list by deadline.

    Returns
    -------
    An `Interval`, a fraction in [0, 1]; without a value, and saying why, where no outcome is known or more
    than a fifth is not, or where the table is no campaign's list: controls then went where inspectors chose.

    Examples
    --------
    >>> targets = pd.DataFrame({"rank": [1, 2], "case_id": ["A", "B"], "channel": "targeted",
    ...                         "selection_probability": 1.0})
    >>> print(precision_at(targets, pd.DataFrame({"nonconforming": [True, False]}, index=["A", "B"])))
    50.0 % [9.5 % ; 90.5 %] on 2 outcomes
    """
    chosen = targets[targets["channel"] == "targeted"].sort_values("rank")
    if chosen.empty and targets["channel"].isna().all():
        return Interval.unknown(
            "these cases were scored but chosen by no campaign: their controls were not drawn with a known "
            "probability"
        )
    if capacity is not None:
        if capacity < 1:
            raise InvalidArgument("Capacity must be 1 or more", where="capacity", value=capacity)
        if "score" in chosen:
            chosen = chosen.sort_values("score", ascending=False, kind="stable")
        chosen = chosen.head(capacity)
    known = outcomes["nonconforming"].reindex(chosen["case_id"]).dropna()
    return census(known.astype(bool), len(chosen))


def base_rate(targets: pd.DataFrame, outcomes: pd.DataFrame, seed: int = 0) -> Interval:
    """Estimate the share of non-conforming among all eligible cases of a campaign, from its list.

    The cases that the score listed stand for themselves, those drawn at random for the rest, each weighted by
    1 / its logged probability. It needs 30 random outcomes.

    Parameters
    ----------
    targets : a targeting list with ``selection_probability`` and ``siret``.
    outcomes : known outcomes by ``case_id`` with ``nonconforming``.
    seed : seed of the bootstrap by establishment.

    Examples
    --------
    >>> targets = pd.DataFrame({"case_id": ["A"], "siret": ["1"], "selection_probability": [0.5]})
    >>> print(base_rate(targets, pd.DataFrame({"nonconforming": [True]}, index=["A"])))
    not estimable: 1 outcomes of cases drawn at random are known; 30 are needed ...
    """
    drawn = targets[targets["selection_probability"].notna()]
    if drawn.empty:
        return Interval.unknown("no case was drawn with a logged probability")
    members = pd.DataFrame(
        {
            "probability": drawn["selection_probability"].to_numpy(),
            "stratum": drawn["selection_probability"].round(12).astype("str").to_numpy(),
            "siret": drawn["siret"].to_numpy(),
            "nonconforming": outcomes["nonconforming"].reindex(drawn["case_id"]).to_numpy(dtype=object),
        }
    )
    return by_design(members.assign(listed=True), seed, whole=False)

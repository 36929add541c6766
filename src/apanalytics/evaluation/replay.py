"""The first control plan beside the second, on the same cases of a synthetic country."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.errors import MissingTable
from apanalytics.evaluation.universe import found_of
from apanalytics.features import cases as cases_of
from apanalytics.risk import outcomes
from apanalytics.tables import Tables
from apanalytics.targeting.release import draw_release

FIRST, SECOND = "first", "second"


def replay(
    tables: Tables,
    stage: str,
    scores: pd.Series[float],
    *,
    upstream_target: float = 0.85,
    from_: str | date | None = None,
    to: str | date | None = None,
    regions: Sequence[str] | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare accepting, paying and checking afterwards with checking most cases before the decision.

    The first plan is what the data tell: the controls that were made, what they blocked and what came
    back. The second checks the most suspect `upstream_target` of the same cases before their decision
    or payment, with the same eyes: a check finds a non-conforming case as often as controls of the
    first plan did, and its undue euros are then never paid.

    Parameters
    ----------
    tables : the canonical tables of a synthetic country, with ``truth``.
    stage : ``authorisation`` or ``payment``.
    scores : score by ``case_id``, higher is more suspect, made with what was known when cases were filed.
    upstream_target : share of the cases that the second plan checks, in (0, 1).
    from_, to : filing days of the cases compared; None is open. Cases without a score are left out.
    regions : region codes or names to compare in; None for all.
    seed : seed of the sample of released cases that is checked all the same.

    Returns
    -------
    Two rows, ``first`` and ``second``: ``cases, checks, nonconforming, undue_eur, kept_eur`` (blocked, or
    paid and recovered), ``share_kept``, ``firms``, ``firms_checked``, ``firms_disturbed`` (checked, and every
    checked case of theirs conforming), ``firms_repaid`` (paid, then made to pay some back: none where checks
    come before the payment) and their share ``share_repaid`` of the firms, ``detection`` (share of checked
    non-conforming cases that a check finds), and ``delay_days``: median days from filing to the end of the
    check (first), or that the law leaves until the decision or payment (second).

    Raises
    ------
    MissingTable : the country has no truth.

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> tables = read("data/synthetic")
    >>> cases = cases_of(tables, "authorisation", from_="2020-11-01", to="2020-12-31")
    >>> found = replay(tables, "authorisation", cases["amount_eur"].astype(float), regions=["32"])
    >>> found.index.tolist(), bool(found.loc["second", "checks"] > found.loc["first", "checks"])
    (['first', 'second'], True)
    """
    if not tables.has("truth"):
        raise MissingTable("truth", tables.folder, todo="Only a synthetic country can be replayed.")
    cases = cases_of(tables, stage, from_=from_, to=to, regions=regions)
    cases = cases[cases.index.isin(scores.index)].join(found_of(tables, stage, truth=True))
    cases["bad"] = cases["nonconforming"].fillna(False).astype(bool)
    cases["undue_eur"] = cases["undue_eur"].astype("float64").fillna(0.0)
    known = outcomes(tables, stage)
    known = known[known.index.isin(cases.index)]
    detection = _detection(cases, known)
    rows = {
        FIRST: _afterwards(cases, known, detection),
        SECOND: _upstream(cases, scores.loc[cases.index], upstream_target, detection, seed),
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _detection(cases: pd.DataFrame, known: pd.DataFrame) -> float:
    """Return the share of controlled non-conforming cases that controls found; NaN where none was."""
    bad = cases.loc[known.index, "bad"]
    return float(known.loc[bad.index[bad], "nonconforming"].mean()) if bad.any() else float("nan")


def _afterwards(cases: pd.DataFrame, known: pd.DataFrame, detection: float) -> dict[str, Any]:
    """Return the figures of the plan that was: pay first, check some, ask for the money back."""
    kept = known[["blocked_amount_eur", "recovered_amount_eur"]].fillna(0.0).to_numpy().sum(axis=1)
    wait = pd.to_datetime(known["closed_on"]) - pd.to_datetime(cases.loc[known.index, "filed_on"])
    repaid = known.index[known["recovered_amount_eur"].fillna(0.0) > 0]
    return _figures(cases, known.index, float(kept.sum()), detection, repaid) | {
        "delay_days": float(wait.dt.days.median()) if len(wait) else np.nan
    }


def _upstream(
    cases: pd.DataFrame, scores: pd.Series[float], share: float, detection: float, seed: int
) -> dict[str, Any]:
    """Return the figures of checking the most suspect share before the decision."""
    drawn = draw_release(scores, 1 - share, 0.1, seed)
    checked = drawn.index[drawn["listed"]]
    due = float(cases.loc[checked, "undue_eur"].sum())
    kept = detection * due if due else 0.0  # nothing to find needs no detection, which may be unknown
    wait = pd.to_datetime(cases["decide_by"]) - pd.to_datetime(cases["filed_on"])
    return _figures(cases, checked, kept, detection, checked[:0]) | {
        "delay_days": float(wait.dt.days.median())
    }


def _figures(
    cases: pd.DataFrame, checked: pd.Index[str], kept: float, detection: float, repaid: pd.Index[str]
) -> dict[str, Any]:
    firms = cases.loc[checked].groupby("siren")["bad"].any()
    undue, everybody = float(cases["undue_eur"].sum()), int(cases["siren"].nunique())
    back = int(cases.loc[repaid, "siren"].nunique())
    return {
        "cases": len(cases),
        "checks": len(checked),
        "nonconforming": int(cases["bad"].sum()),
        "undue_eur": undue,
        "kept_eur": kept,
        "share_kept": kept / undue if undue else np.nan,
        "firms": everybody,
        "firms_checked": len(firms),
        "firms_disturbed": int((~firms).sum()),
        "firms_repaid": back,
        "share_repaid": back / everybody if everybody else np.nan,
        "detection": detection,
    }

"""The columns of a targeting list, for the cases of a campaign or for all cases scored."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from apanalytics.features import cases as cases_of
from apanalytics.risk import UndueShare, expected_undue, outcomes
from apanalytics.tables import Tables, schema
from apanalytics.targeting.draw import ranked
from apanalytics.targeting.reasons import reasons, shared_out
from apanalytics.targeting.scoring import Ranker, Scores, scores_of

COLUMNS = tuple(field.name for field in schema("targets").fields)
"""Columns of every list, in the order of the contract."""


def listing(
    scores: Scores, frame: pd.DataFrame, cases: pd.DataFrame, share: UndueShare | None, stage: str
) -> pd.DataFrame:
    """Return the columns of the contract's list that do not depend on a draw, for the cases of `cases`.

    Parameters
    ----------
    scores : scores of (at least) these cases.
    frame : features of (at least) these cases.
    cases : the cases wanted (see ``cases``).
    share : undue euros per euro at stake where the model has learnt none, None where no control can tell.
    stage : ``authorisation`` or ``payment``.

    Returns
    -------
    One row per case, most suspect first, a column per column of the contract: ``campaign_id``, ``channel``
    and ``selection_probability`` are missing, and so are ``risk`` and ``expected_recovery`` where no control
    outcome lets them be estimated.
    """
    index = cases.index
    rows = frame.loc[index]
    amount = cases["amount_eur"].to_numpy(dtype=np.float64, na_value=np.nan)
    learnt = np.asarray(scores.undue_share.loc[index], dtype=np.float64)
    expected = expected_undue(np.asarray(scores.risk.loc[index], dtype=np.float64), amount, learnt, share)
    table = cases[["siret", "name", "region", "department", "decide_by"]].assign(
        campaign_id=None,
        stage=stage,
        score=scores.score,
        risk=scores.risk,
        risk_low=scores.low,
        risk_high=scores.high,
        amount_at_stake=amount,
        expected_recovery=expected,
        channel=None,
        selection_probability=np.nan,
    )
    parts = scores.contributions(index)
    table = table.join(reasons(shared_out(parts, rows, stage), rows, parts))
    table = table.loc[ranked(table["score"])]
    table["rank"] = np.arange(1, len(table) + 1)
    return table.rename_axis("case_id").reset_index()[list(COLUMNS)]


def score_all(
    model: Ranker,
    frame: pd.DataFrame,
    tables: Tables,
    cases: pd.DataFrame,
    known_on: str | date | None,
    only: pd.Index[str] | None = None,
) -> pd.DataFrame:
    """Score every case of a frame, most suspect first, without capacity nor draw.

    Parameters
    ----------
    model : a fitted RiskModel, or ``"anomaly"``.
    frame, cases : features and cases, same rows (see ``features`` and ``cases``).
    tables : the canonical tables, for what controls brought.
    known_on : day up to which outcomes tell the undue share of the amount at stake.
    only : the cases to return; the others then only lend their scores to the later cases of their
        establishment, which a model blends in. None for all.

    Returns
    -------
    One row per case, ``rank`` 1 first, with the columns of the contract's list: ``campaign_id``, ``channel``
    and ``selection_probability`` are missing, as nothing is drawn; ``risk`` and ``expected_recovery`` (euros)
    are missing where no control outcome lets them be estimated.

    Raises
    ------
    ModelMismatch : the frame lacks a column of the model, or is of the other stage.

    Examples
    --------
    >>> import apanalytics as ap
    >>> tables = ap.read("data/synthetic")
    >>> window = {"stage": "authorisation", "from_": "2021-09-01", "to": "2021-09-30"}
    >>> frame, cases = ap.features(tables, **window), ap.cases(tables, **window)
    >>> scored = ap.score_all("anomaly", frame, tables, cases, known_on=None)
    >>> bool(scored["score"].is_monotonic_decreasing), bool(scored["campaign_id"].isna().all())
    (True, True)
    """
    stage = str(frame.attrs["stage"])
    share = undue_share(tables, stage, known_on)
    wanted = cases if only is None else cases.loc[only]
    return listing(scores_of(model, frame, cases), frame, wanted, share, stage)


def undue_share(tables: Tables, stage: str, known_on: str | date | None) -> UndueShare | None:
    """Learn the undue share of the amount at stake from the controls closed by a day; None without any."""
    known = outcomes(tables, stage, known_on)
    if not known["nonconforming"].any():
        return None
    return UndueShare.learn(known, cases_of(tables, stage))

"""What controls found, as it was known on a day: the only labels there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from apanalytics.errors import DataRefused, InvalidArgument, NotComputable
from apanalytics.tables import Tables

CONFORMING = "compliant"
NONCONFORMING = ("error", "deliberate_suspected")
FEWEST_FINDINGS = 10
"""Non-conforming outcomes below which no learnt score is trusted: the anomaly ranks instead."""
STAGES = ("authorisation", "payment")
LARGEST_MODEL_SEED = 2**32 - 1
"""Largest seed that scikit-learn and LightGBM take; a draw takes any whole number from 0 up."""

OUTCOMES_SQL = """
SELECT case_id, control_id, outcome, outcome <> $conforming AS nonconforming, channel, campaign_id,
       opened_on, closed_on, findings,
       undue_amount AS undue_amount_eur, blocked_amount AS blocked_amount_eur,
       recovered_amount AS recovered_amount_eur
FROM controls
WHERE stage = $stage AND outcome IS NOT NULL AND closed_on IS NOT NULL AND closed_on <= $known_on
QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY closed_on DESC, opened_on DESC, control_id DESC) = 1
ORDER BY case_id
"""


def outcomes(
    tables: Tables | Mapping[str, pd.DataFrame], stage: str, known_on: str | date | None = None
) -> pd.DataFrame:
    """Return what was known of each controlled case; a case that is not here is unknown, not compliant.

    Parameters
    ----------
    tables : the canonical tables, or frames by name; without a ``controls`` table nothing is known yet.
    stage : ``authorisation`` or ``payment``.
    known_on : last day of closing that counts; None for every closed control.

    Returns
    -------
    One row per case with a closed control, indexed by ``case_id`` in its order: ``control_id``, ``outcome``,
    ``nonconforming`` (bool: error or deliberate_suspected), ``channel``, ``campaign_id``, ``opened_on``,
    ``closed_on``, ``findings``, and in euros ``undue_amount_eur``, ``blocked_amount_eur``,
    ``recovered_amount_eur`` (missing where the control gives none). Where a case was controlled more than
    once the control closed last counts.

    Raises
    ------
    DataRefused : an outcome is not one of the contract's codes.

    Examples
    --------
    >>> import apanalytics as ap
    >>> known = ap.outcomes(ap.read("data/synthetic"), stage="payment", known_on="2021-06-30")
    >>> bool((known["closed_on"] <= "2021-06-30").all())
    True
    """
    stage = one_stage(stage)
    held = tables if isinstance(tables, Tables) else Tables.from_frames(dict(tables))
    last = date.max if known_on is None else one_day(known_on, "known_on")
    bound = {"stage": stage, "known_on": last, "conforming": CONFORMING}
    with held.connect() as con:
        found: pd.DataFrame = con.execute(OUTCOMES_SQL, bound).df()
    strange = found.loc[~found["outcome"].isin([CONFORMING, *NONCONFORMING]), "outcome"]
    if len(strange):
        raise DataRefused(
            "An outcome is not one of the contract's codes",
            where="controls.outcome",
            value=strange.iloc[0],
            todo=f"Use {CONFORMING}, {' or '.join(NONCONFORMING)}; leave it empty while the control is open.",
        )
    return found.astype({"nonconforming": bool}).set_index("case_id")


def labelled(frame: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Keep the cases of a frame whose outcome is known.

    Parameters
    ----------
    frame : features, indexed by ``case_id``.
    known : what `outcomes` returned.

    Returns
    -------
    X : the rows of `frame` with an outcome, in the order of `frame`, attributes kept.
    y : bool, True where non-conforming.
    w : weight of each outcome in learning: 1.0, each counts once.

    Examples
    --------
    >>> frame = pd.DataFrame({"hours": [10.0, 151.0]}, index=["A", "B"])
    >>> known = pd.DataFrame({"nonconforming": [True]}, index=["B"])
    >>> X, y, w = labelled(frame, known)
    >>> X.index.tolist(), y.tolist(), w.tolist()
    (['B'], [True], [1.0])
    """
    kept = frame[frame.index.isin(known.index)]
    X = kept.copy()
    X.attrs = dict(frame.attrs)
    y = known["nonconforming"].reindex(X.index).astype(bool)
    return X, y.rename("nonconforming"), pd.Series(np.ones(len(X)), index=X.index, name="weight")


def cold_start(nonconforming: pd.Series[bool]) -> bool:
    """Say whether too few findings are known for a learnt score to rank better than the anomaly.

    Examples
    --------
    >>> cold_start(pd.Series([True] * 9 + [False] * 90)), cold_start(pd.Series([True] * 10))
    (True, False)
    """
    return int(nonconforming.sum()) < FEWEST_FINDINGS


def refuse_cold_start(known: pd.DataFrame, until: str) -> None:
    """Raise NotComputable unless outcomes of both kinds are known."""
    found = int(known["nonconforming"].sum()) if len(known) else 0
    if 0 < found < len(known):
        return
    kinds = f"{found} non-conforming and {len(known) - found} compliant"
    raise NotComputable(
        f"No risk model can be learnt yet: {len(known)} control outcomes are known",
        where=f"controls closed by {until}",
        value=len(known),
        why=f"Learning needs outcomes of both kinds; there are {kinds}.",
        todo="Until then `apanalytics target DATA anomaly OUT_DIR …` ranks by the peer-group anomaly score, "
        "which needs no outcome, and its random share brings the first ones.",
    )


def one_stage(stage: str, where: str = "stage") -> str:
    """Return a stage, or say which there are; `where` names the parameter, or the option, that gave it."""
    if stage not in STAGES:
        raise InvalidArgument("Unknown stage", where=where, value=stage, todo=f"Use {' or '.join(STAGES)}.")
    return stage


def one_day(day: str | date, where: str) -> date:
    """Return a day given as ISO text or as a date."""
    try:
        return day if isinstance(day, date) else date.fromisoformat(day)
    except ValueError:
        raise InvalidArgument("Not a day", where=where, value=day, todo="Write it as 2021-06-30.") from None


def one_seed(seed: int, where: str = "seed", largest: int | None = None) -> int:
    """Return a seed of random numbers, or say which there are.

    Examples
    --------
    >>> one_seed(7)
    7
    """
    if seed < 0 or (largest is not None and seed > largest):
        raise InvalidArgument(
            "Not a seed",
            where=where,
            value=seed,
            todo="Give a whole number from 0 up." if largest is None else f"Give one from 0 to {largest}.",
        )
    return seed

"""What the choice among eligible cases rests on, and the order in which places by score are given."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from apanalytics.criteria import evaluate
from apanalytics.features import features
from apanalytics.risk import UndueShare, expected_undue, outcomes
from apanalytics.tables import Tables
from apanalytics.targeting.asked import EVERYWHERE, Asked
from apanalytics.targeting.draw import ranked
from apanalytics.targeting.scoring import Scores

SIGNALLED_SQL = """
SELECT DISTINCT case_id FROM signals WHERE stage = $stage AND received_on <= $on ORDER BY case_id
"""


def candidates(
    choice: pd.DataFrame, scores: Scores, share: UndueShare | None, asked: Asked, tables: Tables, on: date
) -> pd.DataFrame:
    """Return one row per eligible case, most suspect first.

    Parameters
    ----------
    choice : the eligible cases (see ``eligible``): ``department``, ``amount_eur``, ``decide_by``.
    scores : scores of (at least) these cases.
    share : undue euros per euro at stake where the model has learnt none; None where no control can tell.
    asked : what the campaign is asked for.
    tables : the canonical tables, for the signals.
    on : day of the campaign.

    Returns
    -------
    ``department`` (of the plan; one pool for all without a plan), ``score``, ``risk`` (missing without a
    calibrated model), ``undue_eur`` (expected undue euros; missing where unknown), ``net_eur`` (those less
    the cost of a control), ``decide_by`` and ``signalled`` (bool: somebody had pointed at the case by then).
    """
    order = ranked(scores.score.loc[choice.index])
    risk = scores.risk.loc[order].to_numpy(dtype=np.float64)
    amount = choice.loc[order, "amount_eur"].to_numpy(dtype=np.float64, na_value=np.nan)
    learnt = np.asarray(scores.undue_share.loc[order], dtype=np.float64)
    undue = expected_undue(np.asarray(risk), np.asarray(amount), learnt, share)
    stage = str(choice["stage"].iloc[0])
    with tables.connect() as con:
        pointed_at = con.execute(SIGNALLED_SQL, {"stage": stage, "on": on}).df()["case_id"]
    return pd.DataFrame(
        {
            "department": choice.loc[order, "department"].to_numpy() if asked.plan else EVERYWHERE,
            "score": scores.score.loc[order].to_numpy(),
            "risk": risk,
            "undue_eur": undue,
            "net_eur": undue - asked.control_cost_eur,
            "decide_by": pd.to_datetime(choice.loc[order, "decide_by"]).to_numpy(),
            "signalled": order.isin(pointed_at),
        },
        index=order,
    )


def deadline_groups(cases: pd.DataFrame, on: date, line: float, every_days: int | None) -> pd.Series[int]:
    """Return the group of each case: places go to the lowest first, what cannot wait before what can.

    0: the calibrated risk reaches the line and the case must be decided before the next campaign; 1: it
    reaches the line and will still be there; 2: it is under the line. A case without a deadline can wait;
    without a calibrated risk, or where no further campaign is planned, all cases are one group.

    Parameters
    ----------
    cases : ``risk`` and ``decide_by``, most suspect first.
    on : day of the campaign.
    line : precision that the list is to reach, 0..1.
    every_days : days until the next campaign; None where each stands alone.

    Examples
    --------
    >>> cases = pd.DataFrame({"risk": [0.9, 0.8, 0.7, 0.1],
    ...                       "decide_by": pd.to_datetime(["2021-09-28", "2021-09-16", None, "2021-09-15"])},
    ...                      index=list("ABCD"))
    >>> deadline_groups(cases, date(2021, 9, 15), 0.6, 7).tolist()
    [1, 0, 1, 2]
    """
    if every_days is None:
        return pd.Series(0, index=cases.index)
    worth = cases["risk"].to_numpy(dtype=np.float64) >= line
    next_one = pd.Timestamp(on + timedelta(days=every_days))
    lapses = (cases["decide_by"] < next_one).to_numpy(dtype=bool)
    return pd.Series(np.where(worth & lapses, 0, np.where(worth, 1, 2)), index=cases.index).astype(int)


def working_order(cases: pd.DataFrame) -> pd.Index[str]:
    """Return listed cases in the order to open them: what must be decided first comes first.

    Cases of one day, and those without a deadline, which come last, keep the order of `cases`.

    Examples
    --------
    >>> days = pd.to_datetime([None, "2021-09-20", "2021-09-16"])
    >>> working_order(pd.DataFrame({"decide_by": days}, index=list("ABC"))).tolist()
    ['C', 'B', 'A']
    """
    return cases.sort_values("decide_by", kind="stable", na_position="last").index


def rule_rarity(frame: pd.DataFrame, tables: Tables, stage: str, on: date) -> pd.Series[float]:
    """Return how much an outcome of each case would teach about the criteria that it meets.

    Parameters
    ----------
    frame : features of the eligible cases.
    tables, stage, on : what controls had found, and of which cases, by the day.

    Returns
    -------
    By ``case_id``: 1 / (1 + outcomes) of the criterion with the fewest outcomes that the case meets; 0 where
    it meets none. An outcome is one of a criterion when the controlled case met it.
    """
    fired = evaluate(frame, stage).fillna(False).astype(bool)
    known = outcomes(tables, stage, on)
    before = features(tables, stage, to=on)
    met = evaluate(before.loc[before.index.isin(known.index)], stage).fillna(False).astype(bool)
    return rarest(fired, met.sum())


def rarest(fired: pd.DataFrame, known: pd.Series[int]) -> pd.Series[float]:
    """Return 1 / (1 + outcomes) of the criterion with the fewest outcomes that each case meets, else 0.

    Parameters
    ----------
    fired : whether each case meets each criterion, a column per criterion.
    known : number of outcomes by criterion; one that is missing has none.

    Examples
    --------
    >>> fired = pd.DataFrame({"HRS-03": [True, True, False], "PER-06": [False, True, False]})
    >>> rarest(fired, pd.Series({"HRS-03": 9})).tolist()
    [0.1, 1.0, 0.0]
    """
    rarity = 1.0 / (1.0 + known.reindex(fired.columns).fillna(0).to_numpy(dtype=np.float64))
    best = (fired.to_numpy() * rarity).max(axis=1, initial=0.0)
    return pd.Series(best, index=fired.index)

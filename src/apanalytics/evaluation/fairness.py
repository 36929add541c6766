"""Who is chosen, who is disturbed for nothing, and how precisely, by group of firms."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.evaluation.estimators import FEWEST_RANDOM, census, refusal, unknown_share
from apanalytics.evaluation.overlap import Overlap
from apanalytics.evaluation.parts import weights
from apanalytics.risk import Interval, wilson
from apanalytics.tables import Tables

TOO_FEW_FR = "données insuffisantes"
"""What a table shows where a figure would rest on too little: never a pass."""
GROUPS = {"size": "size_class", "section": "section", "department": "department", "age": "age"}
"""Ways to group firms, and the column of each."""
AGES = ((1, "moins d’un an"), (3, "1 à 2 ans"), (10, "3 à 9 ans"))
"""Upper limits of the age of a firm in years, and their French label."""
OLDER_FR, UNKNOWN_FR = "10 ans et plus", "non connu"
CREATED_SQL = """
SELECT siret, min(created_on) AS created_on FROM establishments GROUP BY siret ORDER BY siret
"""


def fairness(members: pd.DataFrame, by: str) -> pd.DataFrame:
    """Compare groups of firms: how often they are listed, how precisely, and at what cost to the compliant.

    Parameters
    ----------
    members : one row per eligible case: ``chosen`` (bool: the score listed it), ``probability, listed,
        nonconforming`` (missing where unknown) and the column of the groups.
    by : that column.

    Returns
    -------
    One row per group, by name: ``group, cases, chosen``; ``selection_rate, precision, burden`` (compliant
    cases chosen per 1,000 compliant cases), each with ``_low`` and ``_high``; ``why``: «données
    insuffisantes» where one of the two last is missing, so that no group passes for want of data. Both are
    under 30 cases, under 30 known outcomes, or without a non-conforming one; precision also where more than
    a fifth of the chosen were never controlled, the burden where draws cannot tell how many cases of the
    group are compliant (as `by_design`: 30 outcomes drawn at random, no fifth of them lacking).

    Examples
    --------
    >>> members = pd.DataFrame({"group": "A", "chosen": [True] * 20 + [False] * 20, "probability": 1.0,
    ...                         "listed": True, "nonconforming": [True] * 10 + [False] * 30})
    >>> fairness(members, "group")[["selection_rate", "precision", "burden"]].round(3).values.tolist()
    [[0.5, 0.5, 333.333]]
    """
    if by not in members.columns:
        raise InvalidArgument("No such group of firms", where="by", value=by)
    filled = members.assign(_group=members[by].astype(object).where(members[by].notna(), UNKNOWN_FR))
    rows = [_of_group(str(name), rows) for name, rows in filled.groupby("_group", sort=True)]
    return pd.DataFrame(rows)


def _of_group(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    chosen = rows["chosen"].to_numpy(dtype=bool)
    low, high = wilson(int(chosen.sum()), len(rows))
    told: dict[str, Any] = {"group": name, "cases": len(rows), "chosen": int(chosen.sum())}
    told |= {"selection_rate": float(chosen.mean()), "selection_rate_low": low, "selection_rate_high": high}
    known = rows[rows["listed"].to_numpy(dtype=bool) & rows["nonconforming"].notna()]
    enough = _enough(rows, known)
    found = {
        "precision": (_precision(rows[chosen], known) if enough else None, 1.0),
        "burden": (_burden(rows, known) if enough else None, 1000.0),
    }
    for label, (figure, unit) in found.items():
        ends = (None, None, None) if figure is None else (figure.value, figure.low, figure.high)
        for end, one in zip(("", "_low", "_high"), ends, strict=True):
            told[label + end] = np.nan if one is None else unit * one
    missing = any(figure is None or not figure.known for figure, _ in found.values())
    return told | {"why": TOO_FEW_FR if missing else None}


def _enough(rows: pd.DataFrame, known: pd.DataFrame) -> bool:
    """Say whether a group has the cases and outcomes, one of them non-conforming, that any figure needs."""
    few = min(len(rows), len(known)) < FEWEST_RANDOM
    return not few and bool(known["nonconforming"].astype(bool).any())


def _precision(chosen: pd.DataFrame, known: pd.DataFrame) -> Interval:
    """Return the share of non-conforming among the chosen cases: those never looked at may be a fifth."""
    return census(known.loc[known["chosen"].to_numpy(dtype=bool), "nonconforming"].astype(bool), len(chosen))


def _burden(rows: pd.DataFrame, known: pd.DataFrame) -> Interval:
    """Return the share of the conforming cases that was chosen.

    Those chosen are counted as they are: to be chosen is what happened to them, and no other case was. All
    the conforming ones are estimated from those listed, each standing for the inverse of its probability:
    it takes outcomes of cases drawn at random.
    """
    chosen = rows[rows["listed"].to_numpy(dtype=bool)]
    by_chance = bool((rows["probability"] < 1).any())
    why = refusal(rows, chosen, known) if by_chance else unknown_share(len(known), len(rows))
    conforming = ~known["nonconforming"].to_numpy(dtype=bool)
    if why or not conforming.any():
        return Interval.unknown(why or "no conforming case is known", n=len(known))
    everybody = float(weights(rows, known)[conforming].sum())
    picked = known["chosen"].to_numpy(dtype=bool)
    stands_for = rows["chosen"].sum() / max(1, picked.sum())  # each known one, for those never looked at
    share = min(1.0, float((picked & conforming).sum() * stands_for) / everybody)
    size = Overlap.of(known[conforming]).effective
    return Interval(share, *wilson(share * size, size), n=int(conforming.sum()))


def with_age(members: pd.DataFrame, tables: Tables, on: date) -> pd.DataFrame:
    """Add ``age``, the French label of the age of each case's establishment on a day.

    Parameters
    ----------
    members : cases with ``siret``.
    tables : the canonical tables.
    on : the day of the campaign.

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> with_age(pd.DataFrame({"siret": ["?"]}), read("data/synthetic"), date(2021, 9, 1))["age"].tolist()
    ['non connu']
    """
    with tables.connect() as con:
        created = con.execute(CREATED_SQL).df().set_index("siret")["created_on"]
    since = pd.to_datetime(members["siret"].map(created))
    years = (pd.Timestamp(on) - since).dt.days / 365.25
    labels = pd.Series(OLDER_FR, index=members.index, dtype=object)
    for limit, label in reversed(AGES):
        labels = labels.where(~(years < limit), label)
    return members.assign(age=labels.where(years.notna(), UNKNOWN_FR))

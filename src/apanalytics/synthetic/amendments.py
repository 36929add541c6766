"""Requests that widen an earlier one: more people for the same period, filed once it has begun."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import UNUSUAL
from apanalytics.synthetic.draws import Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings

NONE = -1
"""What `amends` holds for a request that amends none."""
_FIRST_PART = 0.6
"""Share of the staff that a request covers which is widened later."""


def amended(asked: pd.DataFrame, kind: Ints, months: int, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return requests with the amendments of some of them, and what each amends (`amends`, a case).

    Parameters
    ----------
    asked : case, uid, start (month), planned (months), copy, apld.
    kind : conduct of the firm of each.
    months : months drawn; nothing starts after them.

    Returns
    -------
    An amendment starts (is filed) one month or more into the period of the first request; none is claimed on.
    """
    able = ~asked["apld"] & (asked["planned"] >= 2) & (asked["copy"] == 0) & ~np.isin(kind, UNUSUAL)
    some = asked[able & draws.chance("amended", settings.crisis.amended, asked["case"])]
    later = draws.between("amended after", 1, np.minimum(some["planned"] - 1, 3), some["case"])
    more = some.assign(
        start=some["start"] + later, planned=some["planned"] - later, copy=1, amends=some["case"]
    )
    more["case"] = some["case"] + 2 * later + 1
    more = more[more["start"] < months]
    table = pd.concat([asked.assign(amends=NONE), more], ignore_index=True)
    return table.sort_values(["uid", "start", "copy"], kind="stable", ignore_index=True)


def first_part(asked: pd.DataFrame, size: Ints) -> Ints:
    """Return the most people that each request covers: a part of them where it is widened later."""
    widened = asked["case"].isin(asked["amends"]).to_numpy()
    return np.where(widened, np.maximum(np.ceil(_FIRST_PART * size), 1), size).astype(np.int64)


def part_of_the_hours(asked: pd.DataFrame) -> Floats:
    """Return the share of the hours that each request asks for: a part of them where it is widened later."""
    return np.where(asked["case"].isin(asked["amends"]), _FIRST_PART, 1.0)


def take_over(asked: pd.DataFrame) -> None:
    """Give amendments the period of what they amend, and its hours for the people that they cover."""
    rows = np.flatnonzero(asked["amends"] != NONE)
    first = pd.Index(asked["case"]).get_indexer(asked["amends"].iloc[rows])
    rows, first = rows[first >= 0], first[first >= 0]
    for name in ("starts_on", "ends_on", "motive", "filing_days", "longest"):
        asked.loc[asked.index[rows], name] = asked[name].to_numpy()[first]
    wider = asked["covered"].to_numpy()[rows] / np.maximum(asked["covered"].to_numpy()[first], 1)
    for name in ("hours", "legal_hours"):
        values: Floats = asked[name].to_numpy(dtype=np.float64).copy()
        values[rows] = values[first] * wider
        asked[name] = values


def after_first(asked: pd.DataFrame, filed: np.ndarray) -> np.ndarray:
    """Return the days of filing, none before that of the request that it amends."""
    first = pd.Index(asked["case"]).get_indexer(asked["amends"])
    return np.where(first >= 0, np.maximum(filed, filed[first]), filed)


def widened(claims: pd.DataFrame, asked: pd.DataFrame) -> None:
    """Let claims use what amendments authorise, from the month before these: they are for the whole period.

    Parameters
    ----------
    claims : window (month), request (row of `asked`), authorised_hours, authorised_people.
    asked : case, amends, start, granted, hours_authorised, covered.
    """
    more = asked[(asked["amends"] != NONE) & asked["granted"]].drop_duplicates("amends").set_index("amends")
    case = asked["case"].to_numpy()[claims["request"]]
    since = more["start"].reindex(case).to_numpy(float)
    applies = claims["window"].to_numpy() >= since - 1
    for name, source in (("authorised_hours", "hours_authorised"), ("authorised_people", "covered")):
        wider = more[source].reindex(case).to_numpy(float)
        claims[name] = np.where(applies, np.fmax(claims[name], wider), claims[name])

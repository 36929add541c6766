"""Declarants who watch which cases get controlled near them, and move under the thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import deliberate_kinds
from apanalytics.synthetic.draws import Bools, Draws, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.register import NEVER

if TYPE_CHECKING:
    from apanalytics.synthetic.block import Drafted

CIRCLE = 64
"""Consecutive firms: those of one region among them hear of each other's controls."""
_MOST_REGIONS = 64


def watchers(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Say which establishments belong to a deliberate firm that watches."""
    deliberate = deliberate_kinds()[places["kind"].to_numpy()]
    return np.asarray(deliberate & draws.chance("watches", settings.conduct.watchers, places["firm"]))


def circle(places: pd.DataFrame) -> Ints:
    """Return the circle of each establishment: firms of one region that know each other."""
    return np.asarray(places["firm"].to_numpy() // CIRCLE * _MOST_REGIONS + places["region"].to_numpy())


def circles(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Say which establishments are in a circle where somebody watches."""
    of = circle(places)
    return np.isin(of, of[watchers(places, draws, settings)])


def wary_from(places: pd.DataFrame, seen: Drafted, wave: Wave, draws: Draws, settings: Settings) -> Ints:
    """Return the month position from which each establishment is careful: after the first control it sees.

    Parameters
    ----------
    seen : the cases of the circles where somebody watches, and their controls, as if nobody had adapted.
    """
    of = pd.Series(circle(places), index=places["uid"])
    keys = (seen.asked[["request_id", "uid"]], seen.claims[["claim_id", "uid"]])
    cases = pd.concat([frame.set_axis(["case_id", "uid"], axis=1) for frame in keys])
    controls = pd.concat([stage.controls[["case_id", "opened_on"]] for stage in seen.inspected])
    known = controls.merge(cases, on="case_id")
    opened = known.groupby(of.reindex(known["uid"]).to_numpy())["opened_on"].min()
    first = opened.reindex(circle(places)).to_numpy("datetime64[M]")
    month = (first - wave.months[0]).astype(np.int64) + 1
    knows = watchers(places, draws, settings) & ~np.isnat(first)
    return np.where(knows, month, NEVER)

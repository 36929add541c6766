"""On which requests and claims the conduct of a firm acts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import KINDS, UNUSUAL
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.official import Months


def on_requests(asked: pd.DataFrame, months: Months, draws: Draws, settings: Settings) -> Bools:
    """Say for each request whether its firm's kind acts on it."""
    kind = asked["kind"].to_numpy()
    chance = _chance(kind, months[asked["start"]], settings)
    return _forced(kind, draws.chance("asks", chance, asked["case"]), months[asked["start"]], settings)


def on_claims(claims: pd.DataFrame, months: Months, draws: Draws, settings: Settings) -> tuple[Bools, Bools]:
    """Say for each claim whether its firm's kind acts on it, and whether payroll will show it."""
    kind, month = claims["kind"].to_numpy(), months[claims["window"]]
    acts = _forced(
        kind, draws.chance("acts", _chance(kind, month, settings), claims["case"]), month, settings
    )
    trace = np.array([settings.conduct.kinds[entry.code].trace for entry in KINDS] + [1.0])[kind]
    return acts, draws.chance("traced", trace, claims["spell"])


def _chance(kind: Ints, month: Months, settings: Settings) -> Floats:
    """Chance per case, which drifts from year to year."""
    knobs = [settings.conduct.kinds[entry.code] for entry in KINDS]
    years = (month - np.datetime64(settings.conduct.drift_from, "M")).astype(np.int64) / 12
    drift = np.array([entry.drift_per_year for entry in knobs] + [1.0])[kind] ** years
    return np.asarray(np.minimum(np.array([entry.per_case for entry in knobs] + [0.0])[kind] * drift, 1.0))


def _forced(kind: Ints, acts: Bools, month: Months, settings: Settings) -> Bools:
    """Act always where the filings or the whole firm are the conduct, never before a kind has begun."""
    always = np.array([entry.at_filing for entry in KINDS] + [False])
    always[list(UNUSUAL)] = True
    begins = [np.datetime64(settings.conduct.begins.get(entry.code, "0001-01"), "M") for entry in KINDS]
    begun = month >= np.array([*begins, np.datetime64("0001-01", "M")])[kind]
    return np.asarray((acts | always[kind]) & begun)

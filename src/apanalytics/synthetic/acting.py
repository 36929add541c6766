"""On which requests and claims the conduct of a firm acts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import KINDS, UNUSUAL
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.official import Months

_LONG_AGO = "0001-01"


def begins(code: str, settings: Settings) -> np.datetime64:
    """Return the month in which a kind begins; long ago unless it is new."""
    return np.datetime64(settings.conduct.begins.get(code, _LONG_AGO), "M")


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
    """Chance per case, which drifts from year to year and differs by calendar month."""
    knobs = [settings.conduct.kinds[entry.code] for entry in KINDS]
    years = (month - np.datetime64(settings.conduct.drift_from, "M")).astype(np.int64) / 12
    drift = np.array([entry.drift_per_year for entry in knobs] + [1.0])[kind] ** years
    seasons = [[entry.months.get(number, 1.0) for number in range(1, 13)] for entry in KINDS]
    season = np.array([*seasons, [1.0] * 12])[kind, month.astype(np.int64) % 12]
    usual = np.array([entry.per_case for entry in knobs] + [0.0])[kind]
    return np.asarray(np.minimum(usual * drift * season, 1.0))


def _forced(kind: Ints, acts: Bools, month: Months, settings: Settings) -> Bools:
    """Act always where the filings or the whole firm are the conduct, never before a kind has begun."""
    always = np.array([entry.at_filing for entry in KINDS] + [False])
    always[list(UNUSUAL)] = True
    first = [begins(entry.code, settings) for entry in KINDS]
    begun = month >= np.array([*first, np.datetime64(_LONG_AGO, "M")])[kind]
    return np.asarray((acts | always[kind]) & begun)

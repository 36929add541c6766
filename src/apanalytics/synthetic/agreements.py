"""Agreements on long-term short-time work: how long they last, what share of hours they let be lost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints, positions
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw

_DAY = np.timedelta64(1, "D")


def length(uid: Ints, draws: Draws, settings: Settings) -> Ints:
    """Return the months that each establishment's agreements last; one follows the other without a gap."""
    months = sorted(settings.crisis.agreement_months)
    shares = [settings.crisis.agreement_months[month] for month in months]
    lasts = np.array([int(month) for month in months])
    return lasts[positions(draws.uniform("agreement lasts", uid), shares)]


def exceptional(uid: Ints, draws: Draws, settings: Settings) -> Bools:
    """Say which establishments have leave to lose more hours than agreements usually may."""
    return draws.chance("exceptional reduction", settings.crisis.exceptional_reduction, uid)


def largest_reduction(uid: Ints, month: Ints, law: MonthlyLaw, draws: Draws, settings: Settings) -> Floats:
    """Return the largest share of hours that an agreement of each establishment may take away.

    Parameters
    ----------
    month : position in the law of the month in which the agreement begins.
    """
    more = exceptional(uid, draws, settings)
    return np.where(more, law.apld_most_reduction[month], law.apld_max_reduction[month])


def numbered(asked: pd.DataFrame, draws: Draws, settings: Settings) -> pd.Series:
    """Return the identifier of the agreement of each long-term request (missing for the others)."""
    first = asked["agreed"].where(asked["apld"]).groupby(asked["uid"]).transform("min")
    after = (asked["agreed"] - first.fillna(asked["agreed"])).to_numpy(np.int64)
    turn = np.maximum(after // length(asked["uid"].to_numpy(), draws, settings), 0)
    names: pd.Series = (
        "A-" + asked["siret"] + np.where(turn > 0, np.char.add("-", (turn + 1).astype(str)), "")
    )
    return names.where(asked["apld"])


def agreements_table(asked: pd.DataFrame, law: MonthlyLaw, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return the canonical `agreements` of the long-term requests; see `numbered`.

    The register has half of the exceptional reductions only.
    """
    rows = asked[asked["apld"]].sort_values("starts_on", kind="stable")
    uid = rows["uid"].to_numpy()
    lasts = length(uid, draws, settings)
    starts = rows["starts_on"].to_numpy("datetime64[M]") - (rows["start"] - rows["agreed"]).to_numpy()
    place = np.clip(law.place(starts), 0, len(law.months) - 1)
    known = exceptional(uid, draws, settings) & draws.chance("reduction registered", 0.5, uid)
    table = pd.DataFrame(
        {
            "agreement_id": rows["agreement_id"],
            "siret": rows["siret"],
            "kind": np.where(draws.chance("unilateral", 0.35, uid), "unilateral", "agreement"),
            "scheme": "APLD",
            "starts_on": starts.astype("datetime64[D]"),
            "ends_on": (starts + lasts).astype("datetime64[D]") - _DAY,
            "max_reduction": np.where(known, law.apld_most_reduction[place], law.apld_max_reduction[place]),
        }
    )
    return table.drop_duplicates("agreement_id").sort_values("agreement_id", ignore_index=True)

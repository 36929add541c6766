"""Claims filed long after their month: past the day until which the law takes them, or before it."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.draws import Bools, Draws, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw

_DAY = np.timedelta64(1, "D")


def arranged(uid: Ints, draws: Draws, settings: Settings) -> Bools:
    """Say which establishments arrange working time over a long period: they have more months to claim."""
    return draws.chance("arranged", settings.crisis.long_arrangement, uid)


def says_arranged(uid: Ints, draws: Draws, settings: Settings) -> Bools:
    """Say who says on a request that working time is arranged over a long period; three in ten never do."""
    return np.asarray(arranged(uid, draws, settings) & draws.chance("ticks arranged", 0.7, uid))


def deadline(ends_on: np.ndarray, long: Bools, law: MonthlyLaw) -> np.ndarray:
    """Return the last day to claim on authorisations that end on given days.

    Parameters
    ----------
    ends_on : last day of each authorisation.
    long : whether working time is arranged over a long period.

    Examples
    --------
    >>> from apanalytics.synthetic.laws import monthly_law
    >>> ends = np.array(["2020-10-31", "2021-03-31"], dtype="datetime64[D]")
    >>> deadline(ends, np.zeros(2, dtype=bool), monthly_law("2020-01", "2022-12")).astype(str).tolist()
    ['2021-06-30', '2021-09-30']
    """
    month = ends_on.astype("datetime64[M]")
    place = np.clip(law.place(month), 0, len(law.months) - 1)
    after = month + law.claim_months[place] + np.where(long, law.claim_extra[place], 0)
    day = (ends_on - month.astype("datetime64[D]")).astype(np.int64)
    last = (after + 1).astype("datetime64[D]") - _DAY
    ordinary = np.minimum(after.astype("datetime64[D]") + day * _DAY, last)
    named = law.claim_before[place] - _DAY
    return np.where(np.isnat(named), ordinary, named)


def filing_days(
    usual: np.ndarray,
    ends_on: np.ndarray,
    uid: Ints,
    late: Bools,
    case: Ints,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> tuple[np.ndarray, Bools]:
    """Return the day on which each claim is filed, and whether that is past its deadline.

    Parameters
    ----------
    usual : the day on which it is filed where nothing keeps the employer from it.
    ends_on : last day of its authorisation.
    late : whether the employer forgets it until after the deadline.

    Returns
    -------
    Those of `late` are filed one to ten weeks past their last day. Some of those who say that working time is
    arranged over a long period use the months that this gives them; nobody else does.
    """
    long = arranged(uid, draws, settings)
    last = deadline(ends_on, long, law)
    ordinary = deadline(ends_on, np.zeros(len(ends_on), dtype=bool), law)
    spare = (last - ordinary).astype(np.int64)
    slow = (spare > 1) & says_arranged(uid, draws, settings) & draws.chance("claims at leisure", 0.4, case)
    days = np.where(
        slow, ordinary + draws.between("leisure", 1, np.maximum(spare - 1, 1), case) * _DAY, usual
    )
    past = last + draws.between("claim past deadline", 7, 70, case) * _DAY
    days = np.where(
        late, np.maximum(past, usual), np.minimum(np.maximum(days, usual), np.where(slow, last, ordinary))
    )
    return days, days > last

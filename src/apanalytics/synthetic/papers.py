"""What a request says beside hours and people: commitments, agreement on overtime."""

from __future__ import annotations

import numpy as np

from apanalytics.synthetic.conduct import deliberate_kinds
from apanalytics.synthetic.draws import Bools, Draws, Ints
from apanalytics.synthetic.knobs import Settings

_DAY = np.timedelta64(1, "D")
_NO_DAY = np.datetime64("NaT", "D")


def committed(kind: Ints, case: Ints, draws: Draws) -> Bools:
    """Say who gives commitments when asking again: most do, fewer of those who mean to deceive.

    Parameters
    ----------
    kind : conduct of the firm, -1 for none.
    case : key of the request.
    """
    return draws.chance("commitments", np.where(deliberate_kinds()[kind], 0.6, 0.86), case)


def overtime_agreed_on(agreed: Bools, uid: Ints, draws: Draws, settings: Settings) -> np.ndarray:
    """Return the day of the agreement on hours above the legal week, where the request gives it.

    Parameters
    ----------
    agreed : whether there is one; some requests leave the day out.
    """
    day = np.datetime64("2020-01-01", "D") - draws.between("agreement age", 30, 3000, uid) * _DAY
    given = agreed & draws.chance("overtime dated", settings.payroll.over35_dated, uid)
    return np.where(given, day, _NO_DAY)

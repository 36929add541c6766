"""What each case would cost if it were right: the difference is undue, and counts where it is material."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import KINDS, deliberate_kinds
from apanalytics.synthetic.draws import Ints
from apanalytics.synthetic.knobs import Settings

STAGES = ("authorisation", "payment")
"""Stages at which a case is looked at."""


def truth(
    stage: str, case_id: pd.Series, kind: Ints, paid: Ints, due: Ints, settings: Settings
) -> pd.DataFrame:
    """Return the canonical `truth` of one stage.

    Parameters
    ----------
    kind : position in `KINDS` of what happened, -1 where nothing did.
    paid, due : cents asked or claimed, and cents due.

    Returns
    -------
    One row per case. An immaterial difference leaves the case conforming, and keeps its kind and amount.
    """
    undue = np.maximum(paid - due, 0)
    conduct = settings.conduct
    material = (undue >= conduct.material_eur * 100) & (undue >= conduct.material_share * paid)
    kind = np.where(undue > 0, kind, -1)
    return pd.DataFrame(
        {
            "stage": stage,
            "case_id": case_id,
            "nonconforming": material,
            "kind": np.array([entry.code for entry in KINDS] + [None], dtype=object)[kind],
            "deliberate": deliberate_kinds()[kind] & material,
            "undue_amount": undue / 100,
        }
    )

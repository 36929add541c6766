"""A period longer than the law lets anybody authorise (drawn with the filings).

Who: employers who go by an earlier rule. Does: asks for one to three months too many. When: after each
change of the longest period. In good faith, so it does not adapt. Shows: in the dates, at sight.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Owe nothing for the months beyond the longest authorisation."""
    share = np.minimum(requests["longest"] / requests["planned"], 1.0)
    requests["due_hours"] *= np.where(on & ~requests["apld"], share, 1.0)


KIND = Kind("period_too_long", deliberate=False, findings=("PRO-02",), ask=ask, at_filing=True)

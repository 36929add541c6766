"""The SIRET of a dormant firm without employees, used by others who share a bank account.

Who: rings of a handful of firms. Does: files near-identical requests, the same staff and hours for each, from
one account, and owes nothing at all. When: the first waves, two to four months each. Adapts: a wary ring
gives every request other figures. Shows: no employee known anywhere, a new account, one bank account,
requests that are twins; first hires, and franchises that file together, look alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct.kind import Kind
from apanalytics.synthetic.draws import Bools, Draws
from apanalytics.synthetic.lines import Lines


def ask(requests: pd.DataFrame, on: Bools, draws: Draws) -> None:
    """Owe nothing at all; ask for the staff and the round hours of the whole ring, unless wary."""
    gang, case = requests["gang"].to_numpy(), requests["case"].to_numpy()
    staff = np.where(requests["wary"], requests["covered"], draws.between("ring staff", 4, 12, gang))
    per_head = np.where(
        requests["wary"],
        draws.between("own hours", 120, 300, case),
        20 * draws.between("ring hours", 6, 15, gang),
    )
    legal = requests["legal_hours"].to_numpy() * staff / np.maximum(requests["covered"].to_numpy(), 1)
    for name in ("headcount", "covered"):
        requests[name] = np.where(on, staff, requests[name])
    requests["legal_hours"] = np.where(on, legal, requests["legal_hours"])
    requests["hours"] = np.where(on, staff * per_head, requests["hours"]).astype(np.float64)
    opens = requests["starts_on"].to_numpy("datetime64[M]").astype("datetime64[D]")
    day = opens + draws.between("ring day", 15, 27, gang) * np.timedelta64(1, "D")
    requests["filed_on"] = requests["filed_on"].where(~on | requests["wary"], day)
    requests["due_hours"] = np.where(on, 0.0, requests["due_hours"])


def claim(lines: Lines, on: Bools, draws: Draws) -> None:
    """Owe nothing."""
    lines.due_idle = np.where(on, 0.0, lines.due_idle)


KIND = Kind("usurped_siret", deliberate=True, findings=("EFF-06", "IDT-07", "IDT-03"), ask=ask, claim=claim)

"""What is kept of the months before the window: the requests that something in the window rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.claims import Country
from apanalytics.synthetic.draws import Bools
from apanalytics.synthetic.filing import EARLIER
from apanalytics.synthetic.inspectors import Inspected


def kept_requests(
    asked: pd.DataFrame, claims: pd.DataFrame, inspected: tuple[Inspected, Inspected], country: Country
) -> Bools:
    """Say which requests belong to the tables.

    Those filed in the window do. An earlier one does, with all of its claims, if one of these was filed in
    the window, or if it or one of them was controlled: inspectors and models know its history. So do the
    amendments of those that belong.
    """
    opening = country.wave.months[country.wave.opening].astype("datetime64[D]")
    controlled = pd.concat([stage.controls["case_id"] for stage in inspected])
    rests = (claims["filed_on"] >= opening) | claims["claim_id"].isin(controlled)
    earlier = asked["number"].to_numpy() >= EARLIER
    kept = ~earlier | asked["request_id"].isin(controlled).to_numpy()
    kept[claims.loc[rests, "request"].unique()] = True
    return np.asarray(kept | asked["amends"].isin(asked.loc[kept, "case"]).to_numpy())

"""The likeliest cases, but for a small declared share of their precision that is given for euros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.targeting.euros import STEPS, Vector

PRECISION_FOR_EUROS: Mapping[str, float] = {"authorisation": 0.015, "payment": 0.003}
"""Share of the expected precision given for euros, by stage, where nothing else is asked (decision 25)."""
UNDER_THE_LINE = 1 / 3
"""Part of that share which is given where the likeliest list is not expected to reach the line."""
DEAREST = 1e9
"""Price of a whole point of risk, in the largest amounts of the choice: euros then only settle ties."""
DECIMALS = 6
"""Values are rounded so, in euros, before ranking: noise of the arithmetic must not order cases."""


def share_given(asked: float | None, stage: str) -> float:
    """Return the share of the expected precision given for euros: what is asked, or the default of the stage.

    Examples
    --------
    >>> share_given(None, "payment"), share_given(0.0, "payment")
    (0.003, 0.0)
    """
    return PRECISION_FOR_EUROS[stage] if asked is None else asked


@dataclass(frozen=True)
class Traded:
    """What a list gave of its expected precision, and what euros it got for it.

    Parameters
    ----------
    given : share of the expected precision that could be given where the line is reached, 0..1.
    exchanged : cases that are listed in the place of likelier ones.
    likeliest_precision, expected_precision : mean calibrated risk of the likeliest cases, and of the list.
    likeliest_undue_eur, undue_eur : expected undue euros of the likeliest cases, and of the list.
    """

    given: float
    exchanged: int
    likeliest_precision: float
    expected_precision: float
    likeliest_undue_eur: float
    undue_eur: float

    @classmethod
    def of(
        cls, cases: pd.DataFrame, likeliest: Sequence[str], listed: Sequence[str], given: float
    ) -> Traded | None:
        """Compare two lists; None where no risk or no undue amount is known: nothing was exchanged then."""
        one, other = cases.loc[list(likeliest)], cases.loc[list(listed)]
        if not len(listed) or cases["risk"].isna().any() or cases["undue_eur"].isna().all():
            return None
        return cls(
            given,
            len(set(listed) - set(likeliest)),
            float(one["risk"].mean()),
            float(other["risk"].mean()),
            float(one["undue_eur"].sum()),
            float(other["undue_eur"].sum()),
        )

    def json(self) -> dict[str, float]:
        """Return plain values for ``campaign.json``."""
        return asdict(self)


def for_euros(cases: pd.DataFrame, places: int, given: float, line: float = 0.0) -> pd.Index[str]:
    """Return the cases of most expected undue euros among lists that are almost as precise as the likeliest.

    The likeliest cases are nearly equal in risk where the list ends, and very unequal in euros. Every place
    is used; the mean risk of the list stays at least `1 - given` of what the likeliest would have.

    Parameters
    ----------
    cases : ``risk`` (0..1) and ``undue_eur`` (expected undue euros; missing: nothing is expected), most
        suspect first, which settles ties.
    places : cases to list, 0 or more.
    given : share of the expected precision that may be given up, 0..1.
    line : precision that the list is to reach, 0..1: where the likeliest cases are not expected to, only
        `UNDER_THE_LINE` of `given` is given.

    Returns
    -------
    The listed cases, in the order of `cases`. Where a risk is missing, or nothing is given, the first ones.

    Examples
    --------
    >>> cases = pd.DataFrame({"risk": [0.80, 0.70, 0.69, 0.1], "undue_eur": [10.0, 10.0, 900.0, 9000.0]},
    ...                      index=list("ABCD"))
    >>> for_euros(cases, 2, given=0.0).tolist(), for_euros(cases, 2, given=0.01).tolist()
    (['A', 'B'], ['A', 'C'])
    """
    first = cases.index[:places]
    if given == 0 or not 0 < places < len(cases) or cases["risk"].isna().any():
        return first
    risk = cases["risk"].to_numpy(dtype=np.float64)
    euros = np.nan_to_num(cases["undue_eur"].to_numpy(dtype=np.float64), nan=0.0)
    likeliest = float(risk[:places].sum())
    wanted = likeliest * (1 - (given if likeliest >= line * places else given * UNDER_THE_LINE))
    low, high = 0.0, DEAREST * max(float(euros.max()), 1.0)
    best = None
    for _ in range(STEPS):
        price = (low + high) / 2
        chosen = _at_price(price, risk, euros, places)
        if risk[chosen].sum() >= wanted:
            best, high = chosen, price
        else:
            low = price
    return first if best is None else cases.index[np.sort(best)]


def _at_price(price: float, risk: Vector, euros: Vector, places: int) -> npt.NDArray[np.int64]:
    """Return the positions of most euros where a point of risk is paid `price` euros."""
    value = np.round(euros + price * risk, DECIMALS)
    return np.argsort(-value, kind="stable")[:places]

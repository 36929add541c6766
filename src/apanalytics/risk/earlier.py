"""The scores that an establishment's cases were given before: blended in, not learnt from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from apanalytics.errors import InvalidArgument
from apanalytics.risk.columns import Matrix
from apanalytics.tables.connection import open_connection

EARLIER = "(earlier)"
"""Name of the contribution of the establishment's earlier scores."""
LOOK_BACK_DAYS = 730
"""Days before a case's filing within which the establishment's earlier cases count."""
UNIT = 1e-6
"""Scores are summed as whole numbers of this unit, so that no order of the rows shows in the last bit."""

EARLIER_SQL = """
SELECT CASE WHEN filed_on IS NOT NULL THEN sum(units) OVER before / count(*) OVER before END AS mean_units
FROM (SELECT row, siret, filed_on, CAST(round(score / $unit) AS BIGINT) AS units FROM scored)
WINDOW before AS (
    PARTITION BY siret ORDER BY filed_on
    RANGE BETWEEN to_days(CAST($days AS INTEGER)) PRECEDING AND to_days(1) PRECEDING
)
ORDER BY row
"""


def earlier_scores(scores: npt.ArrayLike, cases: pd.DataFrame) -> pd.Series[float]:
    """Return the mean score of the cases that the same establishment filed in the two years before each case.

    Parameters
    ----------
    scores : log-odds of each case by one model, before any blending, in the order of `cases`.
    cases : ``siret`` and ``filed_on``, indexed by ``case_id``.

    Returns
    -------
    By ``case_id``, in log-odds. Missing where none was filed in those years, or where the day of filing is
    not known. Cases of the same day do not count for one another.

    Examples
    --------
    >>> cases = pd.DataFrame({"siret": ["A", "A", "A", "B"],
    ...                       "filed_on": ["2021-01-10", "2021-02-10", "2021-03-10", "2021-03-10"]},
    ...                      index=list("1234"))
    >>> earlier_scores([1.0, 2.0, -5.0, 4.0], cases).tolist()
    [nan, 1.0, 1.5, nan]
    """
    values = np.asarray(scores, dtype=np.float64)
    if len(values) != len(cases):
        raise InvalidArgument(
            "Scores and cases are not about the same rows", where="scores", value=(len(values), len(cases))
        )
    scored = pd.DataFrame(
        {
            "row": np.arange(len(cases)),
            "siret": cases["siret"].astype("str").to_numpy(),
            "filed_on": pd.to_datetime(cases["filed_on"]).to_numpy(),
            "score": values,
        }
    )
    with open_connection() as con:
        con.register("scored", scored)
        found = con.execute(EARLIER_SQL, {"unit": UNIT, "days": LOOK_BACK_DAYS}).df()["mean_units"]
    mean = found.to_numpy(dtype=np.float64, na_value=np.nan) * UNIT
    return pd.Series(mean, index=cases.index, name="earlier")


def blended(own: Matrix, earlier: Matrix, share: float) -> Matrix:
    """Return `share` of the earlier mean and the rest of the own score; the own score where none is known."""
    return np.where(np.isnan(earlier), own, (1 - share) * own + share * np.nan_to_num(earlier))


@dataclass(frozen=True)
class Past:
    """The cases filed up to a day, controlled or not: what the earlier scores of the controlled ones rest on.

    Parameters
    ----------
    frame : features of every case, indexed by ``case_id``.
    cases : the same rows, with ``siret`` and ``filed_on``.
    """

    frame: pd.DataFrame
    cases: pd.DataFrame

    def of(self, controlled: pd.Index[str]) -> Past:
        """Keep the cases of the establishments of some cases.

        Raises
        ------
        InvalidArgument : one of them is not among the cases.
        """
        lacking = controlled.difference(self.cases.index)
        if len(lacking):
            raise InvalidArgument(
                "A case learnt from is not among the past cases",
                where="past",
                value=lacking[0],
                todo="Give every case filed up to the day, those learnt from included.",
            )
        kept = self.cases["siret"].isin(self.cases.loc[controlled, "siret"])
        return Past(self.frame.loc[self.cases.index[kept]], self.cases[kept])

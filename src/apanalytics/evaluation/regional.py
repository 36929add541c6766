"""The non-conformity rate of each region, from what was drawn at random there."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from apanalytics.evaluation.estimators import by_design
from apanalytics.evaluation.universe import case_facts
from apanalytics.risk import Interval, outcomes
from apanalytics.risk.labels import one_day
from apanalytics.tables import Tables
from apanalytics.tables.geography import region_of
from apanalytics.targeting.register import first_draws

PLACES_SQL = """
SELECT siret, any_value(department) AS department FROM establishments GROUP BY siret ORDER BY siret
"""


def regional_rates(tables: Tables, stage: str, known_on: str | date | None = None) -> dict[str, Interval]:
    """Estimate, by region, the share of non-conforming among all cases that campaigns could choose.

    Cases listed for sure stand for themselves, those drawn at random for the rest. What controls miss they
    miss here too: the share is of what a control finds.

    Parameters
    ----------
    tables : the canonical tables: ``selections`` and ``controls``.
    stage : ``authorisation`` or ``payment``.
    known_on : last day of closing, and of campaigns, that counts; None for every one.

    Returns
    -------
    By region code, an interval, or «non estimable» and why: fewer than 30 random controls, more than a fifth
    of the listed without an outcome, or weights too unequal.

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> sorted(regional_rates(read("data/synthetic"), "payment"))
    ['32', '94']
    """
    members = drawn_members(tables, stage, known_on)
    return {str(region): by_design(rows) for region, rows in members.groupby("region", sort=True)}


def drawn_members(tables: Tables, stage: str, known_on: str | date | None = None) -> pd.DataFrame:
    """Return every case that a campaign could choose, with its region, first probability and outcome.

    Returns
    -------
    Indexed by ``case_id``: the columns of ``first_draws``, ``siret``, ``amount_eur``, ``department``,
    ``region`` and ``nonconforming`` (missing where unknown).
    """
    last = one_day(known_on, "known_on") if known_on is not None else None
    drawn = first_draws(tables, stage, before=last + timedelta(days=1) if last else None)
    members = drawn.join(case_facts(tables, stage, drawn.index))
    with tables.connect() as con:
        places = con.execute(PLACES_SQL).df().set_index("siret")["department"]
    members["department"] = members["siret"].map(places)
    members["region"] = [region_of(one if isinstance(one, str) else None) for one in members["department"]]
    known = outcomes(tables, stage, known_on)["nonconforming"].astype(object)
    members["nonconforming"] = known.reindex(members.index).where(members["listed"])
    return members

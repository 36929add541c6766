"""The cases that a ranking could choose from, with what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from apanalytics.errors import DataRefused, MissingTable
from apanalytics.risk import outcomes
from apanalytics.tables import Tables
from apanalytics.targeting.register import first_draws

CASE_OF = {"authorisation": ("requests", "request_id"), "payment": ("claims", "claim_id")}
"""Table and key of a case, by stage."""

TRUTH_SQL = """
SELECT case_id, nonconforming, CASE WHEN nonconforming THEN undue_amount ELSE 0 END AS undue_eur
FROM truth WHERE stage = $stage ORDER BY case_id
"""


@dataclass(frozen=True)
class Universe:
    """Cases to choose from.

    Parameters
    ----------
    members : one row per case, indexed by ``case_id`` in its order: ``siret``, ``amount_eur``,
        ``probability``, ``stratum``, ``listed``, ``score`` (missing or False outside every campaign),
        ``nonconforming`` and ``undue_eur`` (missing where unknown).
    campaign : the campaign of a list; None for a table of scores.
    drawn_on : its day.
    """

    members: pd.DataFrame
    campaign: str | None
    drawn_on: date | None


def universe_of(tables: Tables, listing: pd.DataFrame, stage: str, truth: bool) -> Universe:
    """Return the cases that a list was drawn from, or those of a table of scores.

    For scores, a case keeps the probability of the first campaign in which it could be chosen: what later
    campaigns did depends on what the first one drew.

    Raises
    ------
    DataRefused : the list's campaign is not in ``selections``: who else could be chosen is not known.
    """
    ids = listing["campaign_id"].dropna().unique()
    campaign = str(ids[0]) if len(ids) else None
    register, drawn_on = _register(tables, stage, campaign)
    if campaign is not None and register.empty:
        raise DataRefused(
            "The campaign of this list is not in the data folder's selections",
            where="selections",
            value=campaign,
            why="Without the register of eligible cases neither base rate nor baselines can be measured.",
            todo="Evaluate with the data folder that `apanalytics target` was given.",
        )
    index = pd.Index(listing["case_id"]) if campaign is None else register.index
    members = case_facts(tables, stage, index.sort_values().rename("case_id"))
    members = members.join(register).join(found_of(tables, stage, truth))
    members["listed"] = members["listed"].fillna(False).astype(bool)
    return Universe(members, campaign, drawn_on)


def _register(tables: Tables, stage: str, campaign: str | None) -> tuple[pd.DataFrame, date | None]:
    register = first_draws(tables, stage, campaign)
    day = pd.to_datetime(register["drawn_on"]).max().date() if campaign and len(register) else None
    return register[["probability", "stratum", "listed", "score"]], day


def case_facts(tables: Tables, stage: str, index: pd.Index[str]) -> pd.DataFrame:
    """Return establishment and amount at stake of cases.

    Returns
    -------
    In the order of `index`: ``siret``, ``amount_eur``; missing for a case that no table holds.
    """
    table, key = CASE_OF[stage]
    with tables.connect() as con:
        con.register("wanted", pd.DataFrame({"case_id": index}))
        sql = f"""SELECT w.case_id, t.siret, t.amount AS amount_eur
                  FROM wanted AS w JOIN {table} AS t ON t.{key} = w.case_id"""
        return con.execute(sql).df().set_index("case_id").reindex(index)


def found_of(tables: Tables, stage: str, truth: bool) -> pd.DataFrame:
    """Return what is known of cases: the outcome of their control or, of a synthetic country, the truth."""
    if truth:
        if not tables.has("truth"):
            raise MissingTable(
                "truth", tables.folder, todo="Only a synthetic country has one; leave --truth out."
            )
        with tables.connect() as con:
            return con.execute(TRUTH_SQL, {"stage": stage}).df().set_index("case_id")
    known = outcomes(tables, stage)
    undue = known["undue_amount_eur"].where(known["nonconforming"], 0.0)
    return pd.DataFrame({"nonconforming": known["nonconforming"].astype(object), "undue_eur": undue})

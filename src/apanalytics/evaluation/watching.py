"""What to watch beside one list's precision: groups of firms, regions, campaigns, hunches, offices, drift."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from apanalytics.errors import NotComputable
from apanalytics.evaluation.campaigns import campaign_precisions, over_campaigns
from apanalytics.evaluation.drift import drift
from apanalytics.evaluation.fairness import GROUPS, fairness, with_age
from apanalytics.evaluation.regional import regional_rates
from apanalytics.evaluation.sensitivity import explained_by, hunch_sensitivity
from apanalytics.evaluation.teams import adjusted, team_effect
from apanalytics.evaluation.universe import Universe, universe_of
from apanalytics.features import cases as cases_of
from apanalytics.features import features
from apanalytics.risk import outcomes
from apanalytics.tables import Tables

PERIOD_DAYS = 90
"""Days of filing before the list's own cases that its features are compared with."""
OFFICES_SQL = """
SELECT case_id, any_value(team_key) AS team_key FROM controls
WHERE stage = $stage AND outcome IS NOT NULL AND team_key IS NOT NULL GROUP BY case_id ORDER BY case_id
"""


def watch(tables: Tables, listing: pd.DataFrame, stage: str, truth: bool = False) -> dict[str, Any]:
    """Tell what a list does beside its precision.

    Parameters
    ----------
    tables : the canonical tables.
    listing : a targeting list drawn by a campaign (see ``target``).
    stage : ``authorisation`` or ``payment``.
    truth : judge groups of firms by the table ``truth`` of a synthetic country.

    Returns
    -------
    ``fairness`` (tables by size, section, department, age of the firm), ``regions`` (non-conformity rates
    from random draws), ``campaigns`` (precision per past campaign, then over them), ``hunches`` (how strong
    a hidden reason would explain what people pointed at), ``offices`` (how far they differ once risk is
    taken into account) and ``drift`` (features that changed since the quarter before), as plain values.

    Examples
    --------
    >>> import apanalytics as ap
    >>> from apanalytics.targeting import draw_campaign
    >>> tables = ap.read("data/synthetic")
    >>> day = "2020-11-20"
    >>> frame = ap.features(tables, stage="authorisation", from_="2020-11-01", to=day, as_of=day)
    >>> campaign = draw_campaign("anomaly", frame, tables, day, capacity=10)
    >>> held = {name: getattr(tables, name).to_pandas() for name in tables.names}
    >>> found = watch(ap.Tables.from_frames(held | {"selections": campaign.selections}), campaign.targets,
    ...               "authorisation", truth=True)
    >>> sorted(found)
    ['campaigns', 'drift', 'fairness', 'hunches', 'offices', 'regions']
    """
    universe = universe_of(tables, listing, stage, truth)
    past = campaign_precisions(tables, stage)
    return {
        "fairness": _groups(tables, universe, listing, stage, truth),
        "regions": {region: rate.json() for region, rate in regional_rates(tables, stage).items()},
        "campaigns": {
            "each": _plain(past.assign(drawn_on=past["drawn_on"].astype(str))),
            "over": over_campaigns(past["value"].tolist()).json(),
        },
        "hunches": _hunches(tables, stage),
        "offices": _offices(tables, listing, stage),
        "drift": _drift(tables, universe, stage),
    }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain values, missing ones null."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _groups(
    tables: Tables, universe: Universe, listing: pd.DataFrame, stage: str, truth: bool
) -> dict[str, list[dict[str, Any]]]:
    members, day = universe.members, universe.drawn_on
    if truth:
        members = members.assign(listed=True, probability=1.0)
    cases = cases_of(tables, stage, to=day, as_of=day)[["size_class", "section", "department"]]
    members = members.join(cases)
    if day is not None:
        members = with_age(members, tables, day)
    targeted = listing.loc[listing["channel"] == "targeted", "case_id"]
    members = members.assign(chosen=members.index.isin(targeted))
    return {name: _plain(fairness(members, by)) for name, by in GROUPS.items() if by in members.columns}


def _hunches(tables: Tables, stage: str) -> dict[str, Any]:
    """Compare what people pointed at with what was drawn at random, among all closed controls."""
    known = outcomes(tables, stage)
    counts = {name: (int(rows["nonconforming"].sum()), len(rows)) for name, rows in known.groupby("channel")}
    tips, drawn = counts.get("tip", (0, 0)), counts.get("random", (0, 0))
    if not tips[1] or not drawn[1]:
        return {"why": "no closed control of a signal, or none drawn at random"}
    strength = explained_by(tips, drawn)
    return {
        "signals": {"nonconforming": tips[0], "controlled": tips[1]},
        "random": {"nonconforming": drawn[0], "controlled": drawn[1]},
        "explained_by": None if strength == float("inf") else strength,
        "bounds": _plain(hunch_sensitivity(tips, drawn)),
    }


def _offices(tables: Tables, listing: pd.DataFrame, stage: str) -> dict[str, Any]:
    """Measure how far offices differ on the list's closed controls."""
    with tables.connect() as con:
        teams = con.execute(OFFICES_SQL, {"stage": stage}).df().set_index("case_id")["team_key"]
    risk = listing.set_index("case_id")["risk"].astype("float64")
    known = outcomes(tables, stage)[["nonconforming"]].join(risk, how="inner").join(teams)
    try:
        effect = team_effect(known)
    except NotComputable as refused:
        return {"why": f"{refused.what}: {refused.why}"}
    return {
        "offices": len(effect.offsets),
        "spread": effect.spread,
        "p_value": effect.p_value,
        "found": float(known["nonconforming"].mean()),
        "stated_risk": float(known["risk"].mean()),
        "stated_risk_of_these_offices": float(adjusted(known, effect).mean()),
    }


def _drift(tables: Tables, universe: Universe, stage: str) -> list[dict[str, Any]]:
    """Compare the features of the list's cases with those of the quarter before, each as of its own day."""
    day = universe.drawn_on
    cases = cases_of(tables, stage, to=day, as_of=day)
    mine = cases[cases.index.isin(universe.members.index)]
    first = pd.to_datetime(mine["filed_on"]).min()
    if pd.isna(first):
        return []
    start = (first - timedelta(days=PERIOD_DAYS)).date()
    frame = features(tables, stage, from_=start, to=day)
    section = cases["section"].reindex(frame.index)
    now = frame.index.isin(mine.index)
    before = (pd.to_datetime(cases["filed_on"].reindex(frame.index)) < first).to_numpy()
    if not before.any() or not now.any():
        return []
    table = drift(frame[before], frame[now], (section[before], section[now]))
    return _plain(table[table["alarm"]])

"""How good a list or a ranking is, beside what chance, amounts, rules and anomaly alone would have found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from apanalytics.errors import InvalidArgument, MissingColumn, NothingToDo
from apanalytics.evaluation.calibration import calibration
from apanalytics.evaluation.difference import lift
from apanalytics.evaluation.doubly_robust import aipw
from apanalytics.evaluation.estimators import MOST_UNKNOWN, by_design, total
from apanalytics.evaluation.overlap import Overlap, never_controlled
from apanalytics.evaluation.precision import LINE
from apanalytics.evaluation.rankings import rankings
from apanalytics.evaluation.released import released
from apanalytics.evaluation.universe import Universe, universe_of
from apanalytics.risk import Interval
from apanalytics.tables import Tables
from apanalytics.targeting.draw import DECIMALS
from apanalytics.targeting.scoring import Ranker

NO_CAMPAIGN = (
    "these cases come from no campaign with logged probabilities: past controls went where inspectors "
    "chose, and say nothing sure of the others"
)


def evaluate(
    tables: Tables,
    listing: pd.DataFrame,
    stage: str,
    capacity: float = 0.1,
    truth: bool = False,
    previous: Ranker | None = None,
) -> dict[str, Any]:
    """Measure the precision of a list, or of a ranking at some capacity, against the line and the baselines.

    Parameters
    ----------
    tables : the canonical tables; ``selections`` gives who could be chosen, ``controls`` what was found.
    listing : a targeting list (see ``target``), or the scores of all cases (see ``score_all``).
    stage : ``authorisation`` or ``payment``.
    capacity : for scores, share of the cases below 1, number of cases from 1 up; a list has its own.
    truth : judge by the table ``truth`` of a synthetic country instead of by controls.
    previous : last period's model, as one more baseline.

    Returns
    -------
    ``stage, cases, outcomes_known, capacity, base_rate, precision, line, baselines, captured_eur`` as plain
    values, each figure an interval or null with the reason why. Beside: ``line_applies`` (False where the
    list is longer than base rate / line, null where the base rate is unknown), ``base_rate_aipw`` (the same
    rate with a model's help), ``lift`` (precision less that of each baseline of as many cases, under a plan
    of as many of each department, with the interval of the difference; less that of all cases for ``random``:
    what the plan's choice of departments brings is in it), ``calibration``, ``overlap``
    (diagnostics of the weights), ``never_controlled`` by stratum (null where the truth judges), ``released``
    (for a release, the exact upper bound on what it misses) and ``ties`` (null for a list that is not the
    beginning of its ranking). Judged by controls, a figure counts what controls find: they miss some, so it
    lies below the share that truth would show.

    Examples
    --------
    >>> import apanalytics as ap
    >>> tables = ap.read("data/synthetic")
    >>> frame = ap.features(tables, stage="payment", from_="2021-09-01", to="2021-09-30")
    >>> cases = ap.cases(tables, stage="payment", from_="2021-09-01", to="2021-09-30")
    >>> from apanalytics.targeting import score_all
    >>> found = evaluate(tables, score_all("anomaly", frame, tables, cases, None), "payment", truth=True)
    >>> sorted(found["baselines"]), found["line"]
    (['amount', 'anomaly', 'random', 'rules'], 0.6)
    """
    _check(listing, stage, capacity)
    universe = universe_of(tables, listing, stage, truth)
    members = universe.members
    drawn = members
    if truth:  # every outcome is known: whatever set is looked at was wholly "chosen"
        members = members.assign(listed=True, probability=1.0, stratum="truth")
    own = _own_choice(listing, universe, capacity)
    base, precision = _share(members), _share(members.loc[own])
    orders = rankings(tables, universe, stage, previous)
    first = {name: _as_many(order.index, _pools(universe), own) for name, order in orders.items()}
    return {
        "stage": stage,
        "campaign_id": universe.campaign,
        "judged_by": "truth" if truth else "controls",
        "cases": len(members),
        "outcomes_known": int(members["nonconforming"].notna().sum()),
        "capacity": len(own),
        "base_rate": base.json(),
        "base_rate_aipw": _with_a_model(members, _scores(listing, universe)).json(),
        "precision": precision.json(),
        "line": LINE,
        "line_applies": None if base.value is None else len(own) <= base.value * len(members) / LINE + 1e-9,
        "baselines": {"random": base.json()}
        | {name: _share(members.loc[top]).json() for name, top in first.items()},
        "lift": {
            name: _lift(members, own, top).json() for name, top in {"random": members.index, **first}.items()
        },
        "captured_eur": _captured(members.loc[own]).json(),
        "calibration": _calibrated(listing, members),
        "overlap": None if members["probability"].isna().any() else Overlap.of(members).json(),
        "never_controlled": None if truth else never_controlled(drawn),
        "released": released(drawn, truth),
        "ties": _ties(_scores(listing, universe), members, own),
    }


def _check(listing: pd.DataFrame, stage: str, capacity: float) -> None:
    """Refuse what is no list of this stage, and what is no capacity."""
    for name in ("stage", "case_id", "score", "rank", "campaign_id", "channel"):
        if name not in listing.columns:
            raise MissingColumn("targets", name, present=list(map(str, listing.columns)))
    if listing.empty:
        raise NothingToDo("The list is empty", todo="Give a list or scores with at least one case.")
    other = listing.loc[listing["stage"] != stage, "stage"]
    if len(other):
        raise InvalidArgument(
            "The list is of another stage",
            where="stage",
            value=other.iloc[0],
            todo=f"It was asked as {stage}.",
        )
    if not (np.isfinite(capacity) and capacity > 0):
        raise InvalidArgument(
            "Not a capacity",
            where="capacity",
            value=capacity,
            todo="Give a share of the cases such as 0.1, or a number of cases such as 200.",
        )


def _own_choice(listing: pd.DataFrame, universe: Universe, capacity: float) -> pd.Index[str]:
    """Return the cases that the ranking itself chose: a list's targeted ones, the first of scores."""
    if universe.campaign is not None:
        targeted: pd.Index[str] = pd.Index(listing.loc[listing["channel"] == "targeted", "case_id"])
        return targeted
    number = capacity if capacity >= 1 else capacity * len(listing)
    first: pd.Index[str] = pd.Index(listing.sort_values("rank")["case_id"].head(max(1, round(number))))
    return first


def _pools(universe: Universe) -> pd.Series[str]:
    """Return the department that a plan drew each case in, as its stratum says; '' without a plan."""
    if universe.campaign is None:
        return pd.Series("", index=universe.members.index)
    return universe.members["stratum"].astype(str).str.rpartition(" ")[0]


def _as_many(order: pd.Index[str], pools: pd.Series[str], own: pd.Index[str]) -> pd.Index[str]:
    """Return the first of another ranking, as many of each pool as the list has."""
    places = pools.loc[own].value_counts()
    pool = pools.loc[order]
    nth = pool.groupby(pool.to_numpy(), sort=False).cumcount()
    return order[(nth < pool.map(places).fillna(0)).to_numpy()]


def _share(members: pd.DataFrame) -> Interval:
    """Return the share of non-conforming in a set of cases, or why it is not estimable."""
    if members.empty:
        return Interval.unknown("no case was chosen by the score: every place was drawn at random")
    if members["probability"].isna().any():
        return Interval.unknown(NO_CAMPAIGN, n=int(members["nonconforming"].notna().sum()))
    return by_design(members)


def _captured(members: pd.DataFrame) -> Interval:
    """Return the undue euros that the chosen cases hold."""
    if members.empty or members["probability"].isna().any() or not members["listed"].all():
        share = _share(members)
        return Interval.unknown(share.why or "some chosen cases were not listed by a campaign", n=share.n)
    known = members[members["nonconforming"].notna()]
    found = known["nonconforming"].astype(bool)
    undue = known.loc[found, "undue_eur"].astype(float)
    if undue.isna().sum() > MOST_UNKNOWN * len(undue):
        return Interval.unknown(
            f"{int(undue.isna().sum())} of {len(undue)} non-conforming cases have no undue amount",
            n=len(known),
        )
    euros = known["undue_eur"].astype(float).where(known["undue_eur"].notna() | ~found, undue.mean())
    return total(euros.fillna(0.0), known["siret"], len(members))


def _lift(members: pd.DataFrame, own: pd.Index[str], other: pd.Index[str]) -> Interval:
    """Return the precision of a choice less that of another, or why it is not estimable."""
    for chosen in (own, other):
        share = _share(members.loc[chosen])
        if not share.known:
            return Interval.unknown(str(share.why), n=share.n)
    return lift(members, own, other)


def _with_a_model(members: pd.DataFrame, scores: pd.Series[float]) -> Interval:
    """Return the base rate by AIPW on score and amount, or why it is not estimable."""
    if members["probability"].isna().any():
        return Interval.unknown(NO_CAMPAIGN, n=int(members["nonconforming"].notna().sum()))
    score = scores.reindex(members.index).astype(float)
    amount = np.log1p(members["amount_eur"].astype(float).clip(lower=0).fillna(0.0))
    return aipw(members, pd.DataFrame({"score": score.fillna(score.min()), "amount": amount}))


def _calibrated(listing: pd.DataFrame, members: pd.DataFrame) -> dict[str, Any] | None:
    """Return calibration where the listing states risks that logged draws can judge."""
    risk = listing.set_index("case_id")["risk"] if "risk" in listing.columns else pd.Series(dtype=float)
    if risk.notna().sum() == 0 or members["probability"].isna().any():
        return None
    return calibration(members.assign(risk=risk.reindex(members.index).astype(float)))


def _scores(listing: pd.DataFrame, universe: Universe) -> pd.Series[float]:
    """Return the score of every case that could be chosen: a list lacks those tied just below its cut."""
    if universe.campaign is not None:
        return universe.members["score"]
    return listing.set_index("case_id")["score"]


def _ties(scores: pd.Series[float], members: pd.DataFrame, own: pd.Index[str]) -> dict[str, Any]:
    """Return precision with the cases tied at the cut taken best and worst first; null where unknown."""
    capacity, ordered = len(own), scores.round(DECIMALS)
    if not capacity:
        return {"tied": 0, "best": None, "worst": None}
    cut = ordered.loc[own].min()
    above, tied = ordered.index[ordered > cut], ordered.index[ordered == cut]
    if not above.isin(own).all():
        why = "the list passes over cases that score higher: there is no one cut at which cases are tied"
        return {"tied": None, "best": None, "worst": None, "why": why}
    found = members["nonconforming"].reindex(above.append(tied))
    if found.isna().any():
        return {"tied": len(tied), "best": None, "worst": None}
    hits, among = int(found.loc[above].sum()), int(found.loc[tied].sum())
    places = capacity - len(above)
    best = hits + min(among, places)
    worst = hits + max(0, places - (len(tied) - among))
    return {"tied": len(tied), "best": best / capacity, "worst": worst / capacity}

"""Campaigns replayed month by month: what would have been listed with what was known then, and how well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.errors import InvalidArgument, NothingToDo
from apanalytics.evaluation.adversaries import answered
from apanalytics.evaluation.campaigns import over_campaigns
from apanalytics.evaluation.estimators import by_design
from apanalytics.evaluation.rankings import baseline_scores
from apanalytics.evaluation.universe import found_of
from apanalytics.features import cases as cases_of
from apanalytics.features import features
from apanalytics.risk import (
    Interval,
    Past,
    RiskModel,
    anomaly_scores,
    cold_start,
    earlier_scores,
    labelled,
    outcomes,
)
from apanalytics.risk.labels import LARGEST_MODEL_SEED, one_day, one_seed
from apanalytics.tables import Tables
from apanalytics.targeting.draw import ranked
from apanalytics.targeting.register import first_draws

OWN, CEILING, LAST_YEAR, ANSWERED = "model", "ceiling", "last_year", "adversaries"
COLUMNS = [
    *("on", "ranking", "cases", "capacity", "outcomes_known", "months_since_launch"),
    *("value", "low", "high", "why", "captured_eur"),
]
TAUGHT = 5000
"""Cases, the latest filed, whose truth the ceiling learns from: more would change it little and cost much."""
ABSENT = {
    LAST_YEAR: "no outcome was known a year before",
    CEILING: "no case was filed before",
    ANSWERED: "no model could be learnt yet",
}
"""Why a ranking is missing on a date."""
NO_DRAW = "these cases were drawn by no campaign with logged probabilities"


@dataclass(frozen=True)
class Backtest:
    """What replayed campaigns found.

    Parameters
    ----------
    rows : one row per date and ranking: ``on, ranking, cases, capacity, outcomes_known`` (when the list was
        made), ``months_since_launch`` (since the first control closed; 0 before), ``value, low, high`` (its
        precision), ``why`` (where it is not estimable), ``captured_eur`` (undue euros in the list; missing
        without truth).
    """

    rows: pd.DataFrame

    def over_dates(self) -> dict[str, Interval]:
        """Average each ranking's precision over dates, each date counting once."""
        return {
            str(name): over_campaigns(part["value"].tolist()) for name, part in self.rows.groupby("ranking")
        }

    def lifts(self) -> dict[str, Interval]:
        """Average over dates the model's precision less that of each other ranking on the same date."""
        table = self.rows.pivot(index="on", columns="ranking", values="value")
        return {
            str(name): over_campaigns((table[OWN] - table[name]).tolist(), least=-1.0)
            for name in table
            if name != OWN
        }

    def json(self) -> dict[str, Any]:
        """Return plain values: ``dates, precision, lift`` and the ``learning_curve`` from the start."""
        own = self.rows[self.rows["ranking"] == OWN]
        curve = own[["on", "months_since_launch", "outcomes_known", "value"]]
        return {
            "dates": len(own),
            "precision": {name: one.json() for name, one in self.over_dates().items()},
            "lift": {name: one.json() for name, one in self.lifts().items()},
            "learning_curve": [
                {
                    "on": str(on),
                    "months_since_launch": int(months),
                    "outcomes_known": int(known),
                    "value": None if np.isnan(value) else float(value),
                }
                for on, months, known, value in curve.itertuples(index=False)
            ],
        }


def backtest(
    tables: Tables,
    stage: str,
    *,
    capacity: float = 0.1,
    from_: str | date | None = None,
    to: str | date | None = None,
    truth: bool | None = None,
    trees: int | None = None,
    seed: int = 0,
    step: Callable[[str], None] | None = None,
) -> Backtest:
    """Replay one campaign on the first day of each month, with what was known on that day.

    Each list ranks the cases filed in the month before. The model learns from the controls that had closed by
    then, so that their delays count; before any has, cases are ranked by the anomaly, as a
    campaign would. Beside it: chance, amount, rules, anomaly, the model of a year before, and, in a synthetic
    country, the ceiling (the same learner given the truth of the latest cases filed before) and the
    model faced with declarants who know it (``adversaries``, see ``answered``).

    Parameters
    ----------
    tables : the canonical tables.
    stage : ``authorisation`` or ``payment``.
    capacity : share of the month's cases that is listed, in (0, 1).
    from_, to : first and last day on which a campaign may fall; None for all the data.
    truth : judge by the table ``truth``; None where there is one. Otherwise by the controls that campaigns
        drew, each weighted by its logged probability.
    trees : trees per learner of the model; None for as many as suit the outcomes known.
    seed : seed of the models.
    step : called with each date done.

    Returns
    -------
    A `Backtest`.

    Raises
    ------
    InvalidArgument : a capacity that is no share, a day that is none, a seed that no model takes.
    NothingToDo : no month of the window has cases.

    Examples
    --------
    >>> from apanalytics.tables import read
    >>> found = backtest(read("data/synthetic"), "authorisation", from_="2020-11-01",
    ...                  to="2020-11-01", trees=5)
    >>> sorted(found.rows["ranking"])
    ['adversaries', 'amount', 'anomaly', 'ceiling', 'last_year', 'model', 'random', 'rules']
    """
    if not 0 < capacity < 1:
        raise InvalidArgument(
            "The capacity is a share of each month's cases",
            where="capacity",
            value=capacity,
            todo="Give a share above 0 and below 1, such as 0.1 for the first tenth.",
        )
    one_seed(seed, "seed", LARGEST_MODEL_SEED)
    past = _Past.of(tables, stage, truth, trees, seed)
    rows: list[dict[str, Any]] = []
    first, last = (None if day is None else one_day(day, "from_, to") for day in (from_, to))
    for day in campaign_days(past.cases, first, last):
        rows += _one_campaign(past, day, capacity)
        if step is not None:
            step(str(day))
    if not rows:
        raise NothingToDo(
            "No month of the window has cases", where=f"stage {stage}, from {from_} to {to}", todo="Widen it."
        )
    return Backtest(pd.DataFrame(rows, columns=COLUMNS))


def campaign_days(cases: pd.DataFrame, from_: date | None, to: date | None) -> list[date]:
    """Return the first days of the months after those with filings, within a window.

    Examples
    --------
    >>> cases = pd.DataFrame({"filed_on": pd.to_datetime(["2021-01-10", "2021-02-10"])})
    >>> campaign_days(cases, date(2021, 2, 2), None)
    [datetime.date(2021, 3, 1)]
    """
    filed = pd.to_datetime(cases["filed_on"]).dropna()
    if filed.empty:
        return []
    after = pd.date_range(filed.min().to_period("M").to_timestamp(), filed.max(), freq="MS") + pd.DateOffset(
        months=1
    )
    days = [one.date() for one in after]
    return [day for day in days if (from_ is None or day >= from_) and (to is None or day <= to)]


@dataclass(frozen=True)
class _Past:
    """What every replayed campaign reads, computed once."""

    tables: Tables
    stage: str
    cases: pd.DataFrame
    frame: pd.DataFrame
    known: pd.DataFrame
    judged: pd.DataFrame
    truth: bool
    trees: int | None
    seed: int

    @classmethod
    def of(cls, tables: Tables, stage: str, truth: bool | None, trees: int | None, seed: int) -> _Past:
        by_truth = tables.has("truth") if truth is None else truth
        cases = cases_of(tables, stage)
        found = found_of(tables, stage, by_truth)
        judged = cases[["siret"]].join(found)
        if by_truth:
            judged = judged.assign(listed=True, probability=1.0, stratum="truth")
        else:
            drawn = first_draws(tables, stage)[["probability", "stratum", "listed"]]
            judged = judged.join(drawn)
            judged["listed"] = judged["listed"].fillna(False).astype(bool)
        known = outcomes(tables, stage)
        return cls(tables, stage, cases, features(tables, stage), known, judged, by_truth, trees, seed)

    def known_on(self, day: date) -> pd.DataFrame:
        """Return the outcomes of controls closed by a day."""
        closed = self.known[pd.to_datetime(self.known["closed_on"]) <= pd.Timestamp(day)]
        return closed[closed.index.isin(self.frame.index)]

    def learnt(self, outcome: pd.Series[Any], day: date) -> RiskModel | None:
        """Fit on outcomes by case; None while they are all of one kind, or too few to learn from."""
        if not len(outcome) or outcome.astype(bool).nunique() < 2 or cold_start(outcome):
            return None
        X, y, w = labelled(self.frame, outcome.to_frame("nonconforming"))
        model = RiskModel(stage=self.stage, trees=self.trees, random_state=self.seed)
        groups = self.cases.loc[X.index, "siren"]
        return model.fit(X, y, sample_weight=w, groups=groups, past=self.before(day, X.index))

    def before(self, day: date, also: pd.Index[str]) -> Past:
        """Return the cases filed before a day, and those learnt from."""
        filed = (pd.to_datetime(self.cases["filed_on"]) < pd.Timestamp(day)) | self.cases.index.isin(also)
        return Past(self.frame[filed], self.cases[filed])

    def earlier(self, model: RiskModel, month: pd.DataFrame, cases: pd.DataFrame) -> pd.Series[float]:
        """Return the earlier scores of the establishments of a month's cases."""
        others = self.cases["siret"].isin(cases["siret"]) & ~self.cases.index.isin(cases.index)
        past = self.cases[others & (self.cases["filed_on"] <= cases["filed_on"].max())]
        own = np.concatenate(
            [
                model.decision_function(model.columns_.select(one))
                for one in (self.frame.loc[past.index], month)
            ]
        )
        filed = pd.concat([one[["siret", "filed_on"]] for one in (past, cases)])
        return earlier_scores(own, filed).loc[month.index]


def _one_campaign(past: _Past, day: date, capacity: float) -> list[dict[str, Any]]:
    """Rank the cases filed in the month before a day in every way, and judge each list."""
    last = day - timedelta(days=1)
    first = last.replace(day=1)
    frame = features(past.tables, past.stage, from_=first, to=last, as_of=day)
    if frame.empty:
        return []
    cases = cases_of(past.tables, past.stage, from_=first, to=last, as_of=day)
    number = max(1, round(capacity * len(frame)))
    known = past.known_on(day)
    told = {
        "on": day,
        "cases": len(frame),
        "capacity": number,
        "outcomes_known": len(known),
        "months_since_launch": _months(past.known["closed_on"], day),
    }
    lists = {name: ranked(score)[:number] for name, score in _scores(past, frame, cases, known, day).items()}
    judged = {"random": frame.index, **lists}
    rows = [told | {"ranking": name} | _judged(past, chosen) for name, chosen in judged.items()]
    absent = {name: why for name, why in ABSENT.items() if name not in lists}
    if not past.truth:
        absent = {LAST_YEAR: ABSENT[LAST_YEAR]} if LAST_YEAR in absent else {}
    return rows + [told | {"ranking": name, **_unknown(why)} for name, why in absent.items()]


def _scores(
    past: _Past, frame: pd.DataFrame, cases: pd.DataFrame, known: pd.DataFrame, day: date
) -> dict[str, pd.Series[float]]:
    """Return the scores of the month's cases by each ranking that can be made on the day."""
    scores = baseline_scores(frame, cases, past.stage)
    year_before = past.known_on(day.replace(year=day.year - 1))
    models = {
        OWN: past.learnt(known["nonconforming"], day),
        LAST_YEAR: past.learnt(year_before["nonconforming"], day),
        CEILING: past.learnt(_taught(past, frame.index, day), day) if past.truth else None,
    }
    for name, model in models.items():
        if model is not None:
            values = model.decision_function(frame, past.earlier(model, frame, cases))
            scores[name] = pd.Series(values, index=frame.index)
    own = models[OWN]
    if past.truth and own is not None:
        bad = past.judged["nonconforming"].reindex(frame.index).fillna(False).astype(bool)
        moved = answered(own, own.columns_.select(frame), bad)
        values = own.decision_function(moved, past.earlier(own, frame, cases))
        scores[ANSWERED] = pd.Series(values, index=frame.index)
    scores.setdefault(OWN, anomaly_scores(frame, cases)["score"])
    return scores


def _taught(past: _Past, month: pd.Index[str], day: date) -> pd.Series[Any]:
    """Return the truth of the latest cases filed before the month that is ranked."""
    before = past.cases[pd.to_datetime(past.cases["filed_on"]) < pd.Timestamp(day)].drop(
        month, errors="ignore"
    )
    latest = before.sort_values("filed_on", kind="stable").index[-TAUGHT:]
    taught: pd.Series[Any] = past.judged.loc[latest, "nonconforming"].dropna()
    return taught


def _judged(past: _Past, chosen: pd.Index[str]) -> dict[str, Any]:
    """Return the precision of a choice, and its euros where the truth tells them."""
    members = past.judged.reindex(chosen)
    if members["probability"].isna().any():
        return _unknown(NO_DRAW)
    share = by_design(members)
    euros = float(members["undue_eur"].sum()) if past.truth else np.nan
    if share.value is None:
        return _unknown(str(share.why))
    return {"value": share.value, "low": share.low, "high": share.high, "why": None, "captured_eur": euros}


def _unknown(why: str) -> dict[str, Any]:
    return {"value": np.nan, "low": np.nan, "high": np.nan, "why": why, "captured_eur": np.nan}


def _months(closed_on: Sequence[Any] | pd.Series[Any], day: date) -> int:
    """Return whole months from the first closed control to a day; 0 before."""
    first = pd.to_datetime(pd.Series(closed_on)).min()
    if pd.isna(first) or first.date() >= day:
        return 0
    return (day.year - first.year) * 12 + day.month - first.month

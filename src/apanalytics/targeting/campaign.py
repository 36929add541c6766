"""One campaign: the cases that can be chosen, the list, and the register of every probability."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from apanalytics.errors import NothingToDo
from apanalytics.features import cases as cases_of
from apanalytics.risk.labels import one_day, one_stage
from apanalytics.tables import Tables
from apanalytics.tables.geography import parse_region
from apanalytics.targeting.draw import draw
from apanalytics.targeting.eligible import eligible
from apanalytics.targeting.listing import COLUMNS, listing, undue_share
from apanalytics.targeting.scoring import Ranker, scores_of

NO_GUARANTEE = (
    "no guarantee was asked for: the list is the best ranking at this capacity, and its precision is "
    "measured afterwards on its controls"
)


DRAWN = ["campaign_id", "channel", "selection_probability"]
"""Columns of the list that the draw decides."""


@dataclass(frozen=True)
class Campaign:
    """A campaign drawn, not yet written.

    Parameters
    ----------
    targets : the list, one row per case to control, with the columns of the contract.
    selections : the register, one row per eligible case, with the columns of ``selections``.
    summary : what ``campaign.json`` says, but for the fingerprints of data and law.
    """

    targets: pd.DataFrame
    selections: pd.DataFrame
    summary: dict[str, Any]


def target(
    model: Ranker,
    frame: pd.DataFrame,
    tables: Tables,
    on: str | date,
    capacity: int,
    random_share: float = 0.1,
    seed: int = 0,
    regions: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """List the cases to control on a day.

    Parameters
    ----------
    model : a fitted RiskModel, or ``"anomaly"`` while no control has closed.
    frame : features indexed by ``case_id``, best made with ``features(..., as_of=on)``; cases that cannot be
        chosen on that day (see `eligible`) serve as peers only.
    tables : the canonical tables the frame was made from.
    on : the day of the campaign; what was found later plays no part.
    capacity : number of cases that inspectors can control, 1 or more.
    random_share : share of them drawn at random, in (0, 1]; what makes precision and rates measurable.
    seed : seed of the draw.
    regions : region codes or names to choose in; None for all.

    Returns
    -------
    One row per case to control, ``rank`` 1 first, with the columns of the contract's output. ``score``
    is log-odds and equals the sum of the contributions in ``reasons``; ``risk`` is missing for the anomaly
    score. `draw_campaign` gives, besides, the register of every eligible case with its probability.

    Raises
    ------
    NothingToDo : no eligible case in the frame on that day.
    ModelMismatch : the frame lacks a column of the model.

    Examples
    --------
    >>> import apanalytics as ap
    >>> tables = ap.read("data/synthetic")
    >>> frame = ap.features(tables, stage="payment", as_of="2021-09-15", to="2021-09-15", from_="2021-08-01")
    >>> targets = ap.target("anomaly", frame, tables, on="2021-09-15", capacity=5, seed=7)
    >>> targets["rank"].tolist(), bool(targets["selection_probability"].between(0, 1).all())
    ([1, 2, 3, 4, 5], True)
    """
    return draw_campaign(model, frame, tables, on, capacity, random_share, seed, regions).targets


def draw_campaign(
    model: Ranker,
    frame: pd.DataFrame,
    tables: Tables,
    on: str | date,
    capacity: int,
    random_share: float = 0.1,
    seed: int = 0,
    regions: str | Sequence[str] | None = None,
) -> Campaign:
    """Draw a campaign; parameters and errors as `target`, the whole of it returned."""
    day, stage = one_day(on, "on"), one_stage(str(frame.attrs.get("stage") or getattr(model, "stage", "")))
    chosen_in = _regions(regions)
    known = cases_of(tables, stage, to=day, as_of=day)
    scored = frame.loc[frame.index.intersection(known.index).sort_values()]
    scored.attrs = {"stage": stage}
    known = known.loc[scored.index]
    choice = _choice(eligible(known, tables, stage, day), stage, day, chosen_in)
    _warn_of_later_facts(frame.attrs.get("as_of"), choice.index, day)
    scores = scores_of(model, scored, known)
    register = draw(scores.score.loc[choice.index], capacity, random_share, seed).assign(
        campaign_id=_campaign_id(stage, day, chosen_in, capacity, random_share, seed, scores.version),
        stage=stage,
        drawn_on=day,
        score=scores.score,
        model_version=scores.version,
    )
    listed = choice.loc[register.index[register["listed"]]]
    targets = listing(scores, scored, listed, undue_share(tables, stage, day), stage)
    targets = targets.drop(columns=DRAWN).join(register[DRAWN], on="case_id")[list(COLUMNS)]
    asked = {"capacity": capacity, "random_share": random_share, "regions": chosen_in, "seed": seed}
    selections = register.rename_axis("case_id").reset_index()
    return Campaign(targets, selections, _summary(targets, selections) | asked)


def _choice(open_cases: pd.DataFrame, stage: str, day: date, regions: list[str] | None) -> pd.DataFrame:
    """Keep the eligible cases of some regions; refuse an empty choice."""
    choice = open_cases if regions is None else open_cases[open_cases["region"].isin(regions)]
    if choice.empty:
        raise NothingToDo(
            "No case can be chosen",
            where=f"stage {stage}, on {day}" + (f", regions {', '.join(regions)}" if regions else ""),
            why="A case can be chosen from its filing to its decision or payment, unless it was controlled.",
            todo="Check the day, the regions, and that the frame covers the cases filed just before it.",
        )
    return choice


def _summary(targets: pd.DataFrame, selections: pd.DataFrame) -> dict[str, Any]:
    """Say what was drawn; one capacity was shared by all departments, so each one's is what it got."""
    drawn = selections.iloc[0]
    counts = targets["department"].value_counts().sort_index()
    return {
        "campaign_id": drawn["campaign_id"],
        "stage": drawn["stage"],
        "on": drawn["drawn_on"].isoformat(),
        "min_precision": None,
        "guarantee": {"mode": None, "holds": False, "why": NO_GUARANTEE},
        "eligible": len(selections),
        "listed": len(targets),
        "drawn_at_random": int((targets["channel"] == "random").sum()),
        "departments": {str(code): {"capacity": int(n), "targets": int(n)} for code, n in counts.items()},
        "model": drawn["model_version"],
    }


def _regions(regions: str | Sequence[str] | None) -> list[str] | None:
    """Return sorted region codes, None for every region."""
    if regions is None or not len(regions):
        return None
    return sorted({parse_region(one) for one in ([regions] if isinstance(regions, str) else regions)})


def _campaign_id(stage: str, day: date, *drawn_with: object) -> str:
    """Name a campaign by stage, day and a hash of what else it was drawn with: same draw, same name."""
    return f"{stage}-{day}-{hashlib.sha256(repr(drawn_with).encode()).hexdigest()[:8]}"


def _warn_of_later_facts(as_of: Any, chosen: pd.Index[str], day: date) -> None:
    """Warn where features of eligible cases use facts that were not yet known on the day of the campaign."""
    if as_of is None:
        return
    days = as_of.reindex(chosen) if isinstance(as_of, pd.Series) else pd.Series(as_of, index=chosen)
    later = int((pd.to_datetime(days) > pd.Timestamp(day)).sum())
    if later:
        warnings.warn(
            f"{later} of {len(chosen)} eligible cases have features that use facts known after {day}; "
            f'make the frame with features(..., as_of="{day}", to="{day}") for a campaign of that day',
            stacklevel=4,
        )

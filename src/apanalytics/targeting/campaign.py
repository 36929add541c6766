"""One campaign: the cases that can be chosen, the list, and the register of every probability."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.errors import NothingToDo
from apanalytics.features import cases as cases_of
from apanalytics.risk import RiskModel
from apanalytics.risk.labels import one_day, one_stage
from apanalytics.tables import Tables
from apanalytics.targeting.asked import Asked
from apanalytics.targeting.asked import asked as checked
from apanalytics.targeting.candidates import candidates, rule_rarity, working_order
from apanalytics.targeting.choosing import Drawn, choose
from apanalytics.targeting.eligible import eligible
from apanalytics.targeting.listing import COLUMNS, listing, undue_share
from apanalytics.targeting.plan import Plan
from apanalytics.targeting.scoring import Ranker, Scores, scores_of, too_few_findings
from apanalytics.targeting.summary import summary

DRAWN = ["campaign_id", "channel", "selection_probability"]
"""Columns of the list that the draw decides."""
LOGGED_DECIMALS = 6
"""Scores and probabilities that agree so far are the same draw."""


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

    def in_place_of(self, cold_model: str | None) -> Campaign:
        """Return the campaign with, under ``cold_model``, why the model gave way; None where none did.

        Examples
        --------
        >>> drawn = Campaign(pd.DataFrame(), pd.DataFrame(), {"cold_model": None})
        >>> drawn.in_place_of("The model 1f knows 3 findings").summary
        {'cold_model': 'The model 1f knows 3 findings'}
        """
        if cold_model is None:
            return self
        return replace(self, summary=self.summary | {"cold_model": cold_model})


def target(
    model: Ranker,
    frame: pd.DataFrame,
    tables: Tables,
    on: str | date,
    capacity: int | None = None,
    random_share: float | None = None,
    seed: int = 0,
    regions: str | Sequence[str] | None = None,
    *,
    plan: Plan | None = None,
    min_precision: float | None = None,
    guarantee: str | None = None,
    release_share: float | None = None,
    precision_for_euros: float | None = None,
) -> pd.DataFrame:
    """List the cases to control on a day.

    Parameters
    ----------
    model : a fitted RiskModel, or ``"anomaly"`` while no control has closed; a model that knows too few
        findings ranks, with a warning.
    frame : features indexed by ``case_id``, best made with ``features(..., as_of=on)``; cases that cannot be
        chosen on that day (see `eligible`) serve as peers only.
    tables : the canonical tables the frame was made from.
    on : the day of the campaign; what was found later plays no part.
    capacity : number of cases that inspectors can control, 1 or more, in all departments together.
    random_share : share of them drawn at random, in (0, 1], a tenth where None; what makes precision and
        rates measurable.
    seed : seed of the draw.
    regions : region codes or names to choose in; None for all.
    plan : a control plan instead of a capacity (see ``read_plan``): places by department, what they are for,
        and what lapses first comes first.
    min_precision : rank by expected net euros under this least expected precision, in (0, 1), instead of by
        score; places that no case is worth stay empty.
    guarantee : ``average`` or ``campaigns``: say what can be promised of the list (see ``guarantee``).
    release_share : instead of a capacity, the share of the cases that may be accepted unchecked; the list is
        then all others, and a random sample of the released.
    precision_for_euros : share of the expected precision that the ranking may give up for more undue euros,
        0..1: the list ends among cases of nearly the same risk and very unequal amounts. None takes the
        default of the stage (see `PRECISION_FOR_EUROS`), 0 ranks by score alone; nothing is given without a
        calibrated risk, nor beside a minimum precision, a guarantee or a release.

    Returns
    -------
    One row per case to control, ``rank`` 1 first (with a plan: what must be decided first, so the order in
    which to open the files), with the columns of the contract's output. ``score``
    is log-odds and equals the sum of the contributions in ``reasons``; ``risk`` is missing for the anomaly
    score. `draw_campaign` gives, besides, the register of every eligible case with its probability.

    Raises
    ------
    NothingToDo : no eligible case in the frame on that day.
    ModelMismatch : the frame lacks a column of the model.
    InvalidArgument : not exactly one of capacity, plan and release share, or a value out of range.
    NotComputable : net euros are asked for and no calibrated risk or undue amount is known.

    Examples
    --------
    >>> import apanalytics as ap
    >>> tables = ap.read("data/synthetic")
    >>> frame = ap.features(tables, stage="payment", as_of="2021-09-15", to="2021-09-15", from_="2021-08-01")
    >>> targets = ap.target("anomaly", frame, tables, on="2021-09-15", capacity=5, seed=7)
    >>> targets["rank"].tolist(), bool(targets["selection_probability"].between(0, 1).all())
    ([1, 2, 3, 4, 5], True)
    """
    return draw_campaign(
        model,
        frame,
        tables,
        on,
        capacity,
        random_share,
        seed,
        regions,
        plan=plan,
        min_precision=min_precision,
        guarantee=guarantee,
        release_share=release_share,
        precision_for_euros=precision_for_euros,
    ).targets


def draw_campaign(
    model: Ranker,
    frame: pd.DataFrame,
    tables: Tables,
    on: str | date,
    capacity: int | None = None,
    random_share: float | None = None,
    seed: int = 0,
    regions: str | Sequence[str] | None = None,
    *,
    plan: Plan | None = None,
    min_precision: float | None = None,
    guarantee: str | None = None,
    release_share: float | None = None,
    precision_for_euros: float | None = None,
) -> Campaign:
    """Draw a campaign: the list, and besides it the register of every eligible case with its probability.

    Parameters and errors are those of `target`, whose list is ``targets`` here. Nothing is written: see
    ``apanalytics.targeting.write_list``.

    Returns
    -------
    A `Campaign`: ``targets`` (one row per case to control), ``selections`` (one row per case that could be
    chosen, with its probability in (0, 1]) and ``summary`` (what ``campaign.json`` says).

    Examples
    --------
    >>> import apanalytics as ap
    >>> tables = ap.read("data/synthetic")
    >>> frame = ap.features(tables, stage="payment", as_of="2021-09-15", to="2021-09-15", from_="2021-08-01")
    >>> campaign = ap.draw_campaign("anomaly", frame, tables, on="2021-09-15", capacity=5, seed=7)
    >>> len(campaign.targets), int(campaign.selections["listed"].sum())
    (5, 5)
    >>> campaign.summary["eligible"] == len(campaign.selections)
    True
    """
    day, stage = one_day(on, "on"), one_stage(str(frame.attrs.get("stage") or getattr(model, "stage", "")))
    asked = checked(
        day,
        capacity,
        random_share,
        seed,
        regions,
        plan,
        min_precision,
        guarantee,
        release_share,
        precision_for_euros,
    )
    scored, known = _scored_on(frame, tables, stage, day)
    choice = _choice(eligible(known, tables, stage, day), stage, day, asked)
    _warn_of_later_facts(frame.attrs.get("as_of"), choice.index, day)
    _warn_of_cold(model)
    scores = scores_of(model, scored, known)
    share = undue_share(tables, stage, day)
    cases = candidates(choice, scores, share, asked, tables, day)
    if asked.shares.rules:
        cases = cases.assign(rule_rarity=rule_rarity(scored.loc[cases.index], tables, stage, day))
    drawn = choose(cases, asked, day, stage)
    selections = _register(drawn, stage, day, asked, scores)
    listed = choice.loc[drawn.register.index[drawn.register["listed"]]]
    targets = listing(scores, scored, listed, share, stage)
    targets = targets.drop(columns=DRAWN).join(selections.set_index("case_id")[DRAWN], on="case_id")
    targets = _in_order(targets, drawn) if asked.plan else targets
    return Campaign(
        targets[list(COLUMNS)],
        selections,
        summary(targets, selections, cases, drawn, asked, model, tables),
    )


def _scored_on(
    frame: pd.DataFrame, tables: Tables, stage: str, day: date
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the features and the cases that were there on the day, same rows."""
    known = cases_of(tables, stage, to=day, as_of=day)
    scored = frame.loc[frame.index.intersection(known.index).sort_values()]
    scored.attrs = {"stage": stage}
    return scored, known.loc[scored.index]


def _register(drawn: Drawn, stage: str, day: date, asked: Asked, scores: Scores) -> pd.DataFrame:
    """Return the rows of ``selections``: every eligible case with its probability."""
    rows = drawn.register.assign(stage=stage, drawn_on=day, score=scores.score, model_version=scores.version)
    rows["campaign_id"] = _campaign_id(stage, day, asked, scores.version, _fingerprint(rows))
    return rows.rename_axis("case_id").reset_index()


def _in_order(targets: pd.DataFrame, drawn: Drawn) -> pd.DataFrame:
    """Rank a plan's list by deadline: the order in which to open the files."""
    rows = targets.set_index("case_id")
    rows = rows.loc[drawn.order[drawn.order.isin(rows.index)]]
    rows = rows.loc[working_order(rows)]
    return rows.assign(rank=range(1, len(rows) + 1)).reset_index()


def _choice(open_cases: pd.DataFrame, stage: str, day: date, asked: Asked) -> pd.DataFrame:
    """Keep the eligible cases where there are places; refuse an empty choice."""
    regions = asked.regions
    choice = open_cases if regions is None else open_cases[open_cases["region"].isin(regions)]
    if asked.plan is not None:
        with_places = [code for code, places in asked.places.items() if places]
        choice = choice[choice["department"].isin(with_places)]
    if choice.empty:
        raise NothingToDo(
            "No case can be chosen",
            where=f"stage {stage}, on {day}" + (f", regions {', '.join(regions)}" if regions else ""),
            why="A case can be chosen from its filing to its decision or payment, unless it was controlled.",
            todo="Check the day, the regions, and that the frame covers the cases filed just before it.",
        )
    return choice


def _campaign_id(stage: str, day: date, *drawn_with: object) -> str:
    """Name a campaign by stage, day and a hash of what it was drawn with and what came out.

    The same draw has the same name, and replaces itself in the register. A draw asked for in the same words
    once more data have arrived has another name: the register of a list already sent, and its logged
    probabilities, stay.
    """
    return f"{stage}-{day}-{hashlib.sha256(repr(drawn_with).encode()).hexdigest()[:8]}"


def _fingerprint(register: pd.DataFrame) -> str:
    """Return a hash of the cases of a register and what was logged of each, whatever their order."""
    rows = register.sort_index()
    told = hashlib.sha256()
    for texts in (rows.index, rows["channel"], rows["stratum"]):
        told.update("\n".join(texts.astype(str)).encode())
    for name in ("score", "selection_probability", "listed"):
        # rounded, so that the noise of another machine's arithmetic makes no other campaign; -0.0 is 0.0
        told.update((rows[name].to_numpy(dtype=np.float64).round(LOGGED_DECIMALS) + 0.0).tobytes())
    return told.hexdigest()


def _warn_of_cold(model: Ranker) -> None:
    """Warn where a model that knows too few findings ranks all the same."""
    if isinstance(model, RiskModel) and model.cold:
        warnings.warn(f'{too_few_findings(model)}: give "anomaly" in its place.', stacklevel=4)


def _warn_of_later_facts(as_of: Any, chosen: pd.Index[str], day: date) -> None:
    """Warn where features of eligible cases use facts that were not yet known on the day of the campaign."""
    if isinstance(as_of, dict):  # of a frame that comes from a file, only the first and the last day are left
        last, as_of = as_of.get("last"), getattr(as_of, "by_case", None)
        if as_of is None and last is not None and pd.Timestamp(last) > pd.Timestamp(day):
            warnings.warn(
                f"the frame comes from a file and has features as of days up to {last}: those of eligible "
                f"cases may use facts known after {day}; "
                f'make it with features(..., as_of="{day}", to="{day}")',
                stacklevel=5,
            )
    if as_of is None:
        return
    days = as_of.reindex(chosen) if isinstance(as_of, pd.Series) else pd.Series(as_of, index=chosen)
    later = int((pd.to_datetime(days) > pd.Timestamp(day)).sum())
    if later:
        warnings.warn(
            f"{later} of {len(chosen)} eligible cases have features that use facts known after {day}; "
            f'make the frame with features(..., as_of="{day}", to="{day}") for a campaign of that day',
            stacklevel=5,
        )

"""`apanalytics train`: learn the risk model from what controls had found by a day."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from apanalytics.commands.console import JsonOption, SeedOption, command, give, say
from apanalytics.errors import NothingToDo
from apanalytics.features import cases, features
from apanalytics.risk import (
    Past,
    RiskModel,
    Surrogate,
    UndueShare,
    earlier_scores,
    labelled,
    outcomes,
    two_rates,
    undue_shares,
)
from apanalytics.risk.card import model_card, refuse_banned
from apanalytics.risk.columns import Matrix
from apanalytics.risk.labels import (
    FEWEST_FINDINGS,
    LARGEST_MODEL_SEED,
    one_day,
    one_seed,
    one_stage,
    refuse_cold_start,
)
from apanalytics.risk.surrogate import FEWEST_ROWS
from apanalytics.tables import Tables, read


@command
def train(
    data: Annotated[Path, typer.Argument(help="Folder of the canonical tables.")],
    model: Annotated[Path, typer.Argument(help="Folder to write the model to.")],
    stage: Annotated[str, typer.Option(help="authorisation or payment.")],
    until: Annotated[str, typer.Option(help="Last day of closing of the controls to learn from.")],
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Fit the risk model on what was known at a day, and save it with its card.

    Only cases with the outcome of a control count: a case never controlled is unknown, not compliant.

    Example: apanalytics train data/synthetic models/payment --stage payment --until 2021-06-30
    """
    one_seed(seed, "--seed", LARGEST_MODEL_SEED)
    tables = read(data)
    day = one_day(until, "--until")
    known = outcomes(tables, one_stage(stage, "--stage"), day)
    refuse_cold_start(known, until)
    say(f"{len(known)} outcomes known on {until}; computing features")
    past = Past(features(tables, stage, to=day), cases(tables, stage, to=day))
    fitted, learnt = _fit(tables, known, stage, past, seed)
    own = fitted.decision_function(past.frame)
    surrogate = _readable(fitted, past, own, seed)
    filed = pd.to_datetime(learnt["filed_on"]).dt.date
    card = model_card(
        fitted,
        until=until,
        known=known.loc[learnt.index],
        filed=(str(filed.min()), str(filed.max())),
        data=tables.fingerprint(),
        rates=_rates(fitted, past, own),
        surrogate=surrogate,
        undue=UndueShare.learn(known, past.cases) if known["nonconforming"].any() else None,
    )
    fitted.save(model, card, surrogate)
    give(card | {"folder": str(model)}, as_json, _told(card, model))


def _fit(
    tables: Tables, known: pd.DataFrame, stage: str, past: Past, seed: int
) -> tuple[RiskModel, pd.DataFrame]:
    """Fit on the cases with an outcome; return the model and those cases."""
    X, y, w = labelled(past.frame, known)
    if X.empty:
        raise NothingToDo(
            "None of the controlled cases is in the data",
            where=str(tables.folder),
            todo="Check that controls.case_id names requests (authorisation) or claims (payment).",
        )
    refuse_banned(X)
    learnt = past.cases.loc[X.index]
    say(f"Learning from {len(X)} cases and {X.shape[1]} features")
    model = RiskModel(stage=stage, random_state=seed)
    model.fit(X, y, sample_weight=w, groups=learnt["siren"], past=past)
    shares = undue_shares(known, learnt)
    return model.fit_amounts(X.loc[shares.index], shares, groups=learnt["siren"].loc[shares.index]), learnt


def _readable(model: RiskModel, past: Past, own: Matrix, seed: int) -> Surrogate | None:
    """Fit the readable score card on the model's scores of every case; None on too few."""
    if len(past.frame) < FEWEST_ROWS:
        return None
    say("Writing the score card that imitates the model")
    return Surrogate.fit(model.columns_, past.frame, own, seed)


def _rates(model: RiskModel, past: Past, own: Matrix) -> dict[str, Any] | None:
    """Return the two rates to expect of every case filed by the day; None where no risk is calibrated."""
    if model.calibrator_.method == "none":
        return None
    scores = model.blend(own, earlier_scores(own, past.cases))
    return two_rates(model.calibrator_.probability(scores))


def _told(card: dict[str, Any], folder: Path) -> str:
    """Say in plain words what was learnt."""
    counts = card["outcomes"]
    auc = card["figures"].get("auc")
    quality = f"; out-of-fold AUC {auc:.3f}" if auc is not None else "; too few outcomes to calibrate"
    if card["cold_start"]:
        quality += f"; fewer than {FEWEST_FINDINGS} findings: cases are ranked by the anomaly score"
    return (
        f"Learnt from {counts['total']} outcomes, {counts['nonconforming']} non-conforming{quality}.\n"
        f"Model {card['model']} saved in {folder}; its card is {folder / 'carte_modele.md'}."
    )

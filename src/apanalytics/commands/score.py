"""`apanalytics score`: score every case filed in a window."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from apanalytics.commands.console import JsonOption, command, give, progress, say
from apanalytics.errors import ModelMismatch, NotComputable, NothingToDo
from apanalytics.features import Window, cases, check_engine, features, step_count, window, write_features
from apanalytics.risk import LOOK_BACK_DAYS, RiskModel, score_parquet
from apanalytics.risk.labels import one_stage
from apanalytics.tables import Tables, read
from apanalytics.targeting import read_model, score_all, write_targets
from apanalytics.targeting.scoring import Ranker


@command
def score(
    data: Annotated[str, typer.Argument(help="Folder of the canonical tables.")],
    model: Annotated[str, typer.Argument(help="A model folder, or the word `anomaly`.")],
    out: Annotated[str, typer.Argument(help="Parquet file to write.")],
    stage: Annotated[str, typer.Option(help="authorisation or payment.")],
    from_: Annotated[str | None, typer.Option("--from", help="First day of filing.")] = None,
    to: Annotated[str | None, typer.Option(help="Last day of filing.")] = None,
    engine: Annotated[str, typer.Option(help="duckdb, or spark where one machine is too small.")] = "duckdb",
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="SIZE", help="Score in batches within this memory, as 2GB."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score every case filed in the window: the columns of the list for all cases, without capacity.

    Example: apanalytics score data/synthetic models/payment scores.parquet --stage payment --from 2021-07-01

    By a model a case has one score whatever the window: the cases that its establishment filed in the two
    years before are scored too, as `target` does, and blended in. The anomaly compares those of the window.

    Spark writes a folder of stage, case_id, as_of, score, risk, risk_low and risk_high, by region and month;
    with --memory one machine writes case_id, score, risk and its bounds, for millions of cases. Both score
    each case by itself: without blending in the establishment's earlier scores, so that scores differ from
    those above, and without the reasons, which `target` gives for the cases on a list.
    """
    if check_engine(engine) == "spark":
        count = _on_spark(data, model, out, one_stage(stage, "--stage"), window(from_, to))
        give({"stage": stage, "cases": count, "file": out}, as_json, f"{count} cases scored in {out}.")
        return
    if memory is not None:
        count = _in_batches(data, model, out, one_stage(stage, "--stage"), window(from_, to), memory)
        give({"stage": stage, "cases": count, "file": out}, as_json, f"{count} cases scored in {out}.")
        return
    table = _all_at_once(read(data), read_model(model, say), one_stage(stage, "--stage"), from_, to)
    write_targets(table, Path(out))
    give(
        {"stage": stage, "cases": len(table), "file": out},
        as_json,
        f"{len(table)} cases scored in {out}.",
    )


def _all_at_once(
    tables: Tables, ranker: Ranker, stage: str, from_: str | None, to: str | None
) -> pd.DataFrame:
    """Score the cases of the window, with those before it that a model blends in."""
    chosen = cases(tables, stage, from_=from_, to=to)
    if chosen.empty:
        raise NothingToDo(
            "No case was filed in this window",
            where=f"stage {stage}, from {from_ or 'the first'} to {to or 'the last'}",
            todo="Widen --from and --to.",
        )
    say(f"Scoring {len(chosen)} cases")
    if not isinstance(ranker, RiskModel):  # the peers of the anomaly are those of the window
        return score_all(ranker, features(tables, stage, from_=from_, to=to), tables, chosen, to)
    first = _earliest(window(from_, to).from_)
    frame, known = features(tables, stage, from_=first, to=to), cases(tables, stage, from_=first, to=to)
    return score_all(ranker, frame, tables, known, ranker.card_.get("until"), chosen.index)


def _earliest(first: date | None) -> date | None:
    """Return the day from which earlier cases count for those filed from `first` on; None for any."""
    return None if first is None else date.fromordinal(max(1, first.toordinal() - LOOK_BACK_DAYS))


def _in_batches(data: str, model: str, out: str, stage: str, asked: Window, memory: str) -> int:
    """Write the features beside the result, and score them batch by batch."""
    tables, loaded = read(data), _of_stage(model, stage)
    Path(out).absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=Path(out).absolute().parent) as place:
        file = f"{place}/features.parquet"
        with progress("features", step_count(tables, stage)) as done:
            rows = write_features(tables, stage, file, asked, memory=memory, done=done)
        say(f"Scoring {rows} cases in batches")
        return score_parquet(loaded, file, out)


def _of_stage(model: str, stage: str) -> RiskModel:
    loaded = RiskModel.load(model)
    if loaded.stage != stage:
        raise ModelMismatch(
            "The model was not fitted for this stage",
            where="--stage",
            value=stage,
            todo="Give its own stage.",
        )
    if loaded.cold:
        raise NotComputable(
            "The model knows too few findings to score cases one by one",
            where=model,
            todo="Leave --memory and --engine out: the anomaly, which compares all cases, then ranks them.",
        )
    return loaded


def _on_spark(data: str, model: str, out: str, stage: str, asked: Window) -> int:
    from apanalytics.features.spark import open_session
    from apanalytics.risk.on_spark import write_scores_on_spark

    _of_stage(model, stage)
    return write_scores_on_spark(open_session(), data, model, out, asked)

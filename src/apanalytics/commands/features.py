"""`apanalytics features`: what was known about each case on the day it is looked at, as Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from apanalytics.commands.console import JsonOption, command, give, progress
from apanalytics.errors import InvalidArgument
from apanalytics.features import Window, check_engine, step_count, window, write_dataset, write_features
from apanalytics.features.dataset import MANIFEST
from apanalytics.features.memory import engine_share
from apanalytics.features.registry import chosen
from apanalytics.features.steps import check_stage, steps
from apanalytics.tables import read


@command
def features(
    data: Annotated[str, typer.Argument(metavar="DATA", help="Folder of the canonical tables.")],
    out: Annotated[str, typer.Argument(metavar="OUT.parquet", help="File to write, or `FOLDER/` to keep.")],
    stage: Annotated[str, typer.Option("--stage", help="authorisation (requests) or payment (claims).")],
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First filing day, inclusive.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last filing day, inclusive.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Look at every case on this day.")
    ] = None,
    lag_days: Annotated[
        int | None,
        typer.Option("--lag-days", help="Look at a case this many days after filing (15), or when decided."),
    ] = None,
    engine: Annotated[
        str,
        typer.Option("--engine", metavar="ENGINE", help="duckdb, or spark where one machine is too small."),
    ] = "duckdb",
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="NAMES", help="Features wanted, as hours,employees; all by default."),
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="SIZE", help="Memory of the whole process (1.3GB); above it, disk."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compute the features of every case filed in the window, each as known on the day it is looked at.

    \b
    Example:
        apanalytics features data/synthetic features.parquet --stage payment --from 2021-03-01 --to 2021-03-31
        apanalytics features data/synthetic some.parquet --stage payment --only hours,employees
        apanalytics features data/synthetic features/ --stage payment
        apanalytics features s3a://lake/canonical s3a://lake/features --stage payment --engine spark

    OUT.parquet has a row per case: stage, case_id, as_of, then one column per feature
    (docs/reference/features.md). OUT with a slash at its end is a folder of such files, one per region and
    month of filing; run again, it computes only those whose inputs changed. Spark always writes a folder,
    and takes the addresses of its storages (docs/how-to/spark-cluster.md).
    """
    if as_of is not None and lag_days is not None:
        raise InvalidArgument(
            "--as-of and --lag-days exclude each other",
            todo="One day for all cases, or a lag after each filing.",
        )
    asked = window(from_, to, as_of, lag_days)
    names = None if only is None else [name.strip() for name in only.split(",")]
    chosen(check_stage(stage), names)
    run = _on_spark if check_engine(engine) == "spark" else _on_duckdb
    result = run(data, stage, out, asked, names, memory)
    anew = f", {result['computed']} of {result['partitions']} files anew" if "computed" in result else ""
    give({"out": out, "stage": stage, **result}, json, f"{result['cases']} cases written to {out}{anew}")


def _on_duckdb(
    data: str, stage: str, out: str, asked: Window, only: list[str] | None, memory: str | None
) -> dict[str, Any]:
    tables, share = read(data), engine_share(memory)
    with progress("features", step_count(tables, stage, asked, only=only, memory=share)) as done:
        if out.endswith("/") or (Path(out) / MANIFEST).exists():
            return vars(write_dataset(tables, stage, out, asked, only=only, memory=share, done=done))
        return {"cases": write_features(tables, stage, out, asked, only=only, memory=share, done=done)}


def _on_spark(
    data: str, stage: str, out: str, asked: Window, only: list[str] | None, memory: str | None
) -> dict[str, Any]:
    from apanalytics.features.spark import open_session, write_features_on_spark

    session = open_session(memory)
    with progress("features", len(steps(stage))) as done:
        return {"cases": write_features_on_spark(session, data, stage, out, asked, only=only, done=done)}

"""`apanalytics features`: what was known about each case on the day it is looked at, as one Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give, progress
from apanalytics.errors import InvalidArgument
from apanalytics.features import step_count, window, write_features
from apanalytics.tables import read


@command
def features(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Folder of the canonical tables.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.parquet", help="File to write.")],
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
    memory: Annotated[
        str | None, typer.Option("--memory", metavar="SIZE", help="Memory before spilling to disk, as 2GB.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Compute the features of every case filed in the window, each as known on the day it is looked at.

    \b
    Example:
        apanalytics features data/synthetic features.parquet --stage payment --from 2021-03-01 --to 2021-03-31

    The file has a row per case: stage, case_id, as_of, then one column per feature
    (docs/reference/features.md).
    """
    if as_of is not None and lag_days is not None:
        raise InvalidArgument(
            "--as-of and --lag-days exclude each other",
            todo="One day for all cases, or a lag after each filing.",
        )
    asked = window(from_, to, as_of, lag_days)
    tables = read(data)
    with progress("features", step_count(tables, stage)) as done:
        rows = write_features(tables, stage, out, asked, memory=memory, done=done)
    give({"out": str(out), "stage": stage, "cases": rows}, json, f"{rows} cases written to {out}")

"""`apanalytics prepare`: what reports need, kept up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give, say

ModelsOption = Annotated[
    list[Path] | None,
    typer.Option("--model", help="Folder of a saved model; repeat for the other stage.", file_okay=False),
]


@command
def prepare(
    data: Annotated[Path, typer.Argument(help="Folder of the canonical tables.", metavar="DATA")],
    model: ModelsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute features, criteria and scores for the reports, under DATA/derived.

    Only what is missing or stale is computed; a run that is killed leaves the previous version.

    \b
    Example:
      apanalytics prepare data/synthetic
      apanalytics prepare DATA --model models/payment --model models/authorisation
    """
    from apanalytics.prepare import open_derived
    from apanalytics.prepare import prepare as run

    folder = run(data, model or (), step=say)
    parts = {name: str(path) for name, path in sorted(open_derived(data).parts.items())}
    give({"folder": str(folder), "parts": parts}, as_json, f"Up to date: {folder}")

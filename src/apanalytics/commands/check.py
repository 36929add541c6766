"""The command `check`: a data folder against the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give
from apanalytics.tables import read, validate


@command
def check(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Data folder of canonical tables.")],
    as_json: JsonOption = False,
) -> None:
    """Check a data folder against the contract; exit status 1 if a row or a column is refused.

    For each table: the rows, the rows that break a rule, and the rows that are kept but flagged.

    \b
    Example:
      apanalytics check data/2021-09
    """
    result = validate(read(data))
    give(result.json(), as_json, result.text())
    if not result.ok:
        raise typer.Exit(1)

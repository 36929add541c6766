"""`apanalytics returns`: what inspectors sent back, into the controls."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from apanalytics.commands.console import JsonOption, command, give, say
from apanalytics.errors import InvalidArgument
from apanalytics.risk.labels import one_day
from apanalytics.tables import read
from apanalytics.targeting import follow_up, merge_returns, write_follow_up


@command
def returns(
    data: Annotated[Path, typer.Argument(help="Data folder whose campaign the forms belong to.")],
    forms: Annotated[Path, typer.Argument(help="A return form (XLSX or CSV), or a folder of them.")],
    suites: Annotated[
        Path | None, typer.Option(help="CSV to write: cases that call for recovery or a sanction.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="For --suites: controls closed by this day; today.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Read the return forms of a campaign, check them against it, and add them to DATA's controls.

    A line that cannot be right is refused and told; the others are taken. A form may be sent again: what is
    told anew replaces what was told before.

    Example: apanalytics returns data/synthetic lists/september/returns --suites dossiers_a_suites.csv
    """
    if on is not None and suites is None:
        raise InvalidArgument(
            "--on is of the cases that call for something", where="--on", value=on, todo="Give --suites too."
        )
    day = one_day(on, "--on") if on else date.today()
    merged = merge_returns(data, forms)
    for line in merged.refused.to_dict("records"):
        say(f"refused: {line['file']}, line {line['line']}, {line['case_id']}: {line['reason']}")
    result: dict[str, Any] = merged.json()
    text = (
        f"{merged.added} controls added, {merged.updated} updated, {merged.unchanged} as before; "
        f"{merged.empty} lines not filled in, {len(merged.refused)} refused."
    )
    if merged.ignored:
        text += f"\nColumns not read: {', '.join(merged.ignored)}."
    if suites is not None:
        cases = follow_up(read(data), day)
        write_follow_up(cases, suites)
        result |= {"follow_up": len(cases), "suites": str(suites)}
        text += f"\n{len(cases)} cases call for something, in {suites}."
    give(result, as_json, text)

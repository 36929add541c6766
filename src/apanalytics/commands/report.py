"""`apanalytics report`: regional reports by papermill."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give, say
from apanalytics.commands.prepare import ModelsOption


@command
def report(
    data: Annotated[Path, typer.Argument(help="Folder of the canonical tables.", metavar="DATA")],
    out: Annotated[Path, typer.Argument(help="Folder of the reports.", metavar="OUT")],
    month: Annotated[str, typer.Option("--month", help="Month of filing, YYYY-MM.", metavar="MONTH")],
    region: Annotated[
        list[str] | None, typer.Option("--region", help="INSEE region code, such as 32; repeat for more.")
    ] = None,
    every_region: Annotated[bool, typer.Option("--all", help="Every region that the data hold.")] = False,
    model: ModelsOption = None,
    jobs: Annotated[int, typer.Option("--jobs", help="Reports made at the same time.", min=1)] = 1,
    as_json: JsonOption = False,
) -> None:
    """Write the regional reports of a month: French, self-contained web pages.

    OUT gets one folder per region, index.html and manifest.json. A second call makes only what is missing
    or stale. A report that fails leaves the previous one in place, does not stop the others, and ends the
    command with status 1.

    \b
    Example:
      apanalytics report data/synthetic reports --region 32 --month 2021-09
      apanalytics report DATA OUT --all --month 2021-09 --model models/payment --jobs 2
    """
    from apanalytics.reports import report as run

    if bool(region) == every_region:
        raise typer.BadParameter("give either --region, once or more, or --all")
    result = run(data, out, region or (), month, model or (), every_region=every_region, jobs=jobs, step=say)
    give(result.as_json(), as_json, "\n".join(str(path) for path in result.files))
    for entry in result.failed:
        say(f"{entry.region} {entry.month} failed. {entry.error}")
    if result.failed:
        raise typer.Exit(1)

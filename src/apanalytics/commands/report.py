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
    every_region: Annotated[
        bool, typer.Option("--all", help="Every region that the data hold, and the national synthesis.")
    ] = False,
    model: ModelsOption = None,
    plan: Annotated[
        list[Path] | None, typer.Option("--plan", help="Control plan of a region (YAML); repeat for more.")
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Aggregates for everybody, with statistical secrecy.")
    ] = False,
    formats: Annotated[str, typer.Option("--format", help="html, or html,pdf.")] = "html",
    jobs: Annotated[int, typer.Option("--jobs", help="Reports made at the same time.", min=1)] = 1,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds that one report may take.")] = 900,
    memory: Annotated[str, typer.Option("--memory", help="Memory that one report may take.")] = "4GB",
    keep: Annotated[int, typer.Option("--keep", help="Earlier versions of each report to keep.", min=0)] = 3,
    as_json: JsonOption = False,
) -> None:
    """Write the regional reports of a month: French, self-contained web pages, and PDF on request.

    OUT gets one folder per region, index.html and manifest.json. A second call makes only what is missing
    or stale. A report that fails leaves the previous one in place, does not stop the others, and ends the
    command with status 1.

    \b
    Example:
      apanalytics report data/synthetic reports --region 32 --month 2021-09
      apanalytics report DATA OUT --all --month 2021-09 --model models/payment --jobs 2 --format html,pdf
      apanalytics report DATA OUT --all --month 2021-09 --public
    """
    from apanalytics.reports import report as run
    from apanalytics.reports.processes import parse_size
    from apanalytics.reports.run import Limits

    if bool(region) == every_region:
        raise typer.BadParameter("give either --region, once or more, or --all")
    result = run(
        data,
        out,
        region or (),
        month,
        model or (),
        every_region=every_region,
        plans=plan or (),
        public=public,
        formats=formats,
        jobs=jobs,
        limits=Limits(timeout, parse_size(memory)),
        keep=keep,
        step=say,
    )
    give(result.as_json(), as_json, "\n".join(str(path) for path in result.files))
    for entry in result.failed:
        say(f"{entry.region} {entry.month} failed. {entry.error}")
    if result.failed:
        raise typer.Exit(1)

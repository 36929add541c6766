"""`apanalytics synth`: draw a synthetic country."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics import synthetic
from apanalytics.commands.console import JsonOption, SeedOption, command, give, progress, say


@command
def synth(
    out: Annotated[Path, typer.Argument(help="Folder to write; an earlier draw there is replaced.")],
    requests: Annotated[int, typer.Option(help="Requests filed in the whole country.")] = 20_000,
    seed: SeedOption = 0,
    regions: Annotated[
        str | None,
        typer.Option(help="Region codes to keep, joined by commas (32,11); the draw stays national."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(help="First month of filing, YYYY-MM, from 2019-01.", show_default="2020-03 in base"),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(help="Last month of filing, YYYY-MM, to 2023-12.", show_default="2021-12 in base"),
    ] = None,
    scenario: Annotated[
        str,
        typer.Option(help=f"{', '.join(synthetic.scenarios())}; or a YAML file that extends one of them."),
    ] = "base",
    layout: Annotated[
        str,
        typer.Option(
            help="canonical tables, or extracts: SI APART, SIRENE, DSN, URSSAF, GIP-MDS; the rest as tables."
        ),
    ] = "canonical",
    lines: Annotated[
        bool, typer.Option("--lines/--no-lines", help="Write nominative lines of claims and payroll.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Draw a synthetic country: firms, payroll, requests, claims, controls and the truth.

    Every number depends on the seed and on what it is drawn for alone: a region has the same rows whether
    it is drawn by itself or with the country, and the same seed gives the same files. No firm and no person
    is real.

    Example: apanalytics synth country --requests 20000 --seed 1 --regions 32,94
    """
    with progress("Drawing", synthetic.TICKS) as step:
        drawn = synthetic.synth(
            out,
            requests=requests,
            seed=seed,
            regions=None if regions is None else [code.strip() for code in regions.split(",")],
            start=start,
            end=end,
            scenario=scenario,
            layout=layout,
            lines=lines,
            step=step,
        )
    if not drawn.rows["requests"]:
        say(f"No request fell in these regions out of {drawn.national_requests}: give a larger --requests.")
    text = "\n".join(f"{table:16} {rows:>10,}" for table, rows in drawn.rows.items())
    rates = "\n".join(f"{what:24} {_share(rate):>8}" for what, rate in drawn.rates.items())
    result = {
        "folder": str(drawn.folder),
        "national_requests": drawn.national_requests,
        "tables": drawn.rows,
        "rates": drawn.rates,
    }
    give(result, as_json, f"{text}\n\nNon-conforming:\n{rates}\n\nWritten to {drawn.folder}.")


def _share(rate: float | None) -> str:
    """Return a share in words: there is none where nothing could be counted."""
    return "none" if rate is None else f"{rate:.1%}"

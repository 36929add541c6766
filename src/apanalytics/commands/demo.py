"""`apanalytics demo`: the main job on a small synthetic country, each step shown as the command to type."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, SeedOption, command, give, say
from apanalytics.errors import ApanalyticsError

REGION, MONTH = "32", "2021-05"
LEARN_UNTIL, LIST_ON = "2021-04-30", "2021-05-12"


@command
def demo(
    out: Annotated[Path, typer.Argument(help="Folder to write to.", metavar="[OUT]")] = Path("reports/demo"),
    requests: Annotated[
        int, typer.Option(help="Size of the country: requests filed, all regions.")
    ] = 100_000,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Run the main job from end to end on a small synthetic country, and print where the report is.

    Each step is shown as the command that you would type on your own data. Takes about a minute.

    \b
    Example:
      apanalytics demo
      apanalytics demo my-demo --requests 50000 --seed 3
    """
    started = time.monotonic()
    for title, arguments in _steps(out, requests, seed):
        _run(title, arguments)
    page = next(iter(sorted((out / "report" / REGION).glob("*.html"))))
    done = {"report": str(page), "list": str(out / "list" / "targets.xlsx"), "data": str(out / "country")}
    seconds = round(time.monotonic() - started)
    text = (
        f"\nDone in {seconds} s.\n  regional report (Hauts-de-France, {MONTH}): {page.resolve()}\n"
        f"  list for the inspectors: {done['list']}\n  the data behind both: {done['data']}"
    )
    give(done | {"seconds": seconds}, as_json, text)


def _steps(out: Path, requests: int, seed: int) -> list[tuple[str, list[str]]]:
    """Return title and arguments of each command, in order."""
    country, extracts, ingested = str(out / "country"), str(out / "extracts"), str(out / "ingested")
    model, targets = str(out / "model"), str(out / "list")
    size = ["--requests", str(requests), "--seed", str(seed), "--regions", REGION]
    payment = ["--stage", "payment"]
    return [
        ("Draw a synthetic country, and keep Hauts-de-France", ["synth", country, *size]),
        (
            "Write the same country in the layouts of the real extracts",
            ["synth", extracts, *size, "--layout", "extracts", "--no-lines"],
        ),
        (
            "Read those extracts as one reads real ones",
            ["ingest", ingested, "--apart", f"{extracts}/apart", "--sirene", f"{extracts}/sirene"],
        ),
        ("Check the country against the contract", ["check", country]),
        (
            "Learn from the controls closed so far",
            ["train", country, model, *payment, "--until", LEARN_UNTIL],
        ),
        (
            "Draw the list of a campaign in Hauts-de-France",
            [
                "target",
                country,
                model,
                targets,
                *payment,
                "--on",
                LIST_ON,
                "--capacity",
                "40",
                "--region",
                REGION,
            ],
        ),
        (
            "Measure that list against the truth, which only a synthetic country holds",
            ["evaluate", country, targets, *payment, "--truth"],
        ),
        (
            "Render the regional report",
            ["report", country, str(out / "report"), "--region", REGION, "--month", MONTH, "--model", model],
        ),
    ]


def _run(title: str, arguments: list[str]) -> None:
    """Show one command and run it in a process of its own; its output goes to standard error."""
    say(f"\n# {title}\n$ apanalytics {shlex.join(arguments)}")
    result = subprocess.run([sys.executable, "-m", "apanalytics", *arguments], stdout=sys.stderr, check=False)
    if result.returncode:
        raise ApanalyticsError(
            "A step of the demonstration failed",
            where=f"apanalytics {arguments[0]}",
            todo="The message above says why; the same command can be run by hand.",
        )

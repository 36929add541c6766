"""What every command shares: where results, diagnostics and progress go, and how a failure ends."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from apanalytics.errors import ApanalyticsError

P = ParamSpec("P")

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print a machine-readable result on standard output.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of every random number drawn.")]

diagnostics = Console(stderr=True, highlight=False)
"""Progress and messages: always standard error, so that `--json` stays pure."""

SECONDS_BETWEEN_LINES = 5.0
"""Shortest time between two lines of progress off a terminal; the last step is always said."""


def say(message: str) -> None:
    """Print one plain line of progress on standard error."""
    diagnostics.print(message, markup=False, soft_wrap=True)


def give(result: Any, as_json: bool, text: str | None = None) -> None:
    """Print a command's result on standard output: JSON where asked, else `text`."""
    if as_json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2, default=str) + "\n")
    elif text is not None:
        sys.stdout.write(text.rstrip("\n") + "\n")


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[str], None]]:
    """Yield a function to call after each of `total` steps: a bar on a terminal, else a line now and then."""
    if not diagnostics.is_terminal:
        done, said = 0, time.monotonic()

        def line(_step: str) -> None:
            nonlocal done, said
            done += 1
            if done == total or time.monotonic() - said >= SECONDS_BETWEEN_LINES:
                said = time.monotonic()
                say(f"{title}: {done} of {total} steps done")

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=diagnostics, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda step: bar.update(task, advance=1, description=f"{title}: {step}")


def command(function: Callable[P, None]) -> Callable[P, None]:
    """Turn an error that the user can act upon into a message and exit status 1, without a traceback."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except ApanalyticsError as error:
            diagnostics.print(f"{type(error).__name__}: {error}", style="red", markup=False, soft_wrap=True)
            raise typer.Exit(1) from None
        except OSError as error:
            diagnostics.print(_os_message(error), style="red", markup=False, soft_wrap=True)
            raise typer.Exit(1) from None

    return run


def _os_message(error: OSError) -> str:
    """Say which place the system refused, why, and what to do."""
    place = error.filename2 or error.filename
    reasons = {FileNotFoundError: "File not found", PermissionError: "Not allowed"}
    reason = reasons.get(type(error), error.strerror or str(error))
    if not place:
        return f"{type(error).__name__}: {error}"
    return f"{reason}: {place}\nCheck the path, and that you may read or write there."

"""The command line, as a table of contents."""

from __future__ import annotations

import typer

app = typer.Typer(
    name="apanalytics",
    help="From the extracts of short-time work (activité partielle) to the control list and the regional report.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@app.callback()
def _root() -> None:
    """Hold the sub-commands even while there is one only."""


def main() -> None:
    """Run the command line."""
    app()

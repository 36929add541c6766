"""`apanalytics journal`: the checks of the explorer's journal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give

journal_app = typer.Typer(
    name="journal",
    help="Check the journal of the explorer.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@journal_app.callback()
def _root() -> None:
    pass


@journal_app.command()
@command
def verify(
    state: Annotated[Path, typer.Argument(help="State folder of the explorer.", metavar="STATE")],
    key_file: Annotated[
        Path | None, typer.Option(help="Key of the journal; else APANALYTICS_JOURNAL_KEY or the usual place.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check that no line of the journal was changed, moved or removed. Exit status 1 where one was.

    \b
    Example:
      apanalytics journal verify /var/lib/apanalytics
    """
    from apanalytics.explorer import Journal

    found = Journal(state, key_file).verify()
    text = f"{found.entries} entries, " + (
        "none changed or missing." if found.ok else f"then: {found.fault}."
    )
    give({"ok": found.ok, "entries": found.entries, "fault": found.fault}, as_json, text)
    if not found.ok:
        raise typer.Exit(1)

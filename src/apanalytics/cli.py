"""The command line, as a table of contents. A command's module is imported when the command is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

CONTENTS = {
    "demo": "Run the main job from end to end on a small synthetic country.",
    "synth": "Draw a synthetic country: firms, payroll, requests, claims, controls, truth.",
    "ingest": "Read real extracts into a data folder of canonical tables.",
    "check": "Check a data folder against the contract.",
    "features": "Compute what was known about each case on the day it is looked at.",
    "train": "Fit the risk model on what controls had found by a day.",
    "score": "Score every case filed in a window.",
    "target": "Draw the list of one campaign, with reasons in French.",
    "returns": "Read what inspectors sent back into the controls.",
    "evaluate": "Measure the precision of a list, with intervals.",
    "backtest": "Replay campaigns month by month, beside chance, rules and the ceiling.",
    "prepare": "Compute what reports need, kept up to date beside the data.",
    "report": "Write the regional reports of a month.",
    "explore": "Serve the filter tool in a browser: tick boxes, get the list.",
    "journal": "Check the journal of the explorer.",
    "schedule": "The monthly chain as systemd units or a crontab line, and one run of it.",
    "law": "Dated rates, pay, hours and deadlines, with their sources.",
}
"""Each command in the order of the work, and what it does."""

GROUPS = ("journal", "law", "schedule")
"""Those that have commands of their own."""


class Contents(TyperGroup):
    """The commands by name, loaded one at a time: `--help` and `law` answer without loading the learners."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order of the work."""
        return list(CONTENTS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import one command; None where there is none of that name."""
        if cmd_name not in CONTENTS:
            return None
        module = import_module(f"apanalytics.commands.{cmd_name}")
        if cmd_name in GROUPS:
            return typer.main.get_command(getattr(module, f"{cmd_name}_app"))
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name=cmd_name)(getattr(module, cmd_name))
        return typer.main.get_command(alone)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the table of contents."""
        with formatter.section("Commands, in the order of the work"):
            formatter.write_dl(list(CONTENTS.items()))


app = typer.Typer(
    name="apanalytics",
    cls=Contents,
    help="From the extracts of short-time work (activité partielle) to the control list and the regional "
    "report.\n\nStart with `apanalytics demo`; `apanalytics COMMAND --help` has an example of each.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _root() -> None:
    pass


def main() -> None:
    """Run the command line."""
    app()

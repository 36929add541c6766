"""`apanalytics schedule`: the scheduled chain as units or a crontab line, and one run of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from apanalytics.commands.console import JsonOption, command, give, say
from apanalytics.errors import InvalidArgument

SettingsArgument = Annotated[Path, typer.Argument(help="Settings of the chain (YAML).", metavar="SETTINGS")]

schedule_app = typer.Typer(
    help="The scheduled chain: ingest, check, train when due, target, report.\n\n"
    "Example: apanalytics schedule print --systemd /etc/apanalytics/schedule.yaml",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@schedule_app.command("print")
@command
def print_units(
    settings: SettingsArgument,
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and a timer.")] = False,
    cron: Annotated[bool, typer.Option("--cron", help="A line for a crontab.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Print what runs the chain every month; the settings are checked first.

    \b
    Example:
      apanalytics schedule print --systemd /etc/apanalytics/schedule.yaml
      apanalytics schedule print --cron /etc/apanalytics/schedule.yaml | crontab -
    """
    from apanalytics.schedule import cron_line, read_settings, service, timer
    from apanalytics.schedule.units import SERVICE, TIMER

    if systemd == cron:
        raise typer.BadParameter("give either --systemd or --cron")
    chain = read_settings(settings)
    units = {"cron": cron_line(chain)} if cron else {SERVICE: service(chain), TIMER: timer(chain)}
    head = "" if cron else "# /etc/systemd/system/{}\n"
    give(units, as_json, "\n".join(head.format(name) + text for name, text in units.items()))


@schedule_app.command("run")
@command
def run(
    settings: SettingsArgument,
    on: Annotated[str | None, typer.Option("--on", help="Day of the run; today by default.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the chain once; stale or refused data leave everything as it was, with status 1.

    status.json, in the root folder, says after each step how far it is: state is running, done, warning
    (a step that may fail did), refused or failed.

    \b
    Example:
      apanalytics schedule run /etc/apanalytics/schedule.yaml
    """
    from apanalytics.schedule import read_settings, run_chain

    chain = read_settings(settings)
    outcomes = run_chain(chain, _day(on))
    lines = [f"{one.name}: {one.state} in {one.seconds:g} s" for one in outcomes]
    give([vars(one) for one in outcomes], as_json, "\n".join(lines))
    failed = [one for one in outcomes if one.state != "done"]
    for one in failed:
        say(f"{one.name} {one.state}. {one.message}")
    if outcomes[-1].state != "done":
        raise typer.Exit(1)


def _day(text: str | None) -> date:
    try:
        return date.today() if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidArgument("Not a day", where="--on", value=text, todo="Write it as 2021-10-05.") from None

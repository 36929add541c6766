"""A systemd service and timer, and a crontab line, for the scheduled chain."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from apanalytics.schedule.settings import Settings

SERVICE, TIMER = "apanalytics.service", "apanalytics.timer"
"""Names of the units, to be put under /etc/systemd/system."""


def service(settings: Settings, program: Path | None = None) -> str:
    """The systemd service: one run of the chain, without rights that it does not need.

    Parameters
    ----------
    program : the `apanalytics` command; the one beside this Python by default.

    Examples
    --------
    >>> some = Settings(Path("/srv/ap"), {"apart": Path("/srv/extracts")})
    >>> "ReadWritePaths=/srv/ap" in service(some, Path("/opt/ap/bin/apanalytics"))
    True
    """
    words = [str(program or program_here()), "schedule", "run", str(settings.source)]
    return f"""[Unit]
Description=Activité partielle: ingest, check, train when due, target, report
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={settings.user}
ExecStart={" ".join(_for_systemd(word) for word in words)}
TimeoutStartSec={settings.timeout_hours}h
MemoryMax={settings.memory}
Nice=5
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={_for_systemd(str(settings.root))}
"""


def timer(settings: Settings) -> str:
    """The systemd timer: once a month; a run missed while the machine was off is made up for.

    Examples
    --------
    >>> some = Settings(Path("/srv/ap"), {"apart": Path("/srv/extracts")}, day=5, time="06:30")
    >>> "OnCalendar=*-*-05 06:30:00" in timer(some)
    True
    """
    return f"""[Unit]
Description=Activité partielle: the monthly chain

[Timer]
OnCalendar=*-*-{settings.day:02d} {settings.time}:00
Persistent=true
RandomizedDelaySec=5min
Unit={SERVICE}

[Install]
WantedBy=timers.target
"""


def cron_line(settings: Settings, program: Path | None = None) -> str:
    """The line of a crontab (of the account's own, without a user field).

    Examples
    --------
    >>> some = Settings(Path("/srv/ap"), {"apart": Path("/srv/extracts")}, day=5, time="06:30")
    >>> cron_line(some, Path("/opt/ap/bin/apanalytics"))
    '30 6 5 * * /opt/ap/bin/apanalytics schedule run schedule.yaml\\n'
    """
    hour, minute = map(int, settings.time.split(":"))
    words = [str(program or program_here()), "schedule", "run", str(settings.source)]
    command = shlex.join(words).replace("%", r"\%")
    return f"{minute} {hour} {settings.day} * * {command}\n"


def program_here() -> Path:
    """The `apanalytics` command of this environment.

    Examples
    --------
    >>> program_here().name
    'apanalytics'
    """
    return Path(sys.executable).with_name("apanalytics")


def _for_systemd(word: str) -> str:
    """A word of a unit file: percent signs and dollars doubled, quoted where it holds a space."""
    doubled = word.replace("%", "%%").replace("$", "$$")
    return f'"{doubled}"' if " " in doubled else doubled

"""What the scheduled chain works on and when it runs, from one YAML file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn

import yaml

from apanalytics.errors import InvalidArgument, UnreadableFile

SOURCES = ("apart", "dsn", "urssaf", "sirene", "api_entreprise", "controls", "tables")
"""Extracts that `apanalytics ingest` takes."""
WHEN_THERE_ARE = frozenset({"controls"})
"""Sources that have no month: inspectors return what they found when they have closed it."""
STAGES = ("authorisation", "payment")
LAST_DAY = 28
"""Every month has this day."""


@dataclass(frozen=True)
class Settings:
    """The scheduled chain.

    Parameters
    ----------
    root : folder of everything that the chain writes: `data`, `models`, `lists`, `reports`, `status.json`.
    extracts : folder of each source, by its name (`apart`, `sirene`, ...).
    stages : stages that are trained and targeted.
    plans : control plans, one per region; without any, `capacity` cases are listed over the whole country.
    capacity : length of the list where there is no plan, 1 or more.
    day, time : day of the month (1..28) and time (`HH:MM`) at which the chain runs.
    max_age_days : extracts of which the newest file is older are stale, and refused; results of controls,
        which come when inspectors have closed some, never are.
    retrain_days : a model older than this is trained again.
    memory, timeout_hours : what the whole chain may take.
    user : system account under which it runs.
    key_file : key of the hashes that `ingest` makes; needed where extracts carry identifying columns.
    """

    root: Path
    extracts: Mapping[str, Path]
    stages: tuple[str, ...] = ("payment",)
    plans: tuple[Path, ...] = ()
    capacity: int = 100
    day: int = 5
    time: str = "06:00"
    max_age_days: int = 40
    retrain_days: int = 90
    memory: str = "8G"
    timeout_hours: int = 12
    user: str = "apanalytics"
    key_file: Path | None = None
    source: Path = field(default=Path("schedule.yaml"))

    def __post_init__(self) -> None:
        unknown = sorted(set(self.extracts) - set(SOURCES))
        if unknown or not self.extracts:
            _refuse("extracts", unknown or dict(self.extracts), f"Name one or more of {', '.join(SOURCES)}.")
        if not self.stages or set(self.stages) - set(STAGES):
            _refuse("stages", self.stages, f"Use {' and '.join(STAGES)}.")
        if not 1 <= self.day <= LAST_DAY:
            _refuse("day", self.day, f"Use 1 to {LAST_DAY}: every month has them.")
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.time):
            _refuse("time", self.time, "Write it as '06:00', between quotes.")
        if not re.fullmatch(r"\d+[MG]", self.memory):
            _refuse("memory", self.memory, "Write it as 8G.")
        if not re.fullmatch(r"[a-z_][a-z0-9_-]*", self.user):
            _refuse("user", self.user, "Give the name of a system account.")
        for name in ("capacity", "max_age_days", "retrain_days", "timeout_hours"):
            if getattr(self, name) < 1:
                _refuse(name, getattr(self, name), "Give a whole number from 1 on.")
        for name, path in (("root", self.root), *self.extracts.items()):
            if not path.is_absolute() or re.search(r"[\n\r\"'\\]", str(path)):
                _refuse(name, str(path), "Give an absolute path, without quotes or line ends.")

    @property
    def current(self) -> Path:
        """The data that passed the last check."""
        return self.root / "data" / "current"

    @property
    def status(self) -> Path:
        """What monitoring reads."""
        return self.root / "status.json"

    def model(self, stage: str) -> Path:
        """Where the model of a stage is."""
        return self.root / "models" / stage


def read_settings(path: str | Path) -> Settings:
    """Read the settings of the chain.

    Raises
    ------
    UnreadableFile : no such file, or no YAML mapping.
    InvalidArgument : an unknown or missing key, or a value out of range.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "schedule.yaml"
    ...     _ = file.write_text("root: /srv/ap\\nextracts: {apart: /srv/extracts/apart}\\n")
    ...     read_settings(file).day
    5
    """
    path = Path(path)
    try:
        held = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableFile("No settings of a schedule", where=str(path), why=str(error)) from None
    if not isinstance(held, dict):
        raise UnreadableFile("Not settings in YAML", where=str(path), todo="See docs/how-to/schedule.md.")
    known = {one.name for one in fields(Settings)} - {"source"}
    for key in held:
        if key not in known:
            _refuse(str(key), held[key], f"Keys: {', '.join(sorted(known))}.")
    for key in ("root", "extracts"):
        if key not in held:
            _refuse(key, None, "It has to be given; see docs/how-to/schedule.md.")
    return Settings(**{key: _typed(key, value) for key, value in held.items()}, source=path.resolve())


def _typed(key: str, value: Any) -> Any:
    if key == "extracts":
        if not isinstance(value, dict):
            _refuse(key, value, "Give a folder by source: {apart: /srv/extracts/apart}.")
        return {str(name): Path(str(folder)) for name, folder in value.items()}
    if key in ("root", "key_file"):
        return Path(str(value))
    if key in ("stages", "plans"):
        if not isinstance(value, list):
            _refuse(key, value, "Give a list: [payment].")
        return tuple(Path(one) if key == "plans" else str(one) for one in value)
    if key in ("time", "memory", "user"):
        if not isinstance(value, str):
            _refuse(key, value, "Write it between quotes.")
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(key, value, "Give a whole number.")
    return value


def _refuse(key: str, value: object, todo: str) -> NoReturn:
    raise InvalidArgument("The settings of the schedule cannot be used", where=key, value=value, todo=todo)

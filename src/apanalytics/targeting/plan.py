"""The control plan of a region: how many controls each department can make, and what they are for."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

import yaml

from apanalytics.errors import InvalidArgument, UnreadableFile
from apanalytics.law.strict_yaml import UniqueKeys
from apanalytics.tables.geography import DEPARTMENTS, REGIONS

PRECISION_LINE = 0.60
"""The line that a list should beat: hit rate announced for targeted controls in Île-de-France."""
MOST_DAYS_APART = 3_660
"""Days between two campaigns at most: ten years; a longer time is a slip of the hand."""
SHARES_BY_CHANCE = ("random_share", "uncertain_share", "rules_share")
"""Shares of the places that chance decides; what they leave, after signals, goes to the ranking."""
WORDS = {"from_": "from"}
"""Names that Python keeps for itself, as the file writes them."""


@dataclass(frozen=True)
class Plan:
    """The control plan of one region over a period.

    Parameters
    ----------
    region : region code, two characters.
    departments : number of cases that the inspectors of each department can control in one campaign, 0 or
        more, by department code; a department that is not here gets no control.
    from_, to : first and last day of the plan, both included.
    random_share : share of the places drawn at random over all scores, in (0, 1]: what rates rest on.
    uncertain_share : share drawn with chances in proportion to p(1-p), p the calibrated risk, 0..1.
    rules_share : share drawn for the criteria with the fewest outcomes, 0..1.
    signal_share : share kept for cases that people have pointed at, 0..1; what they leave unused goes back
        to the ranking.
    upstream_target : share of the cases to be checked before acceptance or payment, 0..1.
    precision_line : precision that the list is expected to reach, in (0, 1).
    control_cost_eur : cost of one control, euros, 0 or more.
    campaign_every_days : days between two campaigns, 1..3660: a case that must be decided before the next
        one comes first. None where each campaign stands alone: then nothing can wait.
    precision_for_euros : share of the expected precision that the ranking may give up for euros, 0..1; None
        takes the default of the stage, 0 ranks by risk alone.

    Examples
    --------
    >>> plan = Plan("94", {"2A": 10, "2B": 12}, date(2021, 9, 1), date(2021, 12, 31))
    >>> plan.capacity, plan.random_share, plan.precision_line
    (22, 0.1, 0.6)
    """

    region: str
    departments: Mapping[str, int]
    from_: date
    to: date
    random_share: float = 0.1
    uncertain_share: float = 0.0
    rules_share: float = 0.0
    signal_share: float = 0.1
    upstream_target: float = 0.85
    precision_line: float = PRECISION_LINE
    control_cost_eur: float = 0.0
    campaign_every_days: int | None = field(default=None)
    precision_for_euros: float | None = None

    def __post_init__(self) -> None:
        _check_places(self)
        _check_shares(self)
        if self.from_ > self.to:
            _refuse("A plan ends before it starts", "to", str(self.to), f"It starts on {self.from_}.")
        _check_costs_and_days(self)

    @property
    def capacity(self) -> int:
        """Places of all departments together."""
        return sum(self.departments.values())

    def covers(self, day: date) -> bool:
        """Whether a day is within the plan."""
        return self.from_ <= day <= self.to


def read_plan(path: str | Path) -> Plan:
    """Read a control plan from YAML.

    Parameters
    ----------
    path : a file such as ``plan.yaml``; see the how-to «Un plan de contrôle».

    Raises
    ------
    UnreadableFile : no such file, or no YAML.
    InvalidArgument : an unknown or missing key, a department of another region, a share outside 0..1, a
        precision line of 0 or 1, a cost that is no amount, shares that leave no place, a code that
        lost its zero (`02` without quotes is a number), dates in the wrong order.

    Examples
    --------
    >>> import tempfile
    >>> text = "region: '94'\\ndepartments: {2A: 10, 2B: 12}\\nfrom: 2021-09-01\\nto: 2021-12-31\\n"
    >>> with tempfile.TemporaryDirectory() as place:
    ...     file = Path(place) / "plan.yaml"
    ...     _ = file.write_text(text)
    ...     read_plan(file).departments
    {'2A': 10, '2B': 12}
    """
    held = _load(Path(path))
    names = {WORDS.get(one.name, one.name): one for one in fields(Plan)}
    for key in held:
        if key not in names:
            near = get_close_matches(str(key), names, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Keys: {', '.join(names)}."
            _refuse("Unknown key in the plan", str(path), key, hint)
    for name in ("region", "departments", "from", "to"):
        if held.get(name) is None:
            _refuse("The plan lacks a key", f"{path}: {name}", None, "See docs/how-to/control-plan.md.")
    return Plan(**{names[str(key)].name: _typed(str(key), value) for key, value in held.items()})


def _load(path: Path) -> dict[Hashable, Any]:
    try:
        held = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeys)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = str(error) if isinstance(error, yaml.YAMLError) else None
        raise UnreadableFile(
            "Not a plan in YAML" if path.exists() else "No such plan", where=str(path), why=why
        ) from None
    if not isinstance(held, dict):
        raise UnreadableFile("Not a plan in YAML", where=str(path), todo="Write one `key: value` a line.")
    return held


def _typed(key: str, value: Any) -> Any:
    """Return a value of the type that a key wants; YAML's guesses are refused, never mended."""
    if key == "region":
        return _text(key, value)
    if key == "departments":
        if not isinstance(value, dict):
            _refuse("Give a number of places by department", key, value, "departments: {'59': 40, '62': 25}")
        return {_text(key, code): _whole(f"departments.{code}", places) for code, places in value.items()}
    if key in ("from", "to"):
        if not isinstance(value, date) or hasattr(value, "hour"):
            _refuse("Not a day", key, value, "Write it as 2021-09-01.")
        return value
    if key == "campaign_every_days":
        return None if value is None else _whole(key, value)
    if key == "precision_for_euros" and value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse("Not a number", key, value, "Write a share such as 0.1, with a point.")
    return float(value)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        _refuse(
            "A code must be written between quotes", key, value, "Without them YAML reads '02' as a number."
        )
    return value


def _whole(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse("Not a whole number", key, value)
    return value


def _check_places(plan: Plan) -> None:
    if plan.region not in REGIONS:
        _refuse("Unknown region", "region", plan.region, "Use an INSEE code such as '32'.")
    for code, places in plan.departments.items():
        if code not in DEPARTMENTS or DEPARTMENTS[code][1] != plan.region:
            _refuse(f"Not a department of region {plan.region}", "departments", code)
        if places < 0:
            _refuse("Places cannot be negative", f"departments.{code}", places)
    if plan.capacity < 1:
        _refuse("A plan needs at least one place", "departments", dict(plan.departments))


def _check_shares(plan: Plan) -> None:
    others = ("signal_share", "upstream_target", "precision_line", "precision_for_euros")
    for name in (*SHARES_BY_CHANCE, *others):
        value = getattr(plan, name)
        if value is not None and not 0 <= value <= 1:
            _refuse("A share lies between 0 and 1", name, value)
    if plan.random_share == 0:
        _refuse(
            "The random share must be above 0",
            "random_share",
            0.0,
            "Without random controls no precision and no rate can be measured honestly.",
        )
    if plan.precision_line in (0, 1):
        _refuse(
            "The precision line lies between 0 and 1, both excluded",
            "precision_line",
            plan.precision_line,
            "Every list reaches 0 and none is sure to reach 1: give a share such as 0.6.",
        )
    taken = sum(getattr(plan, name) for name in (*SHARES_BY_CHANCE, "signal_share"))
    if taken > 1:
        _refuse("The shares take more than every place", ", ".join(SHARES_BY_CHANCE), round(taken, 6))


def _check_costs_and_days(plan: Plan) -> None:
    cost, days = plan.control_cost_eur, plan.campaign_every_days
    if not math.isfinite(cost):
        _refuse("The cost of a control is an amount in euros", "control_cost_eur", cost, "Such as 350.")
    if cost < 0:
        _refuse("A control cannot cost less than nothing", "control_cost_eur", cost)
    if days is not None and days < 1:
        _refuse("Campaigns are at least a day apart", "campaign_every_days", days)
    if days is not None and days > MOST_DAYS_APART:
        _refuse(
            f"Campaigns are at most {MOST_DAYS_APART} days apart",
            "campaign_every_days",
            days,
            "Leave the key out where no further campaign is planned.",
        )


def _refuse(what: str, where: str, value: object, todo: str | None = None) -> NoReturn:
    raise InvalidArgument(what, where=where, value=value, todo=todo)

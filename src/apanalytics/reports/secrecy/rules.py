"""The thresholds of statistical secrecy, read from `rules.yaml`, where each stands beside its source."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Rules:
    """When a cell is sensitive, and how far from known a hidden cell must stay.

    Parameters
    ----------
    minimum_units : enterprises that a published cell must concern at least, unless it is empty.
    dominance : share of a value (0..1) above which one enterprise makes the cell sensitive.
    protection : share of its value (0..1) that an outsider must be unable to exclude, below and above a
        sensitive cell; one whole unit at least for a count.
    derivable : share of its value (0..1) that the bounds of any other hidden cell must be apart.
    """

    minimum_units: int
    dominance: float
    protection: float
    derivable: float


def read_rules(path: Path) -> Rules:
    """The rules in a YAML file: each a value with its unit and its source.

    Examples
    --------
    >>> RULES.minimum_units, RULES.dominance
    (3, 0.85)
    """
    entries = yaml.safe_load(path.read_text("utf-8"))
    return Rules(**{name: entry["value"] for name, entry in entries.items()})


RULES = read_rules(Path(__file__).with_name("rules.yaml"))
"""The rules in force."""

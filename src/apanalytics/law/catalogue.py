"""The parameters of the law, read from their YAML files and refused when anything is missing or ambiguous."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from apanalytics.errors import DataRefused, InvalidArgument
from apanalytics.law.dated import Entry, Parameter
from apanalytics.law.strict_yaml import read_yaml

FOLDER = Path(__file__).parent / "parameters"
"""One YAML file per parameter: `general.allocation_rate` is `general/allocation_rate.yaml`."""

_FILE_KEYS = {"description", "unit", "kind", "values"}
_ENTRY_KEYS = {"from", "value", "same_as", "missing", "reference", "url", "known_from", "confidence", "note"}
_MISSING = {"not_found", "repealed", "none"}
_CONFIDENCE = {"high", "medium", "low", "not_found"}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@cache
def parameter(name: str) -> Parameter:
    """Return a legal parameter by its name.

    Raises
    ------
    InvalidArgument : no parameter has this name.
    DataRefused : its YAML file lacks a reference or a unit, has equal dates, unquoted values, unknown keys.

    Examples
    --------
    >>> parameter("general.allocation_rate").on("2021-06-15")
    Decimal('0.52')
    """
    path = FOLDER.joinpath(*name.split(".")).with_suffix(".yaml")
    if name not in names():
        near = get_close_matches(name, names(), n=3)
        raise InvalidArgument(
            "Unknown legal parameter",
            value=name,
            todo=f"Did you mean {', '.join(near)}?" if near else "See docs/reference/law.md.",
        )
    return load(path, name)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all parameters, sorted.

    Examples
    --------
    >>> "smic.hourly" in names()
    True
    """
    return tuple(
        sorted(".".join(p.relative_to(FOLDER).with_suffix("").parts) for p in FOLDER.rglob("*.yaml"))
    )


def parameters() -> tuple[Parameter, ...]:
    """Return every legal parameter, in the order of their names.

    Examples
    --------
    >>> sum(p.kind == "number" for p in parameters()) > 80
    True
    """
    return tuple(parameter(name) for name in names())


def fingerprint() -> str:
    """Return 64 hexadecimal digits that change with any parameter of the law: its version.

    Examples
    --------
    >>> len(fingerprint())
    64
    """
    return hashlib.sha256(repr(parameters()).encode()).hexdigest()


def load(path: Path, name: str) -> Parameter:
    """Read one YAML file into a parameter; `parameter` is what most callers want.

    Raises
    ------
    DataRefused : the file breaks one of the rules of the loader.

    Examples
    --------
    >>> load(FOLDER / "hours" / "legal_weekly.yaml", "hours.legal_weekly").unit
    'hours per week'
    """
    content = read_yaml(path)
    _refuse_unknown(content, _FILE_KEYS, str(path))
    kind = content.get("kind", "number")
    if kind not in _READERS:
        raise DataRefused("Unknown kind", where=str(path), value=kind, todo="number, date or rule.")
    values = content.get("values")
    if not isinstance(values, list) or not values:
        raise DataRefused("No dated value", where=str(path), todo="Give `values`, a list of entries.")
    entries = tuple(_entry(raw, kind, f"{path}, entry {n}") for n, raw in enumerate(values, 1))
    _refuse_disorder(entries, path)
    return Parameter(name, _text(content, "description", path), _text(content, "unit", path), kind, entries)


def _entry(raw: Any, kind: str, where: str) -> Entry:
    if not isinstance(raw, dict):
        raise DataRefused("An entry is not a mapping", where=where, value=raw)
    _refuse_unknown(raw, _ENTRY_KEYS, where)
    given = [key for key in ("value", "same_as", "missing") if key in raw]
    if len(given) != 1:
        raise DataRefused("Exactly one of value, same_as, missing is needed", where=where, value=given)
    if "missing" in raw and raw["missing"] not in _MISSING:
        raise DataRefused("Unknown kind of absence", where=where, value=raw["missing"])
    if _text(raw, "confidence", where) not in _CONFIDENCE:
        raise DataRefused("Unknown confidence", where=where, value=raw["confidence"])
    valid_from = _day(_text(raw, "from", where), where)
    return Entry(
        valid_from=valid_from,
        known_from=_day(raw["known_from"], where) if "known_from" in raw else valid_from,
        known_from_stated="known_from" in raw,
        value=_READERS[kind](raw["value"], where) if "value" in raw else None,
        same_as=raw.get("same_as"),
        missing=raw.get("missing"),
        reference=_text(raw, "reference", where),
        url=raw.get("url"),
        confidence=raw["confidence"],
        note=raw.get("note"),
    )


def _refuse_unknown(content: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if unknown := sorted(set(content) - allowed):
        raise DataRefused("Unknown key", where=where, value=unknown, todo=f"Allowed: {sorted(allowed)}.")


def _refuse_disorder(entries: tuple[Entry, ...], path: Path) -> None:
    keys = [(entry.valid_from, entry.known_from) for entry in entries]
    for earlier, later in pairwise(keys):
        if earlier == later:
            raise DataRefused("Two entries have equal dates", where=str(path), value=str(later[0]))
        if earlier > later:
            raise DataRefused(
                "Entries are not in the order of their dates", where=str(path), value=str(later[0])
            )


def _text(content: Mapping[str, Any], key: str, where: object) -> str:
    value = content.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DataRefused(f"No {key}", where=str(where), why="Every legal value has a unit and a reference.")
    return value


def _number(value: str, where: str) -> Decimal:
    if not _NUMBER.fullmatch(value):
        raise DataRefused("Not a decimal number", where=where, value=value)
    return Decimal(value)


def _day(value: str, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise DataRefused("Not an ISO date", where=where, value=value) from None


def _rule(value: str, where: str) -> str:
    return value


_READERS: dict[str, Callable[[str, str], Decimal | date | str]] = {
    "number": _number,
    "date": _day,
    "rule": _rule,
}

"""Settings from YAML: the scenarios of the package, and files of one's own that extend one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import yaml

from apanalytics.errors import InvalidArgument
from apanalytics.law.strict_yaml import UniqueKeys
from apanalytics.synthetic.conduct import KINDS
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.sense import meant, refuse_nonsense

_SHAPES: dict[Any, str] = {dict: "a mapping of names to values", list: "a list", str: "a text in quotes"}


def scenarios() -> tuple[str, ...]:
    """Return the names of the scenarios that can be drawn.

    Examples
    --------
    >>> "base" in scenarios()
    True
    """
    folder = files("apanalytics.synthetic").joinpath("settings")
    return tuple(sorted(p.name.removesuffix(".yaml") for p in folder.iterdir() if p.name.endswith(".yaml")))


def settings(scenario: str | Path = "base") -> Settings:
    """Return the settings of a scenario, or of a YAML file that `extends` one.

    Raises
    ------
    InvalidArgument : the scenario is unknown or its file cannot be read, or a setting is missing, unknown,
    given twice, of the wrong type, out of range, or makes no sense (see `sense`).

    Examples
    --------
    >>> settings("base").conduct.material_eur
    50.0
    """
    return _packaged(str(scenario)) if str(scenario) in scenarios() else _built(str(scenario))


def _built(scenario: str) -> Settings:
    return build(_read(scenario), where=_where(scenario))


@cache
def _packaged(scenario: str) -> Settings:
    return _built(scenario)


def build(values: Mapping[str, Any], where: str) -> Settings:
    """Return typed settings from nested mappings; see `settings` for the errors."""
    _refuse_unknown_kinds(values, where)
    made = _typed(Settings, values, where)
    assert isinstance(made, Settings)
    refuse_nonsense(made, where)
    return made


def _refuse_unknown_kinds(values: Mapping[str, Any], where: str) -> None:
    """Name a kind that does not exist before what its entry lacks."""
    conduct = values.get("conduct")
    kinds = conduct.get("kinds") if isinstance(conduct, Mapping) else None
    known = [kind.code for kind in KINDS]
    for name in kinds if isinstance(kinds, Mapping) else ():
        if name not in known:
            place, todo = f"{where}: conduct: kinds", meant(str(name), known)
            raise InvalidArgument("Unknown kind of conduct", where=place, value=name, todo=todo)


def _where(scenario: str) -> str:
    return f"settings/{scenario}.yaml" if scenario in scenarios() else scenario


def _read(scenario: str) -> dict[str, Any]:
    values = _loaded(scenario)
    parent = values.pop("extends", None)
    if parent is None:
        return values
    if parent not in scenarios():
        raise InvalidArgument(
            "A scenario extends another by its name",
            where=f"{_where(scenario)}: extends",
            value=parent,
            todo=f"Use one of: {', '.join(scenarios())}.",
        )
    return _merged(_read(str(parent)), values)


def _loaded(scenario: str) -> dict[str, Any]:
    if scenario not in scenarios() and not Path(scenario).is_file():
        raise InvalidArgument(
            "Unknown scenario",
            where="--scenario",
            value=scenario,
            todo=f"Use one of: {', '.join(scenarios())}; or give a YAML file with `extends: base`.",
        )
    here = files("apanalytics.synthetic").joinpath("settings", f"{scenario}.yaml")
    file = here if scenario in scenarios() else Path(scenario)
    try:
        values = yaml.load(file.read_text("utf-8"), UniqueKeys)
    except UnicodeDecodeError as error:
        raise InvalidArgument(
            "Not a text file in UTF-8", where=_where(scenario), why=str(error), todo="Save it as UTF-8."
        ) from error
    except yaml.YAMLError as error:
        raise InvalidArgument("Not a YAML file", where=_where(scenario), why=str(error)) from error
    if not isinstance(values, dict):
        raise InvalidArgument("A scenario is a mapping of sections", where=_where(scenario), value=values)
    return values


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


def _typed(kind: Any, value: Any, where: str) -> Any:
    origin = get_origin(kind)
    if hasattr(kind, "__metadata__"):
        return _number(get_args(kind), value, where)
    if origin is dict and isinstance(value, Mapping):
        _refuse_other_names(value, where)
        return {name: _typed(get_args(kind)[1], item, f"{where}: {name}") for name, item in value.items()}
    if origin is list and isinstance(value, list):
        return [_typed(get_args(kind)[0], item, f"{where}: {rank}") for rank, item in enumerate(value)]
    if is_dataclass(kind) and isinstance(value, Mapping):
        return _section(kind, value, where)
    if kind is str and isinstance(value, str):
        return value
    expected = _SHAPES.get(origin or kind, "a section of named settings")
    raise InvalidArgument(
        "A setting has the wrong type", where=where, value=value, why=f"Expected {expected}."
    )


def _refuse_other_names(values: Mapping[Any, Any], where: str) -> None:
    for name in values:
        if not isinstance(name, str):
            raise InvalidArgument(
                "A name is not text", where=where, value=name, todo=f'Write "{name}" with its quotes.'
            )


def _section(kind: Any, values: Mapping[str, Any], where: str) -> Any:
    known = [field.name for field in fields(kind)]
    _refuse_other_names(values, where)
    for name in sorted(set(values) - set(known)):
        raise InvalidArgument("Unknown setting", where=where, value=name, todo=meant(name, known))
    for name in sorted(set(known) - set(values)):
        todo = "Begin the file with `extends: base`: it then has every setting that it does not give."
        raise InvalidArgument("Missing setting", where=where, value=name, todo=todo)
    hints = get_type_hints(kind, include_extras=True)
    return kind(**{name: _typed(hints[name], values[name], f"{where}: {name}") for name in sorted(known)})


def _number(args: tuple[Any, ...], value: Any, where: str) -> Any:
    base, (low, high) = args
    if isinstance(value, bool) or not isinstance(value, int if base is int else int | float):
        expected = "a whole number" if base is int else "a number"
        raise InvalidArgument(
            "A setting has the wrong type", where=where, value=value, why=f"Expected {expected}."
        )
    if not low <= value <= high:
        span = f"{low:g} or more" if high == float("inf") else f"{low:g} to {high:,.0f}"
        raise InvalidArgument("A setting is out of range", where=where, value=value, why=f"Expected {span}.")
    return base(value)

"""The features, each registered once: name, unit, label, meaning, tables, and what missing means."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from apanalytics.errors import InvalidArgument
from apanalytics.features.steps import STAGES, steps

UNITS: Mapping[str, str] = {
    "hours": "hours",
    "eur": "euros",
    "eur_per_hour": "euros per hour",
    "employees": "employees",
    "persons": "persons on a list",
    "count": "a count",
    "days": "days",
    "months": "months",
    "ratio": "a ratio, 1 where both sides agree",
    "share": "a fraction of the whole, 1 is all of it",
    "z": "standard deviations from the mean of the peers",
    "bool": "true or false",
    "number": "a number that only tells one from another",
}
"""Units of features, with what they mean."""

_WHOLE = frozenset({"employees", "persons", "count", "days", "number"})


@dataclass(frozen=True)
class Feature:
    """One column of the feature table.

    Attributes
    ----------
    name : column name.
    unit : one of `UNITS`.
    label_fr : French label.
    description : what it measures, in English.
    stages : stages at which it exists.
    step : the SQL step that computes it.
    needs : tables (`payroll_months`) and columns (`requests.filer_id`) without which it is null everywhere.
    missing : what a null means.
    basis : legal or statistical basis.
    dtype : pandas type: `boolean`, `Int64` or `float64`.
    on_request : given only where it is asked for by name. No criterion reads it and no model has been judged
        with it.
    """

    name: str
    unit: str
    label_fr: str
    description: str
    stages: tuple[str, ...]
    step: str
    needs: tuple[str, ...]
    missing: str
    basis: str
    dtype: str
    on_request: bool = False


def _dtype(entry: Mapping[str, Any]) -> str:
    if entry["unit"] == "bool":
        return "boolean"
    return "Int64" if entry["unit"] in _WHOLE and not entry.get("mean") else "float64"


def _feature(page: Mapping[str, Any], entry: Mapping[str, Any]) -> Feature:
    whole = {**page, **entry}
    return Feature(
        name=whole["name"],
        unit=whole["unit"],
        label_fr=whole["label"],
        description=whole["description"],
        stages=tuple(whole.get("stages", STAGES)),
        step=page["step"],
        needs=tuple(whole.get("needs", ())),
        missing=whole["missing"],
        basis=whole.get("basis", "consistency check"),
        dtype=_dtype(entry),
        on_request=whole.get("on_request", False),
    )


@cache
def load() -> Mapping[str, Feature]:
    """Read every feature of `features/catalogue`, in the order of the files.

    Examples
    --------
    >>> load()["headcount_over_dsn_ratio"].unit
    'ratio'
    """
    found: dict[str, Feature] = {}
    pages = files("apanalytics.features").joinpath("catalogue").iterdir()
    for file in sorted((f for f in pages if f.name.endswith(".yaml")), key=lambda f: f.name):
        page = yaml.safe_load(file.read_text("utf-8"))
        for entry in page["features"]:
            feature = _feature({k: v for k, v in page.items() if k != "features"}, entry)
            if feature.name in found or feature.unit not in UNITS:
                raise ValueError(f"{file.name}: {feature.name} is registered twice or has an unknown unit")
            found[feature.name] = feature
    return found


FEATURES: Mapping[str, Feature] = load()
"""Every feature by name."""


def of_stage(stage: str) -> tuple[Feature, ...]:
    """Give the features of a stage, in the order of the columns.

    Examples
    --------
    >>> all("payment" in feature.stages for feature in of_stage("payment"))
    True
    """
    return tuple(feature for feature in FEATURES.values() if stage in feature.stages)


def chosen(stage: str, only: Iterable[str] | None = None) -> tuple[Feature, ...]:
    """Give the features of a stage that are wanted, in the order of the columns.

    Parameters
    ----------
    stage : `authorisation` or `payment`.
    only : their names; None is every feature of the stage but those given only on request.

    Raises
    ------
    InvalidArgument : a name is no feature, or none of this stage.

    Examples
    --------
    >>> [feature.name for feature in chosen("payment", ["hours", "employees"])]
    ['employees', 'hours']
    """
    if only is None:
        return tuple(feature for feature in of_stage(stage) if not feature.on_request)
    names = [only] if isinstance(only, str) else list(only)
    for name in names:
        if stage not in _known(name).stages:
            raise InvalidArgument(
                "The feature does not exist at this stage",
                where="only",
                value=name,
                todo=f"It exists at the stage {_known(name).stages[0]}.",
            )
    return tuple(feature for feature in of_stage(stage) if feature.name in names)


def _known(name: str) -> Feature:
    if name not in FEATURES:
        near = get_close_matches(name, FEATURES, n=5, cutoff=0.4)
        raise InvalidArgument(
            "Unknown feature", where="name", value=name, todo=f"Near it: {', '.join(near) or 'see FEATURES'}."
        )
    return FEATURES[name]


def describe_feature(name: str) -> str:
    """Say everything about a feature: label, unit, meaning, tables, what missing means, basis, and its SQL
    step.

    Parameters
    ----------
    name : a name of `FEATURES`.

    Raises
    ------
    InvalidArgument : there is no such feature.

    Examples
    --------
    >>> print(describe_feature("hours_over_legal_ratio").splitlines()[0])
    hours_over_legal_ratio — Heures par salarié sur la durée légale de la période
    """
    feature = _known(name)
    step = steps(feature.stages[-1])[feature.step]
    lines = [
        f"{feature.name} — {feature.label_fr}",
        f"Unit: {UNITS[feature.unit]}. Stages: {', '.join(feature.stages)}.",
        *(["Given on request: name it in `only`."] if feature.on_request else []),
        *textwrap.wrap(feature.description, 100),
        f"Needs: {', '.join(feature.needs) or 'nothing beyond the case itself'}.",
        f"Missing: {feature.missing}",
        f"Basis: {feature.basis}",
        f"Step {step.name}: {step.about}",
        step.sql,
    ]
    return "\n".join(lines)

"""The reference page of the features, written from their registration and from the SQL itself."""

from __future__ import annotations

from itertools import groupby

from apanalytics.features.registry import FEATURES, UNITS, Feature
from apanalytics.features.steps import Step, steps

_HEAD = """# Features

What was known about a case on the day it is looked at. Written by `make docs` from
`src/apanalytics/features`: do not edit. A row is a case: a request at the stage `authorisation`, a claim at
the stage `payment`. Missing is «not known», never «compliant». Where a table or column under *needs* is
absent from the data, the feature is missing everywhere.
"""


def dictionary_page() -> str:
    """Write the page: for each step, what a row is, its features, and its SQL.

    Examples
    --------
    >>> dictionary_page().splitlines()[0]
    '# Features'
    """
    units = "\n".join(f"* `{unit}`: {meaning}" for unit, meaning in UNITS.items())
    parts = [_HEAD, f"## Units\n\n{units}\n"]
    for step, features in groupby(FEATURES.values(), key=lambda feature: feature.step):
        parts.append(_section(step, tuple(features)))
    return "\n".join(parts)


def _section(name: str, features: tuple[Feature, ...]) -> str:
    stages = sorted({stage for feature in features for stage in feature.stages})
    rows = "\n".join(_row(feature) for feature in features)
    head = "| feature | unit | French label | what it is | needs | missing | basis |"
    table = f"{head}\n|---|---|---|---|---|---|---|\n{rows}"
    forms = {steps(stage)[name].sql: steps(stage)[name] for stage in stages}
    sql = "\n\n".join(_sql(step) for step in forms.values())
    return f"## {name}\n\n{table}\n\n{sql}\n"


def _row(feature: Feature) -> str:
    stage = "" if len(feature.stages) > 1 else f" ({feature.stages[0]})"
    stage += " (on request)" if feature.on_request else ""
    needs = ", ".join(f"`{need}`" for need in feature.needs) or "–"
    return (
        f"| `{feature.name}`{stage} | {feature.unit} | {feature.label_fr} | {feature.description} | {needs}"
        f" | {feature.missing} | {feature.basis} |"
    )


def _sql(step: Step) -> str:
    return f"{step.about}\n\n```sql\n{step.sql}\n```"

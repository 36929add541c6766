"""The French sentence that says why a criterion fires, with the case's own figures.

In a template, `{feature}` is the figure with its unit, `{feature:n}` without, `{feature:%}` as a percentage.
What stands in square brackets is left out where one of its figures is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from apanalytics.criteria.catalogue import criterion
from apanalytics.criteria.wording import THIN, missing, number, written
from apanalytics.features import FEATURES

_FIELD = re.compile(r"\{(\w+)(?::([n%]))?\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def fields(template: str) -> tuple[str, ...]:
    """Names of the figures that a template shows.

    Examples
    --------
    >>> fields("{hours} pour {employees}[, soit {hours_per_employee:n}]")
    ('hours', 'employees', 'hours_per_employee')
    """
    return tuple(name for name, _ in _FIELD.findall(template))


def explain(code: str, row: pd.Series | Mapping[str, Any]) -> str:
    """Say in French why a criterion fires on a case.

    Parameters
    ----------
    code : code of the criterion.
    row : the features of the case, a row of `features`; columns of `cases` may be joined to it.

    Returns
    -------
    A sentence. A figure that is not known reads «non connu».

    Raises
    ------
    InvalidArgument : no criterion has this code.

    Examples
    --------
    >>> row = {"employees": 14, "headcount_declared": 12}
    >>> explain("EFF-02", row)
    'Salariés concernés : 14 ; effectif déclaré de l’établissement : 12.'
    """
    template = criterion(code).explanation_fr

    def optional(match: re.Match[str]) -> str:
        return "" if any(missing(row.get(name)) for name in fields(match[1])) else match[1]

    kept = _OPTIONAL.sub(optional, template)
    return _FIELD.sub(lambda field: _shown(row.get(field[1]), field[1], field[2]), kept)


def _shown(value: Any, name: str, form: str | None) -> str:
    if missing(value):
        return "non connu"
    if form == "%":
        return f"{number(100 * float(value))}{THIN}%"
    if form == "n":
        return number(value, 1)
    return written(value, FEATURES[name].unit if name in FEATURES else None)

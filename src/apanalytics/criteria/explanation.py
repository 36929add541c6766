"""The French sentence that says why a criterion fires, with the case's own figures.

In a template, `{feature}` is the figure with its unit, `{feature:n}` without, `{feature:%}` as a percentage.
What stands in square brackets is left out where one of its figures is not known; `{?feature}` shows nothing,
and leaves it out unless the feature is true or above zero. `(s)` agrees with the last figure before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from apanalytics.criteria.catalogue import criterion
from apanalytics.criteria.wording import THIN, missing, number, written
from apanalytics.features import FEATURES

_FIELD = re.compile(r"\{(\w+)(?::([n%]))?\}|\(s\)")
_WHERE = re.compile(r"\{\?(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PLURAL = 2
"""In French the plural begins at two."""


def fields(template: str) -> tuple[str, ...]:
    """Names of the figures that a template shows.

    Examples
    --------
    >>> fields("{hours} pour {employees}[, soit {hours_per_employee:n}]")
    ('hours', 'employees', 'hours_per_employee')
    """
    return tuple(name for name in re.findall(r"\{\??(\w+)", template))


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
    >>> explain("HIS-02", {"earlier_refusals": 2})
    '2 autres demandes de l’entreprise refusées ou retirées.'
    """
    template = criterion(code).explanation_fr

    def optional(match: re.Match[str]) -> str:
        unknown = any(missing(row.get(name)) for name in fields(match[1]))
        left_out = unknown or not all(row[name] > 0 for name in _WHERE.findall(match[1]))
        return "" if left_out else _WHERE.sub("", match[1])

    last: Any = None

    def figure(match: re.Match[str]) -> str:
        nonlocal last
        if match[1] is None:
            return "s" if not missing(last) and abs(float(last)) >= _PLURAL else ""
        last = row.get(match[1])
        return _shown(last, match[1], match[2])

    return _FIELD.sub(figure, _OPTIONAL.sub(optional, template))


def _shown(value: Any, name: str, form: str | None) -> str:
    if missing(value):
        return "non connu"
    if form == "%":
        return f"{number(100 * float(value))}{THIN}%"
    if form == "n":
        return number(value, 1)
    return written(value, FEATURES[name].unit if name in FEATURES else None)

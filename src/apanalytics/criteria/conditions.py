"""Conditions on features, in three values: true, false, and not known.

A condition is a mapping: `{feature: …, over: 1.2}` (also `at_least`, `under`, `at_most`, `is`), or
`{any: […]}`, or `{all: […]}` of further conditions. `stages` restricts one to some stages; `basis` says where
its number comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, ge, gt, le, lt, or_
from typing import Any

import pandas as pd

Condition = Mapping[str, Any]

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "over": gt,
    "at_least": ge,
    "under": lt,
    "at_most": le,
}
"""How a feature is compared with the number that follows."""

_SAID_BESIDE = frozenset({"stages", "basis", "why"})


def applies(condition: Condition, stage: str) -> bool:
    """Whether a condition is meant for a stage.

    Examples
    --------
    >>> applies({"feature": "hours", "over": 0, "stages": ["payment"]}, "authorisation")
    False
    """
    return stage in condition.get("stages", (stage,))


def leaves(conditions: Sequence[Condition]) -> Iterator[Condition]:
    """Give the comparisons among the conditions, those inside groups included.

    Examples
    --------
    >>> either = {"any": [{"feature": "a", "is": True}, {"feature": "b", "over": 1}]}
    >>> [leaf["feature"] for leaf in leaves([either])]
    ['a', 'b']
    """
    for condition in conditions:
        group = condition.get("any") or condition.get("all")
        if group:
            yield from leaves(group)
        else:
            yield condition


def check(condition: Condition) -> None:
    """Refuse a condition that could not be evaluated.

    Raises
    ------
    ValueError : it has no comparison, several, or an unknown key.

    Examples
    --------
    >>> check({"feature": "hours", "over": 3, "basis": "…"})
    """
    if "any" in condition or "all" in condition:
        for inner in condition.get("any") or condition["all"]:
            check(inner)
        known = {"any", "all"}
    else:
        known = {"feature", "is", *COMPARISONS}
        if "feature" not in condition or len(condition.keys() & {"is", *COMPARISONS}) != 1:
            raise ValueError(f"{dict(condition)!r} needs a feature and one comparison")
    unknown = condition.keys() - known - _SAID_BESIDE
    if unknown:
        raise ValueError(f"{dict(condition)!r} has unknown keys {sorted(unknown)}")


def holds(condition: Condition, frame: pd.DataFrame) -> pd.Series:
    """Evaluate one condition on every row.

    Parameters
    ----------
    condition : see the module.
    frame : features; a feature that is not a column is not known.

    Returns
    -------
    Nullable booleans: missing where what is known does not decide it.

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [1.0, 3.0, None]})
    >>> holds({"any": [{"feature": "a", "over": 2}, {"feature": "b", "is": True}]}, frame).tolist()
    [<NA>, True, <NA>]
    """
    for word, join in (("any", or_), ("all", and_)):
        if word in condition:
            return reduce(join, (holds(inner, frame) for inner in condition[word]))
    if condition["feature"] not in frame.columns:
        return pd.Series(pd.NA, index=frame.index, dtype="boolean")
    values = frame[condition["feature"]]
    if "is" in condition:
        found: pd.Series = values.astype("boolean") == condition["is"]
    else:
        (word,) = condition.keys() & COMPARISONS.keys()
        found = COMPARISONS[word](values.astype("Float64"), condition[word])
    return found


def every(conditions: Sequence[Condition], frame: pd.DataFrame, start: bool = True) -> pd.Series:
    """Whether all conditions hold (`start` false: whether any does), row by row; nullable booleans.

    Examples
    --------
    >>> every([], pd.DataFrame(index=["R1"])).tolist()
    [True]
    """
    first = pd.Series(start, index=frame.index, dtype="boolean")
    return reduce(and_ if start else or_, (holds(condition, frame) for condition in conditions), first)

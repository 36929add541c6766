"""The references, each registered once under the name of its feature."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeVar

from .desk import Case, Clerk

Value = float | bool | None
Reference = Callable[[Clerk, Case], Value]
Named = TypeVar("Named", bound=Reference)
References = dict[str, dict[str, Reference]]

REFERENCES: References = {"authorisation": {}, "payment": {}}
"""What the descriptions say, by stage and name."""


def _register(*stages: str) -> Callable[[Named], Named]:
    def register(reference: Named) -> Named:
        for stage in stages:
            name = reference.__name__
            assert name not in REFERENCES[stage], f"{name} has two references"
            REFERENCES[stage][name] = reference
        return reference

    return register


both = _register("authorisation", "payment")
request_only = _register("authorisation")
claim_only = _register("payment")


def say(clerk: Clerk, case: Case, name: str) -> Value:
    """What the clerk says of a feature."""
    return REFERENCES[case.stage][name](clerk, case)


def over(value: float | None, divisor: float | None) -> float | None:
    """A ratio, where both are known and the divisor is not zero."""
    return value / divisor if value is not None and divisor else None


def total(values: Iterable[float]) -> float:
    """A sum of millionths: the same in any order, as the engine takes it."""
    return sum(math.floor(value * 1e6 + 0.5) for value in values) / 1e6


def less(value: float | None, taken: float | None) -> float | None:
    """A difference, where both are known."""
    return value - taken if value is not None and taken is not None else None

"""The references, each registered once under the name of its feature."""

from __future__ import annotations

from collections.abc import Callable

from .desk import Case, Clerk

Value = float | bool | None
Reference = Callable[[Clerk, Case], Value]
REFERENCES: dict[str, dict[str, Reference]] = {"authorisation": {}, "payment": {}}
"""What the clerk computes, by stage and name."""


def _register(*stages: str) -> Callable[[Reference], Reference]:
    def register(reference: Reference) -> Reference:
        for stage in stages:
            name = reference.__name__
            assert name not in REFERENCES[stage], f"{name} has two references"
            REFERENCES[stage][name] = reference
        return reference

    return register


both = _register("authorisation", "payment")
request_only = _register("authorisation")
claim_only = _register("payment")


def over(value: float | None, divisor: float | None) -> float | None:
    """A ratio, where both are known and the divisor is not zero."""
    return value / divisor if value is not None and divisor else None


def less(value: float | None, taken: float | None) -> float | None:
    """A difference, where both are known."""
    return value - taken if value is not None and taken is not None else None

"""How far trees grow: few small steps on few outcomes, larger trees and steps on many."""

from __future__ import annotations

from dataclasses import dataclass, replace

MANY_OUTCOMES = 6_000
"""Outcomes from which larger trees rank better; under them, smaller ones do (decision 24)."""


@dataclass(frozen=True)
class Growth:
    """How each learner is grown.

    Parameters
    ----------
    trees : trees per learner.
    learning_rate : share of each tree's step that is taken, 0..1.
    leaves : leaves of a tree; None for each learner's own number.
    depth : deepest tree; exact contributions cost its square.
    """

    trees: int
    learning_rate: float
    leaves: int | None
    depth: int


ON_FEW = Growth(trees=80, learning_rate=0.05, leaves=None, depth=6)
ON_MANY = Growth(trees=100, learning_rate=0.1, leaves=63, depth=10)


def growth_for(outcomes: float, trees: int | None) -> Growth:
    """Return how to grow learners on so many outcomes; `trees`, where given, is the number asked for.

    Examples
    --------
    >>> growth_for(300, None).trees, growth_for(20_000, None).leaves, growth_for(300, 5).trees
    (80, 63, 5)
    """
    usual = ON_MANY if outcomes >= MANY_OUTCOMES else ON_FEW
    return usual if trees is None else replace(usual, trees=trees)

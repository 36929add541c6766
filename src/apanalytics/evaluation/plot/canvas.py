"""What every figure shares: where it is drawn, and how shares and the line are written in French."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from apanalytics.evaluation.precision import LINE

RANKINGS_FR = {
    "model": "Modèle",
    "previous": "Modèle précédent",
    "last_year": "Modèle de l'an dernier",
    "random": "Hasard",
    "amount": "Montant seul",
    "rules": "Règles seules",
    "anomaly": "Écart aux pairs",
    "ceiling": "Plafond (vérité connue)",
    "adversaries": "Modèle face à des déclarants avertis",
}
"""French label of a ranking."""


def canvas(ax: Axes | None, height: float = 4.0) -> Axes:
    """Return the Axes given, or those of a new figure."""
    return plt.subplots(figsize=(7, height))[1] if ax is None else ax


def percent(share: float, _position: Any = None) -> str:
    """Write a share as French people do.

    Examples
    --------
    >>> percent(0.6)
    '60\\xa0%'
    """
    return f"{100 * share:.0f}\u00a0%"


def in_percent(axis: Any) -> None:
    """Write an axis of shares in per cent."""
    axis.set_major_formatter(FuncFormatter(percent))


def draw_line(axes: Axes, upright: bool = False) -> None:
    """Draw the 60 % line."""
    draw = axes.axvline if upright else axes.axhline
    draw(LINE, color="black", linestyle="--", linewidth=1, label=f"Repère de {percent(LINE)}")


def intervals_in_rows(
    axes: Axes, rows: Sequence[tuple[str, float | None, float | None, float | None]], label: str
) -> None:
    """Draw a line per row, the first on top: its name, and its figure with both ends, or «non estimable»."""
    names = []
    for at, (name, value, low, high) in enumerate(rows):
        known = value is not None and low is not None and high is not None
        names.append(name if known else f"{name} : non estimable")
        if value is not None and low is not None and high is not None:
            errors = [[value - low], [high - value]]
            axes.errorbar([value], [at], xerr=errors, fmt="o", color="black", capsize=3)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel(label)
    axes.invert_yaxis()
    in_percent(axes.xaxis)


def ranking_fr(name: str) -> str:
    """Return the French label of a ranking, its own name where it has none.

    Examples
    --------
    >>> ranking_fr("amount")
    'Montant seul'
    """
    return RANKINGS_FR.get(name, name)

"""Stated risk beside what was found."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.errors import NotComputable
from apanalytics.evaluation.plot.canvas import canvas, in_percent


def reliability(found: dict[str, Any], ax: Axes | None = None) -> Axes:
    """Draw the share found by group of stated risk, with 95 % intervals, beside the diagonal.

    Parameters
    ----------
    found : what ``calibration`` returned, or the ``calibration`` of what ``evaluate`` returned.
    ax : where to draw; None for a new figure.

    Raises
    ------
    NotComputable : calibration was not estimable.

    Examples
    --------
    >>> group = {"risk": 0.2, "found": 0.25, "low": 0.1, "high": 0.4, "n": 40}
    >>> reliability({"reliability": [group], "ece": {}, "brier": {}}).get_xlabel()
    'Risque annoncé'
    """
    if not found or not found["reliability"]:
        why = found["ece"].get("why") if found else "no risk was stated"
        raise NotComputable("Calibration is not estimable", where="reliability", why=str(why))
    groups = pd.DataFrame(found["reliability"])
    axes = canvas(ax, 5.0)
    axes.plot([0, 1], [0, 1], color="black", linestyle=":", linewidth=1, label="Risque exact")
    errors = [groups["found"] - groups["low"], groups["high"] - groups["found"]]
    axes.errorbar(
        groups["risk"],
        groups["found"],
        yerr=errors,
        fmt="o",
        color="black",
        capsize=3,
        label="Constaté (95 %)",
    )
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="Risque annoncé", ylabel="Part non conforme constatée")
    in_percent(axes.xaxis)
    in_percent(axes.yaxis)
    axes.legend(loc="upper left", frameon=False)
    return axes

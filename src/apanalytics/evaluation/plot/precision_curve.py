"""The precision of a list as it is worked through."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from apanalytics.errors import NotComputable
from apanalytics.evaluation.plot.canvas import canvas, draw_line, in_percent
from apanalytics.evaluation.precision import LINE
from apanalytics.risk import wilson


def precision(
    targets: pd.DataFrame,
    outcomes: pd.DataFrame | None = None,
    ax: Axes | None = None,
    base_rate: float | None = None,
    eligible: int | None = None,
) -> Axes:
    """Draw the precision of a list by number of cases controlled, with its 95 % band and the 60 % line.

    Parameters
    ----------
    targets : a targeting list (see ``target``); its random share is left out.
    outcomes : known outcomes by ``case_id`` (see ``outcomes``): draws the observed share among the listed
        cases with an outcome. None draws the expected share instead: the mean calibrated risk.
    ax : where to draw; None for a new figure.
    base_rate : share of non-conforming among all the cases that could be chosen; with `eligible`, their
        number, the 60 % line is then left out where the list is longer than base rate / 0.60 of them allows.
    eligible : number of cases that could be chosen.

    Raises
    ------
    NotComputable : no outcome of the list is known, or the list carries no calibrated risk.

    Examples
    --------
    >>> targets = pd.DataFrame({"rank": [1, 2], "case_id": ["A", "B"], "channel": "targeted",
    ...                         "risk": [0.9, 0.7], "risk_low": [0.8, 0.5], "risk_high": [1.0, 0.8]})
    >>> precision(targets).get_ylabel()
    'Précision attendue'
    """
    chosen = targets[targets["channel"] != "random"].sort_values("rank")
    curve = _expected(chosen) if outcomes is None else _observed(chosen, outcomes)
    axes = canvas(ax)
    count = np.arange(1, len(curve) + 1)
    axes.fill_between(count, curve["low"], curve["high"], color="0.85", label="Intervalle à 95 %")
    marker = "o" if len(curve) <= 40 else None
    axes.plot(
        count, curve["value"], color="black", marker=marker, markersize=4, label=_LABELS[outcomes is None]
    )
    if base_rate is None or eligible is None or len(targets) * LINE <= base_rate * eligible:
        draw_line(axes)
    axes.set(ylim=(0, 1), xlim=(1, max(2, len(curve))), xlabel=_COUNTS[outcomes is None])
    axes.set_ylabel(_LABELS[outcomes is None])
    in_percent(axes.yaxis)
    axes.legend(loc="best", frameon=False)
    return axes


_LABELS = {False: "Précision observée", True: "Précision attendue"}
_COUNTS = {
    False: "Dossiers contrôlés, dans l'ordre de la liste",
    True: "Dossiers de la liste, dans l'ordre",
}


def _observed(chosen: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return the running share of non-conforming among known outcomes, with Wilson's bounds."""
    known = outcomes["nonconforming"].reindex(chosen["case_id"]).dropna().astype(int).to_numpy()
    if not len(known):
        raise NotComputable(
            "No outcome of this list is known",
            where="outcomes",
            why="A case never controlled is unknown, not compliant.",
            todo="Wait for its controls to close, or leave `outcomes` out to draw the expected precision.",
        )
    found = np.cumsum(known)
    count = np.arange(1, len(known) + 1)
    bounds = [wilson(int(k), int(n)) for k, n in zip(found, count, strict=True)]
    return _curve(found / count, [low for low, _ in bounds], [high for _, high in bounds])


def _expected(chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the running mean of the calibrated risk and of its bounds."""
    if chosen.empty or chosen["risk"].isna().any():
        raise NotComputable(
            "The list carries no calibrated risk",
            where="targets.risk",
            why="The anomaly score ranks cases, and no outcome has calibrated it.",
            todo="Give `outcomes` once controls of the list have closed.",
        )
    count = np.arange(1, len(chosen) + 1)
    value, low, high = (
        chosen[name].cumsum().to_numpy() / count for name in ("risk", "risk_low", "risk_high")
    )
    return _curve(value, low, high)


def _curve(value: npt.NDArray[Any], low: Any, high: Any) -> pd.DataFrame:
    return pd.DataFrame({"value": value, "low": low, "high": high})

"""Choices beside one another: lift over baselines, euros for precision, groups of firms, hidden reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.errors import NotComputable
from apanalytics.evaluation.plot.canvas import canvas, draw_line, in_percent, intervals_in_rows, ranking_fr


def lift(found: Mapping[str, Mapping[str, Any]], ax: Axes | None = None) -> Axes:
    """Draw the difference of precision with each baseline and its 95 % interval.

    Parameters
    ----------
    found : the ``lift`` of what ``evaluate`` or a backtest returned: intervals by baseline. One that is not
        estimable is named without a mark.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> lift({"random": {"value": 0.3, "low": 0.2, "high": 0.4}}).get_yticklabels()[0].get_text()
    'Hasard'
    """
    axes = canvas(ax, 1.2 + 0.5 * len(found))
    axes.axvline(0, color="black", linewidth=1, linestyle=":")
    rows = [(ranking_fr(name), one["value"], one.get("low"), one.get("high")) for name, one in found.items()]
    intervals_in_rows(axes, rows, "Écart de précision avec chaque repère (95 %)")
    return axes


def frontier(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw expected net euros against expected precision, with the bound that no choice can pass.

    Parameters
    ----------
    table : what ``frontier`` of targeting returned.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> table = pd.DataFrame({"listed": [1], "expected_precision": [0.7], "min_precision": [0.6],
    ...                       "net_eur": [900.0], "bound_eur": [1000.0]})
    >>> frontier(table).get_xlabel()
    'Précision attendue'
    """
    held = table[table["listed"] > 0]
    if held.empty:
        raise NotComputable("No minimum precision leaves a case to list", where="frontier")
    axes = canvas(ax)
    axes.plot(
        held["expected_precision"], held["net_eur"] / 1000, "o-", color="black", markersize=4, label="Liste"
    )
    axes.plot(
        held["expected_precision"],
        held["bound_eur"] / 1000,
        "--",
        color="0.5",
        linewidth=1,
        label="Borne relâchée",
    )
    draw_line(axes, upright=True)
    axes.set(xlabel="Précision attendue", ylabel="Gain net attendu (milliers d'euros)")
    in_percent(axes.xaxis)
    axes.legend(loc="best", frameon=False)
    return axes


def fairness(table: pd.DataFrame, figure: str = "selection_rate", ax: Axes | None = None) -> Axes:
    """Draw one figure by group of firms with its 95 % interval; groups without enough data say so.

    Parameters
    ----------
    table : what ``fairness`` returned.
    figure : ``selection_rate``, ``precision`` or ``burden``.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["59"], "precision": [0.5], "precision_low": [0.4],
    ...                       "precision_high": [0.6], "why": [None]})
    >>> fairness(table, "precision").get_xlabel()
    'Précision'
    """
    titles = {
        "selection_rate": "Part des dossiers retenus",
        "precision": "Précision",
        "burden": "Dossiers conformes retenus pour 1 000 conformes",
    }
    axes = canvas(ax, 1.2 + 0.35 * len(table))
    labels = []
    for at, row in enumerate(table.to_dict("records")):
        value = row[figure]
        labels.append(str(row["group"]) if pd.notna(value) else f"{row['group']} : {row['why']}")
        if pd.notna(value):
            errors = [[value - row[f"{figure}_low"]], [row[f"{figure}_high"] - value]]
            axes.errorbar([value], [at], xerr=errors, fmt="o", color="black", capsize=3)
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set_xlabel(titles[figure])
    if figure != "burden":
        in_percent(axes.xaxis)
    return axes


def sensitivity(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how sure hunches stay as a hidden reason grows stronger.

    Parameters
    ----------
    table : what ``hunch_sensitivity`` returned.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> sensitivity(pd.DataFrame({"strength": [1.0, 2.0], "p_value": [0.001, 0.2]})).get_ylabel()
    'Valeur p la plus défavorable'
    """
    axes = canvas(ax)
    axes.plot(table["strength"], table["p_value"], "o-", color="black", markersize=4)
    axes.axhline(0.05, color="black", linestyle="--", linewidth=1, label="Seuil de 5 %")
    axes.set(xlabel="Force d'une raison cachée (rapport de cotes)", ylabel="Valeur p la plus défavorable")
    axes.set_ylim(0, 1)
    axes.legend(loc="best", frameon=False)
    return axes

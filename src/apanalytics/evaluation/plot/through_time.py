"""Figures through time: replayed campaigns, learning from cold start, drift, and the two control plans."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.errors import NotComputable
from apanalytics.evaluation.plot.canvas import canvas, draw_line, in_percent, ranking_fr

STYLES = ("-", "--", ":", "-.")
MARKERS = ("o", "s", "^", "D", "v", "x", "+")


def backtest(rows: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the precision of each ranking at each replayed campaign, with the 60 % line.

    Parameters
    ----------
    rows : the ``rows`` of a backtest.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> rows = pd.DataFrame({"on": ["2021-01-01"], "ranking": ["model"], "value": [0.5]})
    >>> backtest(rows).get_ylabel()
    'Précision de chaque campagne'
    """
    held = rows[rows["value"].notna()]
    if held.empty:
        raise NotComputable("No replayed campaign has a precision", where="backtest")
    axes = canvas(ax)
    for at, (name, part) in enumerate(held.groupby("ranking", sort=True)):
        own = name == "model"
        axes.plot(
            pd.to_datetime(part["on"]),
            part["value"],
            linestyle=STYLES[at % len(STYLES)] if not own else "-",
            marker=MARKERS[at % len(MARKERS)],
            markersize=4,
            color="black" if own else "0.55",
            linewidth=2 if own else 1,
            label=ranking_fr(str(name)),
        )
    draw_line(axes)
    axes.set(ylim=(0, 1), ylabel="Précision de chaque campagne")
    in_percent(axes.yaxis)
    axes.legend(loc="best", frameon=False, fontsize="small", ncols=2)
    return axes


def learning_curve(rows: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the model's precision against the outcomes it had learnt from, from cold start.

    Parameters
    ----------
    rows : the ``rows`` of a backtest.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> rows = pd.DataFrame({"ranking": ["model"], "value": [0.5], "outcomes_known": [40],
    ...                      "low": [0.4], "high": [0.6]})
    >>> learning_curve(rows).get_xlabel()
    'Résultats de contrôle connus au jour de la liste'
    """
    own = rows[(rows["ranking"] == "model") & rows["value"].notna()]
    if own.empty:
        raise NotComputable("No replayed campaign has a precision", where="learning_curve")
    axes = canvas(ax)
    errors = [own["value"] - own["low"], own["high"] - own["value"]]
    axes.errorbar(
        own["outcomes_known"], own["value"], yerr=errors, fmt="o", color="black", capsize=2, label="Campagnes"
    )
    draw_line(axes)
    axes.set(ylim=(0, 1), xlabel="Résultats de contrôle connus au jour de la liste", ylabel="Précision")
    in_percent(axes.yaxis)
    axes.legend(loc="best", frameon=False)
    return axes


def drift(table: pd.DataFrame, most: int = 15, ax: Axes | None = None) -> Axes:
    """Draw the features that changed most, those beyond chance marked.

    Parameters
    ----------
    table : what ``drift`` returned.
    most : features shown at most.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> table = pd.DataFrame({"feature": ["hours"], "section": ["tous"], "distance": [0.4], "alarm": [True]})
    >>> drift(table).get_xlabel()
    'Écart entre les deux périodes (0 à 1)'
    """
    shown = table[table["distance"].notna()].head(most)
    if shown.empty:
        raise NotComputable("No feature has enough values to compare", where="drift")
    axes = canvas(ax, 1.2 + 0.3 * len(shown))
    names = [
        f"{feature} ({section})" for feature, section in zip(shown["feature"], shown["section"], strict=True)
    ]
    colours = ["black" if alarm else "0.75" for alarm in shown["alarm"]]
    axes.barh(range(len(shown)), shown["distance"], color=colours)
    axes.set_yticks(range(len(shown)), names)
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="Écart entre les deux périodes (0 à 1)")
    axes.set_title("En noir : au-delà du hasard", fontsize="small", loc="left")
    return axes


def plans(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of undue euros that each control plan keeps.

    Parameters
    ----------
    table : what ``replay`` returned.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> table = pd.DataFrame({"share_kept": [0.1, 0.8], "checks": [10, 90]}, index=["first", "second"])
    >>> [text.get_text() for text in plans(table).get_xticklabels()]
    ['Premier plan', 'Second plan']
    """
    axes = canvas(ax)
    bars = axes.bar(range(len(table)), table["share_kept"], color="0.8", edgecolor="black", width=0.5)
    axes.bar_label(bars, [f"{checks:.0f} contrôles" for checks in table["checks"]])
    axes.set_xticks(range(len(table)), ["Premier plan", "Second plan"][: len(table)])
    axes.set(ylim=(0, 1), ylabel="Part des sommes indues gardée")
    in_percent(axes.yaxis)
    return axes

"""Rates with their intervals: by region, and campaign after campaign."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from apanalytics.errors import NotComputable
from apanalytics.evaluation.campaigns import over_campaigns
from apanalytics.evaluation.plot.canvas import canvas, draw_line, in_percent, intervals_in_rows
from apanalytics.risk import Interval
from apanalytics.tables.geography import REGIONS


def regions(rates: Mapping[str, Interval], ax: Axes | None = None) -> Axes:
    """Draw the non-conformity rate of each region with its 95 % interval.

    Parameters
    ----------
    rates : what ``regional_rates`` returned; a region that is not estimable is named without a mark.
    ax : where to draw; None for a new figure.

    Examples
    --------
    >>> regions({"32": Interval(0.1, 0.06, 0.15)}).get_yticklabels()[0].get_text()
    'Hauts-de-France'
    """
    axes = canvas(ax, 1.2 + 0.35 * len(rates))
    rows = [(REGIONS.get(code, code), rate.value, rate.low, rate.high) for code, rate in rates.items()]
    intervals_in_rows(axes, rows, "Part de dossiers non conformes (95 %)")
    return axes


def campaigns(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the precision of each past campaign with its 95 % interval, their mean and the 60 % line.

    Parameters
    ----------
    table : what ``campaign_precisions`` returned; campaigns without a figure are left out.
    ax : where to draw; None for a new figure.

    Raises
    ------
    NotComputable : no campaign has a figure.

    Examples
    --------
    >>> table = pd.DataFrame({"drawn_on": pd.to_datetime(["2021-07-01"]), "value": [0.5], "low": [0.4],
    ...                       "high": [0.6]})
    >>> campaigns(table).get_ylabel()
    'Précision'
    """
    known = table[table["value"].notna()]
    if known.empty:
        raise NotComputable("No campaign has a figure", where="campaigns", todo="Wait for controls to close.")
    axes = canvas(ax)
    errors = [known["value"] - known["low"], known["high"] - known["value"]]
    axes.errorbar(
        pd.to_datetime(known["drawn_on"]), known["value"], yerr=errors, fmt="o", color="black", capsize=3
    )
    over = over_campaigns(known["value"].tolist())
    if over.value is not None:
        axes.axhline(over.value, color="0.5", linewidth=1, label="Moyenne des campagnes")
    draw_line(axes)
    axes.set(ylim=(0, 1), ylabel="Précision", xlabel="Jour du tirage")
    in_percent(axes.yaxis)
    axes.legend(loc="best", frameon=False)
    return axes

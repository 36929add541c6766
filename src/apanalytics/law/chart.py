"""The simulation as a picture: who bears what, month by month."""

from __future__ import annotations

import os
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from apanalytics.law.simulation import Simulation

_BEARERS = (
    ("state", "État", "#1f4e79"),
    ("unedic", "Unédic", "#6fa8dc"),
    ("employer_cost", "Reste à charge de l'employeur", "#e69138"),
)
_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def draw(simulation: Simulation, axes: Axes | None = None) -> Axes:
    """Draw the indemnities of each month by who bears them, in euros.

    Parameters
    ----------
    simulation : at least one month.
    axes : where to draw; None makes a new figure.

    Examples
    --------
    >>> from apanalytics.law import simulate
    >>> axes = draw(simulate({"groups": [{"name": "Atelier", "hourly_wage": "14"}],
    ...                       "months": [{"month": "2021-03"}]}))
    >>> axes.get_ylabel()
    'euros par mois'
    """
    axes = Figure(figsize=(8, 5), layout="constrained").subplots() if axes is None else axes
    labels = [f"{_MONTHS[month.month - 1]} {month.year}" for month in simulation.months]
    bottom = [0.0] * len(labels)
    for figure, label, colour in _BEARERS:
        heights = [float(simulation.total(figure, month)) for month in simulation.months]
        axes.bar(labels, heights, bottom=bottom, label=label, color=colour)
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    axes.set_ylim(0, 1.08 * max(bottom) or 1)
    axes.set_title(f"{simulation.establishment} : indemnités d'activité partielle, par financeur")
    axes.set_ylabel("euros par mois")
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}".replace(",", "\u202f") + " €")
    )
    axes.tick_params(axis="x", labelrotation=45 if len(labels) > 4 else 0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=len(_BEARERS), frameon=False)
    return axes


def save_chart(simulation: Simulation, path: Path) -> Path:
    """Write the chart as PNG or SVG (by the suffix); a killed run leaves the old file or the new one.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from apanalytics.law import simulate
    >>> plan = {"groups": [{"name": "Atelier", "hourly_wage": "14"}], "months": [{"month": "2021-03"}]}
    >>> save_chart(simulate(plan), pathlib.Path(tempfile.mkdtemp()) / "plan.svg").name
    'plan.svg'
    """
    figure = draw(simulation).figure
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    metadata = {"Date": None} if path.suffix == ".svg" else None
    figure.savefig(beside, dpi=150, metadata=metadata)  # type: ignore[union-attr]
    beside.replace(path)
    return path

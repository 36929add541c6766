"""The departments of the region on a map, each with its figure written on it."""

from __future__ import annotations

import json
import math
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from matplotlib.path import Path as Outline

from apanalytics.reports import french
from apanalytics.reports.blocks import Block, note
from apanalytics.reports.content.regional import PAYMENT, Regional
from apanalytics.reports.figure import BLUE, figure
from apanalytics.tables.geography import DEPARTMENTS

OUTLINES = Path(__file__).parents[1] / "map" / "departments.json"
GRID = 24
"""Places tried along each side of a department for its label."""
IN_THOUSANDS_FROM = 10_000
"""Hours of the largest department from which the map counts in thousands."""
SOURCE = "Contours : IGN, Admin Express 2018, simplifiés (Licence Ouverte)."


def territory(regional: Regional) -> Block:
    """Hours claimed in the month by department, on a map; a sentence where there is nothing to draw.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> "Carte" in territory(open_region("data/synthetic", "32", "2021-09")).html
    True
    """
    places = [code for code, (_, region) in DEPARTMENTS.items() if region == regional.region]
    drawn = {code: outlines()[code] for code in places if code in outlines()}
    if len(drawn) < 2:
        return note("Une seule entité à représenter : il n’est pas dessiné de carte.")
    hours = regional.filed(PAYMENT).groupby("department")["hours"].sum().reindex(list(drawn)).fillna(0.0)
    unit = ", en milliers" if hours.max() >= IN_THOUSANDS_FROM else ""
    most, least = str(hours.idxmax()), str(hours.idxmin())
    return figure(
        partial(_draw, drawn, hours),
        alt=f"Le plus d’heures : {DEPARTMENTS[most][0]} ({french.hours(hours[most])}) ; "
        f"le moins : {DEPARTMENTS[least][0]} ({french.hours(hours[least])}).",
        caption=f"Carte des heures chômées déclarées dans le mois, par département{unit}. {SOURCE}",
        height=1.25,
    )


@cache
def outlines() -> dict[str, list[list[list[float]]]]:
    """Rings of longitudes and latitudes of each department of metropolitan France.

    Examples
    --------
    >>> len(outlines())
    96
    """
    held: dict[str, list[list[list[float]]]] = json.loads(OUTLINES.read_text("utf-8"))
    return held


def _draw(rings: dict[str, list[list[list[float]]]], hours: pd.Series[float], axes: Axes) -> None:
    largest = float(hours.max()) or 1.0
    for code, parts in rings.items():
        share = float(hours[code]) / largest
        for ring in parts:
            axes.add_patch(
                Polygon(ring, closed=True, facecolor=BLUE, alpha=0.08 + 0.87 * share, edgecolor="none")
            )
            axes.add_patch(Polygon(ring, closed=True, fill=False, edgecolor="white", linewidth=1.4))
        main = max(parts, key=_extent)
        label = f"{code}\n{_short(float(hours[code]), largest)}"
        plate = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
        axes.text(*_inside(main), label, ha="center", va="center", fontsize=8.5, bbox=plate)
    axes.autoscale_view()
    latitude = math.radians(sum(axes.get_ylim()) / 2)
    axes.set_aspect(1 / math.cos(latitude))
    axes.set_axis_off()


def _extent(ring: list[list[float]]) -> float:
    across, up = zip(*ring, strict=True)
    return float((max(across) - min(across)) * (max(up) - min(up)))


def _inside(ring: list[list[float]]) -> tuple[float, float]:
    """The point of a grid that lies inside a ring and farthest from its edge: where a label fits best."""
    edge = np.asarray(ring)
    across, up = (np.linspace(edge[:, axis].min(), edge[:, axis].max(), GRID) for axis in (0, 1))
    points = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    points = points[Outline(edge).contains_points(points)]
    if not len(points):
        return float(edge[:, 0].mean()), float(edge[:, 1].mean())
    squeeze = np.array([math.cos(math.radians(float(edge[:, 1].mean()))), 1.0])
    far = np.linalg.norm((points[:, None] - edge[None]) * squeeze, axis=2).min(axis=1)
    best = points[int(far.argmax())]
    return float(best[0]), float(best[1])


def _short(hours: float, largest: float) -> str:
    """The figure without its unit, which the caption gives: labels of small departments are close."""
    return french.number(hours / 1000, 1) if largest >= IN_THOUSANDS_FROM else french.number(hours)

"""Charts as self-contained SVG images, legible without colour, with a caption and an alternative text."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from apanalytics.reports.blocks import Block
from apanalytics.reports.french import number

INK, BLUE, ORANGE, GREY = "#1f2733", "#1b4f8f", "#b8570a", "#8a93a0"
"""Colours that differ in lightness too, so that the charts survive black-and-white printing."""

STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#e3e7ec",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "svg.fonttype": "path",
    "svg.hashsalt": "apanalytics",
    "legend.frameon": False,
}
WIDE, NARROW_SIZE = (7.6, 3.3), (4.2, 3.4)
"""Inches: for a screen or a printed page, and for a telephone."""


def figure(draw: Callable[[Axes], None], *, alt: str, caption: str, height: float = 1.0) -> Block:
    """Draw a chart for a page: once wide, once narrow for small screens; the same figures in both.

    Parameters
    ----------
    draw : draws on the axes it is given, and on nothing else.
    alt : what the chart says, for who does not see it.
    caption : what the chart is (title, units, source); must differ from `alt`.
    height : factor on the usual height.

    Raises
    ------
    ValueError : `alt` is empty or repeats the caption.

    Examples
    --------
    >>> block = figure(lambda ax: ax.plot([1, 2]), alt="De 1 à 2.", caption="Évolution (heures).")
    >>> "<figcaption>Évolution (heures).</figcaption>" in block.html
    True
    """
    if not alt.strip() or alt.strip() == caption.strip():
        raise ValueError("the alternative text says what the chart shows; the caption says what it is")
    wide = _svg(draw, WIDE[0], WIDE[1] * height)
    narrow = _svg(draw, NARROW_SIZE[0], NARROW_SIZE[1] * height)
    return Block(
        Markup(
            '<figure>\n<picture><source media="screen and (max-width: 40em)" srcset="{narrow}">'
            '<img src="{wide}" alt="{alt}"></picture>\n<figcaption>{caption}</figcaption>\n</figure>'
        ).format(narrow=narrow, wide=wide, alt=alt, caption=caption)
    )


def french_axis(axes: Axes, unit: str, *, percent: bool = False) -> None:
    """Write the vertical axis the French way, from zero, its unit above it.

    Examples
    --------
    >>> axes = Canvas().add_subplot()
    >>> french_axis(axes, "demandes")
    >>> axes.yaxis.get_major_formatter()(1.5)
    '1,5'
    """
    scale = 100 if percent else 1
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _tick(v * scale)))
    axes.set_title(unit, loc="left", fontsize=10.5, color=INK)


def label_ends(axes: Axes, place: float, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write at the end of each line its name and last value, in its colour, one label above the other.

    Parameters
    ----------
    place : where the lines end, on the horizontal axis.
    ends : value, name and colour of each line; call it once the vertical scale is set.

    Examples
    --------
    >>> axes = Canvas().add_subplot()
    >>> label_ends(axes, 1, [(0.5, "a", BLUE), (0.5, "b", ORANGE)])
    >>> [text.get_text() for text in axes.texts]
    ['a : 0', 'b : 0']
    """
    low, high = axes.get_ylim()
    gap, floor = 0.09 * (high - low), low
    for value, name, colour in sorted(ends):
        height = max(value, floor)
        floor = height + gap
        axes.annotate(
            f"{name} : {number(value)}",
            (place, height),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            annotation_clip=False,
        )


def label_some(axes: Axes, labels: Sequence[str], most: int) -> None:
    """Label at most `most` positions of a horizontal axis of months, the last one always.

    Examples
    --------
    >>> axes = Canvas().add_subplot()
    >>> label_some(axes, ["a", "b", "c", "d", "e"], 3)
    >>> [t.get_text() for t in axes.get_xticklabels()]
    ['a', 'c', 'e']
    """
    step = max(1, -(-(len(labels) - 1) // max(1, most - 1)))
    places = list(range(len(labels) - 1, -1, -step))[::-1]
    axes.set_xticks(places, [labels[place] for place in places])


def room(axes: Axes, wide: int, narrow: int) -> int:
    """How many labels fit: `wide` on a wide canvas, `narrow` on a narrow one.

    Examples
    --------
    >>> room(Canvas(figsize=(7.6, 3)).add_subplot(), 8, 4)
    8
    """
    canvas = axes.get_figure(root=True)
    return wide if canvas is not None and canvas.get_figwidth() > NARROW_SIZE[0] else narrow


def _tick(value: float) -> str:
    rounded = round(value, 6)
    return number(rounded) if rounded == int(rounded) else number(rounded, 1)


def _svg(draw: Callable[[Axes], None], width: float, height: float) -> str:
    """The chart as a data URI; no date inside, so that the same data give the same bytes."""
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(width, height), layout="constrained")
        draw(canvas.add_subplot())
        out = io.BytesIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode("ascii")

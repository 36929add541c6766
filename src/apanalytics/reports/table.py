"""A data frame as an accessible HTML table: caption, header scopes, French figures, all escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from apanalytics.reports.blocks import Block
from apanalytics.reports.french import absent


@dataclass(frozen=True)
class Column:
    """How one column is shown.

    Parameters
    ----------
    name : column of the data frame.
    title : header, in French, with the unit.
    show : value to text; None keeps the text as it is (left-aligned), otherwise the column is numeric.
    bar : whether a small bar beside the value gives its size relative to the largest of the column.
    """

    name: str
    title: str
    show: Callable[[Any], object] | None = None
    bar: bool = False


def table(
    frame: pd.DataFrame, caption: str, columns: Sequence[Column], *, total: pd.Series[Any] | None = None
) -> Block:
    """Show a frame; the first column holds the row headers, `total` becomes a footer row.

    On a narrow screen each row becomes a card; the roles keep it a table for who listens to it.

    Examples
    --------
    >>> from apanalytics.reports.french import percent
    >>> frame = pd.DataFrame({"secteur": ["C<3"], "part": [0.5]})
    >>> columns = [Column("secteur", "Secteur"), Column("part", "Part", percent)]
    >>> html = table(frame, "Par secteur", columns).html
    >>> 'scope="row">C&lt;3</th>' in html, "<caption>Par secteur</caption>" in html
    (True, True)
    """
    head = Markup("").join(
        Markup('<th role="columnheader" scope="col"{}>{}</th>').format(_align(c), c.title) for c in columns
    )
    largest = {c.name: _largest(frame[c.name]) for c in columns if c.bar}
    body = Markup("\n").join(_row(row, columns, largest) for row in frame.to_dict("records"))
    foot = Markup("")
    if total is not None:
        foot = Markup('\n<tfoot role="rowgroup">\n{}\n</tfoot>').format(_row(total.to_dict(), columns, {}))
    return Block(
        Markup(
            '<table role="table">\n<caption>{caption}</caption>\n'
            '<thead role="rowgroup">\n<tr role="row">{head}</tr>\n</thead>\n'
            '<tbody role="rowgroup">\n{body}\n</tbody>{foot}\n</table>'
        ).format(caption=caption, head=head, body=body, foot=foot)
    )


def _row(row: dict[Any, Any], columns: Sequence[Column], largest: dict[str, float]) -> Markup:
    first, *rest = columns
    cells = [Markup('<th role="rowheader" scope="row">{}</th>').format(_text(row, first))]
    cells += [
        Markup('<td role="cell"{} data-label="{}">{}{}</td>').format(
            _align(c), c.title.replace("\u00ad", ""), _text(row, c), _bar(row[c.name], largest.get(c.name))
        )
        for c in rest
    ]
    return Markup('<tr role="row">{}</tr>').format(Markup("").join(cells))


def _text(row: dict[Any, Any], column: Column) -> object:
    value = row[column.name]
    if column.show is not None:
        return column.show(value)
    return value if isinstance(value, Block) else "" if absent(value) else str(value)


def _align(column: Column) -> Markup:
    return Markup(' class="number"') if column.show else Markup("")


def _largest(values: pd.Series[Any]) -> float:
    largest = pd.to_numeric(values, errors="coerce").max()
    return 0.0 if absent(largest) else float(largest)


def _bar(value: Any, largest: float | None) -> Markup:
    """A bar that repeats the figure for the eye; hidden from screen readers, which have the figure."""
    if not largest or absent(value):
        return Markup("")
    width = max(0, round(60 * float(value) / largest))
    return Markup(
        '<svg class="bar" viewBox="0 0 60 8" width="60" height="8" aria-hidden="true" focusable="false">'
        '<rect width="60" height="8" class="rail" fill="#d5dae1"/><rect width="{}" height="8" '
        'fill="#1b4f8f"/></svg>'
    ).format(width)

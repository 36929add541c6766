"""An executed notebook into one self-contained French page: no script, no request, a security policy."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from apanalytics.reports.french import typeset

HERE = Path(__file__).parent
TEMPLATE = "index.html.j2"
HEADER, NOTEBOOK_ONLY = "header", "notebook-only"
"""Tags of cells: what opens the page, and what only who runs the notebook needs."""


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents."""

    id: str
    text: str


@dataclass
class Page:
    """What the template fills in; Markup is HTML that is escaped already."""

    title: str
    header: Markup
    body: Markup
    contents: list[Heading]
    footer: str
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def style(self) -> Markup:
        """The style sheet, inlined as it stands."""
        return Markup(_style())

    @property
    def style_hash(self) -> str:
        """What lets this style sheet, and no other, through the page's security policy."""
        return base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()


def page_of(notebook: Any, *, title: str, footer: str, metadata: Mapping[str, str] | None = None) -> str:
    """Write an executed notebook as a page: text and results, no code.

    Every table and figure that the cells show is in the page. Cells tagged `header` open it, those tagged
    `notebook-only` are left out.

    Parameters
    ----------
    notebook : an executed `nbformat` notebook.
    title : title of the window.
    footer : one line at the end.
    metadata : name and content of further `<meta>` elements, such as the hash of the inputs.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> notebook = new_notebook(cells=[new_markdown_cell("## Évolution\\n\\nTexte.")])
    >>> "<h2 id=\\"evolution\\">Évolution</h2>" in page_of(notebook, title="T", footer="")
    True
    """
    opening: list[Markup] = []
    body: list[Markup] = []
    contents: list[Heading] = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if NOTEBOOK_ONLY in tags:
            continue
        shown = _markdown(cell.source, contents) if cell.cell_type == "markdown" else _outputs(cell)
        (opening if HEADER in tags else body).append(shown)
    page = Page(title, _join(opening), _join(body), contents, footer, dict(metadata or {}))
    written, _ = _exporter().from_notebook_node(_no_cells(), resources={"page": page})
    return str(written)


def render(page: Page) -> str:
    """Fill the same template with a page made by hand, such as the index of the reports, without nbconvert.

    Examples
    --------
    >>> page = Page("<T>", Markup("<h1>T</h1>"), Markup("<p>x</p>"), [], "fin")
    >>> "<title>&lt;T&gt;</title>" in render(page)
    True
    """
    environment = Environment(loader=FileSystemLoader(HERE / "template"), autoescape=True)
    return environment.get_template(TEMPLATE).render(resources={"page": page})


def _no_cells() -> Any:
    """Stand for a notebook whose cells are in the page already."""
    from nbformat.v4 import new_notebook

    make: Any = new_notebook
    return make()


def _join(parts: list[Markup]) -> Markup:
    """One piece after the other, the text between the tags typeset the French way."""
    whole = "\n".join(part for part in parts if part)
    return Markup(re.sub(r">[^<]+", lambda between: _typeset(between.group()), whole))


def _typeset(escaped: str) -> str:
    """Typeset text in which apostrophes may have been escaped."""
    return typeset(re.sub(r"(?<=\w)&#39;(?=\w)", "’", escaped))


@cache
def _style() -> str:
    return (HERE / "template" / "style.css").read_text("utf-8")


@cache
def _exporter() -> Any:
    """nbconvert's exporter with our template alone: its own HTML one would add scripts and lose results."""
    from nbconvert.exporters.templateexporter import TemplateExporter

    make: Any = TemplateExporter
    exporter = make(template_name="template", template_file=TEMPLATE, extra_template_basedirs=[str(HERE)])
    exporter.environment.autoescape = True
    return exporter


def _markdown(source: str, contents: list[Heading]) -> Markup:
    """Render a text cell; second-level headings enter the table of contents, raw HTML is escaped."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    rendered = str(MarkdownWithMath(renderer=renderer).render(source))

    def with_id(match: re.Match[str]) -> str:
        level, inner = match.group(1), match.group(2)
        text = html.unescape(re.sub(r"<[^>]+>", "", inner)).strip()
        heading = Heading(_slug(text), text)
        if level == "2":
            contents.append(heading)
        return f'<h{level} id="{heading.id}">{inner}</h{level}>'

    return Markup(re.sub(r"<h([2-4])[^>]*>(.*?)</h\1>", with_id, rendered, flags=re.DOTALL))


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"


def _outputs(cell: Any) -> Markup:
    """What a cell shows: HTML as it stands, images and text otherwise; warnings stay in the log."""
    shown = []
    for output in cell.get("outputs", []):
        if output.output_type in ("execute_result", "display_data"):
            shown.append(_result(output.data))
        elif output.output_type == "stream" and output.name == "stdout" and output.text.strip():
            shown.append(Markup("<pre>{}</pre>").format(output.text))
    return _join(shown)


def _result(data: Mapping[str, str]) -> Markup:
    if "text/html" in data:
        return Markup(data["text/html"])
    return Markup("<pre>{}</pre>").format(data.get("text/plain", ""))

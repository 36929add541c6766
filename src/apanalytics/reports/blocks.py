"""What a report is made of: escaped pieces of HTML that a notebook shows and the page keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Block:
    """A piece of HTML, escaped already; the last expression of a cell shows it.

    Examples
    --------
    >>> (finding("Hausse de {}.", "<b>") + note("Source : {}.", "SI APART")).html
    Markup('<p class="finding">Hausse de &lt;b&gt;.</p>\\n<p class="note">Source : SI APART.</p>')
    """

    html: Markup

    def _repr_html_(self) -> str:
        return str(self.html)

    def __html__(self) -> Markup:
        return self.html

    def __add__(self, other: Block) -> Block:
        return Block(Markup("\n").join((self.html, other.html)))


def stack(blocks: Iterable[Block]) -> Block:
    """Several blocks, one under the other.

    Examples
    --------
    >>> stack([note("a"), note("b")]).html.count("<p")
    2
    """
    return Block(Markup("\n").join(block.html for block in blocks))


def finding(template: str, *values: object) -> Block:
    """The sentence that says what a figure or a table shows, placed above it; `{}` are escaped values.

    Examples
    --------
    >>> finding("{} demandes.", 3).html
    Markup('<p class="finding">3 demandes.</p>')
    """
    return _paragraph("finding", template, values)


def note(template: str, *values: object) -> Block:
    """A remark in small type: definition, source, limit.

    Examples
    --------
    >>> note("Source : {}.", "a & b").html
    Markup('<p class="note">Source : a &amp; b.</p>')
    """
    return _paragraph("note", template, values)


def warning(template: str, *values: object) -> Block:
    """A limit that the reader must not miss.

    Examples
    --------
    >>> warning("Sans DSN.").html
    Markup('<p class="warning"><strong>À savoir.</strong> Sans DSN.</p>')
    """
    body = Markup(template).format(*values)
    return Block(Markup('<p class="warning"><strong>À savoir.</strong> {}</p>').format(body))


def bullets(items: Sequence[Block | str]) -> Block:
    """A list; strings are escaped, blocks kept as they are.

    Examples
    --------
    >>> bullets(["a < b"]).html
    Markup('<ul>\\n<li>a &lt; b</li>\\n</ul>')
    """
    lines = (Markup("<li>{}</li>").format(item) for item in items)
    return Block(Markup("<ul>\n{}\n</ul>").format(Markup("\n").join(lines)))


def headlines(items: Sequence[tuple[str, str]]) -> Block:
    """The findings of «À retenir»: what each is about, then the sentence; all escaped.

    Examples
    --------
    >>> headlines([("Déposé", "12 demandes.")]).html
    Markup('<ul class="headlines">\\n<li><strong>Déposé.</strong> 12 demandes.</li>\\n</ul>')
    """
    lines = (Markup("<li><strong>{}.</strong> {}</li>").format(*item) for item in items)
    return Block(Markup('<ul class="headlines">\n{}\n</ul>').format(Markup("\n").join(lines)))


def text(template: str, *values: object) -> Block:
    """A running piece of text inside another block, its values escaped.

    Examples
    --------
    >>> text("<strong>{}</strong>", "<script>").html
    Markup('<strong>&lt;script&gt;</strong>')
    """
    return Block(Markup(template).format(*values))


@dataclass(frozen=True)
class KeyFigure:
    """One number of «À retenir»: what it is, its value with its unit, and what it compares with."""

    label: str
    value: str
    context: str = ""


def key_figures(figures: Sequence[KeyFigure]) -> Block:
    """Key figures side by side, as a description list.

    Examples
    --------
    >>> "<dt>Demandes</dt>" in key_figures([KeyFigure("Demandes", "12", "en septembre")]).html
    True
    """
    return Block(
        Markup('<dl class="key-figures">\n{}\n</dl>').format(
            Markup("\n").join(
                Markup('<div><dt>{}</dt><dd class="value">{}</dd><dd class="context">{}</dd></div>').format(
                    figure.label, figure.value, figure.context
                )
                for figure in figures
            )
        )
    )


def _paragraph(kind: str, template: str, values: tuple[object, ...]) -> Block:
    body = Markup(template).format(*values)
    return Block(Markup('<p class="{}">{}</p>').format(kind, body))

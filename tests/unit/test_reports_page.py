"""The page: everything that the cells show, escaped, self-contained, with its table of contents."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from apanalytics.reports.blocks import bullets, finding, text
from apanalytics.reports.figure import figure
from apanalytics.reports.french import number
from apanalytics.reports.page import page_of
from apanalytics.reports.table import Column, table

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }}",
    "&lt;b&gt;",
]


def shown(html: str, kind: str = "execute_result") -> object:
    return new_output(kind, data={"text/html": html, "text/plain": "Block(…)"})


def page(*cells: object) -> str:
    return page_of(new_notebook(cells=list(cells)), title="T", footer="fin")


class Texts(HTMLParser):
    """The text of a page as a reader sees it, and the elements that it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", ["execute_result", "display_data"])
def test_every_table_and_figure_of_the_notebook_is_in_the_page(kind: str) -> None:
    frame = pd.DataFrame({"a": ["x"], "b": [1]})
    block = table(frame, "L", [Column("a", "A"), Column("b", "B", number)])
    chart = figure(lambda axes: axes.plot([1, 2]), alt="Monte.", caption="Courbe.")
    results = [shown(block._repr_html_(), kind), shown(chart._repr_html_(), kind)]
    html = page(new_code_cell("…", outputs=results), new_code_cell("…", outputs=results))
    assert html.count("<table ") == 2
    assert html.count("<figure>") == 2
    assert "Block(…)" not in html, "the HTML is shown, not its Python text"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_wherever_a_report_can_put_it(name: str) -> None:
    rows = pd.DataFrame({"firm": [name], "n": [1]})
    blocks = finding("Voir {}.", name) + bullets([name, text("<b>{}</b>", name)])
    blocks += table(rows, name, [Column("firm", name), Column("n", "N", number)])
    blocks += figure(lambda axes: axes.plot([1]), alt=name, caption=f"{name} (légende)")
    html = page_of(
        new_notebook(cells=[new_code_cell("…", outputs=[shown(blocks._repr_html_())])]),
        title=name,
        footer=name,
        metadata={"generator": name},
    )
    read = Texts(html)
    assert "script" not in read.tags
    assert read.tags.count("img") == 1, "the figure's own image"
    assert read.text.count(name) == 9, "title, finding, two items, caption, header, cell, figcaption, footer"


def test_a_name_in_a_text_cell_or_a_printed_line_is_text_too() -> None:
    printed = new_output("stream", name="stdout", text="<script>alert(1)</script>")
    html = page(new_markdown_cell("Texte <script>alert(1)</script>"), new_code_cell("…", outputs=[printed]))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2


def test_warnings_on_standard_error_stay_out_of_the_page() -> None:
    noise = new_output("stream", name="stderr", text="FutureWarning")
    assert "FutureWarning" not in page(new_code_cell("…", outputs=[noise]))


def test_the_table_of_contents_leads_to_the_headings() -> None:
    html = page(new_markdown_cell("## Évolution & suite\n\n### Détail"), new_markdown_cell("## À retenir"))
    links = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', html)
    assert links == [("evolution-suite", "Évolution &amp; suite"), ("a-retenir", "À retenir")]
    assert all(f'id="{target}"' in html for target, _ in links)


def test_the_policy_lets_through_our_style_sheet_and_nothing_else() -> None:
    html = page(new_markdown_cell("x"))
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert policy.group(1) == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert ' style="' not in html, "the policy would drop it"
    assert not re.search(r'(src|href|srcset)="(?!#|data:)', html)


def test_the_header_opens_the_page_and_what_is_for_the_notebook_stays_there() -> None:
    head = new_code_cell("…", outputs=[shown("<h1>Région</h1>")], metadata={"tags": ["header"]})
    aside = new_markdown_cell("# Pour le notebook", metadata={"tags": ["notebook-only"]})
    html = page(aside, new_markdown_cell("## Corps"), head)
    assert re.search(r"<header class=\"page\">\s*<h1>Région</h1>\s*</header>", html)
    assert "Pour le notebook" not in html
    assert html.index("<h1>") < html.index("<nav") < html.index("<h2")


def test_a_figure_without_its_own_alternative_text_is_refused() -> None:
    with pytest.raises(ValueError, match="alternative text"):
        figure(lambda axes: axes.plot([1]), alt="Courbe.", caption="Courbe.")


def test_a_table_has_a_caption_and_scoped_headers_and_aligns_figures() -> None:
    frame = pd.DataFrame({"group": ["Nord"], "hours": [1234567.0], "share": [None]})
    columns = [
        Column("group", "Lieu"),
        Column("hours", "Heures", number, bar=True),
        Column("share", "Part", number),
    ]
    html = table(frame, "Légende", columns, total=frame.iloc[0]).html
    assert "<caption>Légende</caption>" in html
    assert html.count('scope="col"') == 3
    assert html.count('scope="row">') == 2
    assert 'class="number" data-label="Heures">1\u202f234\u202f567<svg' in html
    assert "n.\u00a0d." in html

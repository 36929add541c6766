"""Everything that a firm or an address can carry: HTML, SQL, formulas, paths. It stays text or is refused."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apanalytics.explorer.columns import BOUNDS, BY_NAME, GROUPS
from apanalytics.explorer.export import as_csv, as_xlsx
from apanalytics.explorer.sessions import Session
from apanalytics.explorer.view import View
from apanalytics.explorer.web import page
from apanalytics.targeting.reading_copies import FORMULA_STARTS
from tests.unit.country import HOSTILE, NORD
from tests.unit.explorer_client import csrf, local, total

PAYLOADS = [
    "' OR 1=1 --",
    "1; DROP TABLE whole_payment",
    "$q",
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "{{7*7}}{% raw %}",
    '=HYPERLINK("http://evil.example")',
    "../../../etc/passwd",
    "%00",
    "\x00\r\nSet-Cookie: a=b",
    "9" * 200,
    "-1e309",
    "٣",
    "NaN",
    "𝟙",
]
NAMES = [
    *(
        "stage",
        "c",
        "nv",
        "every",
        "from",
        "to",
        "naf",
        "due",
        "on",
        "q",
        "sort",
        "up",
        "col",
        "size",
        "page",
    ),
    *(group.name for group in GROUPS),
    *(f"{bounds.name}_{end}" for bounds in BOUNDS for end in ("min", "max")),
    *("by", "and", "of", "id", "siren", "number", "jeton"),
]
PAGES = ["/dossiers", "/statistiques", "/campagnes", "/dossier", "/entreprise", "/resultat", "/journal"]
ALLOWED = """html head meta title link body a header p span nav ul li main h1 h2 h3 div form input label
    button fieldset legend details summary select option table caption thead tbody tfoot tr th td section
    strong small footer figure figcaption svg text rect line circle dl dt dd ol time article br"""
"""Every element that our templates write."""
OUR_SCRIPT = ("script", [("src", "/explorer.js"), ("defer", None)])


class Reader(HTMLParser):
    """Refuses any element or attribute that our templates do not write."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED.split() or (tag, attrs) == OUR_SCRIPT, f"<{tag}> was injected"
        for name, value in attrs:
            assert not name.startswith("on"), f"{name} was injected"
            assert name not in ("style", "srcdoc"), f"{name} was injected"
            if name in ("href", "action"):
                assert (value or "").startswith(("/", "#", "data:,", "")), value
                assert not (value or "").lower().startswith(("javascript", "http", "//"))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(text: str) -> str:
    reader = Reader()
    reader.feed(text)
    return reader.text


@pytest.mark.parametrize("path", PAGES)
def test_no_parameter_of_an_address_is_run_or_breaks_a_page(path: str) -> None:
    client = local("hostile")
    for place, name in enumerate(NAMES):
        payload = PAYLOADS[place % len(PAYLOADS)]
        answer = client.get(path, params={name: payload})
        assert answer.status_code in (200, 400, 404, 422, 429), (name, payload)
        read(answer.text)
        if answer.status_code == 429:
            client = local("hostile")
    assert total(local("hostile").get("/dossiers").text) == 6, "nothing was changed"


@pytest.mark.parametrize("name", ["q", "region", "sort", "col", "amount_eur_min", "c", "on"])
def test_no_payload_is_run_in_the_parameters_that_reach_a_query(name: str) -> None:
    client = local("hostile")
    for payload in PAYLOADS:
        answer = client.get("/dossiers", params={name: payload})
        assert answer.status_code == 200, payload
        read(answer.text)
        assert "49" not in answer.text or "{{7*7}}" not in payload or "7*7" in answer.text


def test_forms_refuse_what_they_do_not_ask_for() -> None:
    client = local("hostile")
    token = csrf(client)
    for payload in PAYLOADS[::2]:
        order = {"csrf": token, "view": payload, "capacity": payload, "random_share": "10", "on": payload}
        answer = client.post("/campagnes", data=order)
        assert answer.status_code == 400
        read(answer.text)
        saved = client.post("/vues", data={"csrf": token, "name": payload[:60] or "x", "view": payload})
        assert saved.status_code in (200, 400)
        read(saved.text)
        result = {"csrf": token, "stage": "payment", "id": "C1", "campaign_id": payload}
        assert client.post("/resultat", data=result).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/campagnes/..%2f..%2fx/liste.csv",
    ],
)
def test_paths_lead_nowhere(path: str) -> None:
    answer = local("hostile").get(path, follow_redirects=False)
    assert answer.status_code in (404, 405)
    assert "root:" not in answer.text


def test_a_firm_named_like_a_script_is_shown_as_text_on_every_page() -> None:
    client = local("hostile")
    for path in (
        "/dossiers",
        "/dossier?stage=payment&id=C1",
        f"/entreprise?siren={NORD[:9]}",
        "/resultat?stage=payment&id=C1",
    ):
        text = read(client.get(path).text)
        assert HOSTILE in text, path


hostile_text = (
    st.text(max_size=30)
    | st.sampled_from(PAYLOADS)
    | st.builds(lambda start, rest: start + rest, st.sampled_from(FORMULA_STARTS), st.text(max_size=10))
)


@settings(max_examples=40, deadline=None)
@given(hostile_text, hostile_text)
def test_no_name_reaches_a_page_as_markup(name: str, notice: str) -> None:
    from apanalytics.explorer.access import owner
    from apanalytics.explorer.chips import chips

    view = View(search=notice, notices=(notice,), groups={"region": (name,)})
    session = Session("k", owner(), 0, 0)
    answer = page(
        session, "statistics.html.j2", view=view, kept=view.pairs(), chips=chips(view), first="region",
        second=None, measure="cases", measures={"cases": BY_NAME["name"]}, dimensions={"region": name},
        table=_Table(name),
    )  # fmt: skip
    read(bytes(answer.body).decode("utf-8", "surrogatepass"))


class _Table:
    heads: list[str]

    def __init__(self, name: str) -> None:
        self.heads, self.rows, self.foot, self.bars = [name], [(name, [name], name)], ([name], name), [1.0]


@settings(max_examples=60, deadline=None)
@given(st.lists(hostile_text, min_size=1, max_size=4))
def test_no_cell_of_an_export_is_a_formula(names: list[str]) -> None:
    columns = [BY_NAME["case_id"], BY_NAME["name"]]
    rows = [{"case_id": name, "name": name, "department": "59"} for name in names]
    read_back = list(csv.reader(io.StringIO(as_csv(rows, columns).decode("utf-8-sig")), delimiter=";"))
    for row in read_back[1:]:
        assert not any(cell.lstrip(" ").startswith(FORMULA_STARTS) for cell in row)


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    columns = [BY_NAME["name"], BY_NAME["siret"]]
    rows = [{"name": name, "siret": "=1+1", "department": "2A"} for name in PAYLOADS if "\x00" not in name]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows, columns)))
    (sheet,) = book.worksheets
    assert sheet.title == "2A Corse-du-Sud"
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            assert cell.data_type == "s"
            assert cell.hyperlink is None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [row["name"] for row in rows]

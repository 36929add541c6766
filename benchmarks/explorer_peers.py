"""The same rows in Datasette and in a Panel page, clicked in the same Chromium.

They are no dependencies of the package: they are installed in an environment of their own, `peers-venv`, and
told as absent where they cannot be. Datasette counts the seven groups of tick boxes (not the criteria, eighty
boxes more in the explorer) over SQLite with an index on each. The Panel page counts the same with pandas and
shows a Tabulator of 25 rows that asks the server for its pages.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from apanalytics.prepare import prepared
from apanalytics.prepare.rows import read_rows
from tests.browser.chromium import CHROMIUM, QUIET

GROUPS = ("region", "department", "section", "size_class", "scheme", "motive", "status")
COLUMNS = (
    "case_id",
    "siret",
    "name",
    *GROUPS,
    "period",
    "employees",
    "hours",
    "amount_eur",
    "anomaly",
    "fired",
)
CLICKS = 8
LOADED = "() => performance.getEntriesByType('navigation')[0].loadEventEnd"
PANEL = """
import os
import pandas as pd
import panel as pn

pn.extension("tabulator")
cases = pd.read_parquet(os.environ["ROWS"])
boxes = pn.widgets.CheckBoxGroup(options=sorted(cases["department"].unique()))
table = pn.widgets.Tabulator(cases.head(0), pagination="remote", page_size=25, disabled=True)
total = pn.pane.HTML()

def shown(*_):
    kept = cases[cases["department"].isin(boxes.value)] if boxes.value else cases
    counts = [kept[name].value_counts() for name in GROUPS]
    table.value = kept.sort_values("anomaly", ascending=False)
    total.object = f"<b class='total'>{len(kept)} of {sum(map(len, counts))}</b>"

GROUPS = os.environ["GROUPS_OF_BOXES"].split()
boxes.param.watch(shown, "value")
shown()
pn.Row(boxes, pn.Column(total, table)).servable()
"""


def measured(data: Path, folder: Path) -> dict[str, Any]:
    """Measure each peer; where one cannot be installed or does not answer, why."""
    rows = read_rows(prepared(data).parts["rows-payment"])
    frame = rows.select(list(COLUMNS)).to_pandas()
    found: dict[str, Any] = {}
    for name, measure in (("datasette", datasette), ("panel", panel)):
        try:
            python = installed(folder.parent / "peers-venv", name)
            found[name] = measure(python, frame, folder)
        except (subprocess.CalledProcessError, TimeoutError, OSError) as error:
            found[name] = {"absent": str(error)[:200]}
    return found


def installed(venv: Path, package: str) -> Path:
    """Give a Python that has a package, installed beside the project's own environment."""
    python = venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    extra = ["pyarrow"] if package == "panel" else ["setuptools<81"]
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package, *extra]
    subprocess.run(command, check=True)
    return python


def datasette(python: Path, frame: Any, folder: Path) -> dict[str, Any]:
    """Facet the rows by the seven groups, then keep one department after another."""
    database = folder / "cases.db"
    if not database.exists():
        with sqlite3.connect(database) as con:
            frame.astype(dict.fromkeys(("period", *GROUPS), str)).to_sql("rows", con, index=False)
            for name in (*GROUPS, "anomaly"):
                con.execute(f"CREATE INDEX by_{name} ON rows ({name})")
    port = _free()
    limits = {"sql_time_limit_ms": 60_000, "facet_time_limit_ms": 60_000, "default_page_size": 25}
    options = [word for name, value in limits.items() for word in ("--setting", name, str(value))]
    command = [str(python), "-m", "datasette", "serve", str(database), "--port", str(port), *options]
    address = f"http://127.0.0.1:{port}/cases/rows?_sort_desc=anomaly&" + "&".join(
        f"_facet={name}" for name in GROUPS
    )
    departments = frame["department"].value_counts().index[:CLICKS]

    def clicks(page: Page) -> Iterator[float]:
        page.goto(address, timeout=300_000)
        for department in departments:
            page.goto(f"{address}&department={department}", timeout=300_000)
            yield float(page.evaluate(LOADED))

    return _in_chromium(command, address, clicks)


def panel(python: Path, frame: Any, folder: Path) -> dict[str, Any]:
    """Tick one department after another in a Panel page."""
    frame.astype(dict.fromkeys(GROUPS, str)).to_parquet(folder / "panel.parquet")
    (folder / "panel_page.py").write_text(PANEL, "utf-8")
    port = _free()
    command = [str(python), "-m", "panel", "serve", str(folder / "panel_page.py"), "--port", str(port)]
    address = f"http://127.0.0.1:{port}/panel_page"
    os.environ |= {"ROWS": str(folder / "panel.parquet"), "GROUPS_OF_BOXES": " ".join(GROUPS)}

    def clicks(page: Page) -> Iterator[float]:
        page.goto(address, timeout=300_000)
        total = page.locator("b.total")
        total.wait_for(timeout=300_000)
        for place in range(CLICKS):
            before = total.inner_text()
            began = time.monotonic()
            page.locator("input[type=checkbox]").nth(place).check()
            while total.inner_text() == before:
                time.sleep(0.005)
            yield 1000 * (time.monotonic() - began)

    return _in_chromium(command, address, clicks)


def _in_chromium(
    command: list[str], address: str, clicks: Callable[[Page], Iterator[float]]
) -> dict[str, Any]:
    with _running(command, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        taken = list(clicks(browser.new_page(viewport={"width": 1280, "height": 900})))
        browser.close()
    return {"p50_ms": round(median(taken)), "most_ms": round(max(taken)), "clicks": len(taken)}


@contextmanager
def _running(command: list[str], address: str) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _answers(process, address)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _answers(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=120).read()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise TimeoutError(f"{address} does not answer")


def _free() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])

"""`ap.explore` behind a real notebook server and its proxy: the frame works, for its own page alone."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page

from apanalytics.explorer import Explored, explore
from apanalytics.explorer.journal import KEY_PLACE
from tests.unit.country import write_country

pytestmark = pytest.mark.browser
TOKEN, BASE = "a-token-of-the-test", "/user/a/"


def status(port: int, path: str, host: str = "", **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}", **headers})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a notebook server below a path, as a hub starts one for each user."""
    place = tmp_path_factory.mktemp("jupyter")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {name: str(place) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")}
    asked = {
        "ip": "127.0.0.1",
        "port": str(port),
        "base_url": BASE,
        "root_dir": str(place),
        "open_browser": "False",
        "allow_root": "True",
    }
    command = [sys.executable, "-m", "jupyter_server", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.{name}={value}" for name, value in asked.items()]
    server = subprocess.Popen(command, env=os.environ | own, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            if status(port, f"{BASE}api", Authorization=f"token {TOKEN}") == 200:
                break
        except OSError:
            time.sleep(0.1)
    yield port
    server.terminate()
    server.wait(30)


@pytest.fixture(scope="module")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explored]:
    place = tmp_path_factory.mktemp("explored")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_PLACE, str(place / "key"))
        opened = explore(write_country(place / "data"), state=place / "state", base=BASE)
    yield opened
    opened.close()
    assert not opened._thread.is_alive(), "closing ends the server"


@pytest.fixture
def page(browser: Browser, jupyter: int) -> Iterator[Page]:
    """A page of the notebook server, logged in."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"http://127.0.0.1:{jupyter}{BASE}api?token={TOKEN}")
    page.goto(f"http://127.0.0.1:{jupyter}{BASE}not-there")
    yield page
    page.context.close()


def shown(page: Page, explored: Explored) -> FrameLocator:
    """Show what the notebook would show as the output of a cell."""
    page.evaluate("html => { document.body.innerHTML = html }", explored._repr_html_())
    return page.frame_locator("iframe")


def test_the_frame_filters_and_the_selection_follows(page: Page, explored: Explored, tmp_path: Path) -> None:
    frame = shown(page, explored)
    total = frame.locator(".total strong")
    assert total.inner_text() == "6\u00a0dossiers"
    frame.get_by_text("Département", exact=True).first.click()
    frame.get_by_label("59 Nord").check()
    frame.locator(".total strong", has_text="4").wait_for()
    cases = explored.selection()
    assert set(cases["department"]) == {"59"}
    assert len(cases) == 4

    with page.expect_download() as download:
        frame.get_by_role("link", name="Exporter en CSV").click()
    shutil.copy(download.value.path(), tmp_path / "cases.csv")
    assert len((tmp_path / "cases.csv").read_text("utf-8-sig").splitlines()) == 1 + 4

    frame.get_by_text("Garder cette vue sous un nom").click()
    frame.get_by_label("Nom de la vue").fill("Nord")
    frame.get_by_role("button", name="Garder", exact=True).click()
    frame.get_by_role("link", name="Nord", exact=True).wait_for()
    frame.get_by_role("link", name="Statistiques", exact=True).click()
    frame.locator("h1", has_text="Statistiques").wait_for()

    again = shown(page, explored)
    assert again.locator(".total strong").inner_text() == "6\u00a0dossiers", "drawn again"
    (cookie,) = [one for one in page.context.cookies() if one["name"] == "apanalytics"]
    assert cookie["path"].startswith(f"{BASE}proxy/")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")


def test_nobody_else_comes_in(page: Page, explored: Explored, jupyter: int) -> None:
    shown(page, explored).locator("h1").wait_for()
    path, _, link = explored.address.rpartition("/entree")
    port = int(path.split("/")[4])
    inner = "/" + path.rpartition("/")[2]
    assert status(jupyter, explored.address) in (302, 403), "who is not logged in to the notebook server"
    assert status(port, "/dossiers") == 404, "who does not know the path"
    assert status(port, f"{inner}x/dossiers") == 404
    assert status(port, f"{inner}/dossiers", f"127.0.0.1:{jupyter}") == 403, "who has no session"
    assert status(port, f"{inner}/entree{link}", f"127.0.0.1:{jupyter}") == 403, "the link opened once"
    assert status(port, f"{inner}/dossiers", "evil.example") == 421, "another name that leads here"


def test_a_page_of_another_origin_cannot_frame_it(page: Page, explored: Explored, jupyter: int) -> None:
    shown(page, explored).locator("h1").wait_for()

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            source = f"http://127.0.0.1:{jupyter}{explored.address.rpartition('/entree')[0]}/dossiers"
            self.wfile.write(f'<iframe src="{source}"></iframe>'.encode())

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    page.wait_for_load_state()
    assert page.frames[1].url.startswith("chrome-error:")
    server.shutdown()

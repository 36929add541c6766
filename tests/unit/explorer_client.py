"""The explorer over the country that is counted by hand, and clients that come in by each door."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

from starlette.testclient import TestClient

from apanalytics.explorer.access import Users, owner
from apanalytics.explorer.app import application
from apanalytics.explorer.doors import LocalDoor, ProxyDoor
from apanalytics.explorer.gate import Gate
from apanalytics.explorer.identity import Proxy
from apanalytics.explorer.journal import Journal
from apanalytics.explorer.sessions import Sessions
from apanalytics.explorer.store import Shelf
from apanalytics.explorer.web import Explorer
from apanalytics.prepare import prepared
from tests.unit.country import write_country

PORT = 8050
LOCAL = f"http://127.0.0.1:{PORT}"


@cache
def folder() -> Path:
    place = Path(tempfile.mkdtemp(prefix="explorer-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


@cache
def shelf() -> Shelf:
    data = write_country(folder() / "country")
    return Shelf(data, prepared(data))


def explorer(name: str = "state") -> Explorer:
    journal = Journal(folder() / name, folder() / "keys" / f"{name}.key", (shelf().data,))
    return Explorer(shelf(), journal, folder() / name, {})


def raw_client(gate: Gate, base: str = LOCAL, peer: str = "127.0.0.1") -> TestClient:
    return TestClient(gate, base_url=base, client=(peer, 50000), raise_server_exceptions=False)


def local_gate(name: str = "state", region: str | None = None) -> tuple[Gate, LocalDoor]:
    door = LocalDoor(owner(region), Sessions())
    return application(explorer(name), door, PORT), door


def local(name: str = "state", region: str | None = None) -> TestClient:
    """A client that came in by the one-time link."""
    gate, door = local_gate(name, region)
    client = raw_client(gate)
    assert client.get("/entree", params={"jeton": door.token or ""}).status_code == 200
    return client


def served(users: Users, name: str, state: str = "state") -> TestClient:
    """A client whom the proxy names."""
    assert isinstance(users.identity, Proxy)
    gate = application(explorer(state), ProxyDoor(users, users.identity, Sessions()), PORT)
    (host,) = users.hosts
    client = raw_client(gate, f"https://{host}")
    client.headers[users.identity.header] = name
    return client


def csrf(client: TestClient, path: str = "/dossiers") -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def total(page: str) -> int:
    """Number of cases that a page of the list says it holds."""
    found = re.search(r"<strong>([\d\u202f]+)\u00a0dossiers?</strong>", page)
    assert found
    return int(found[1].replace("\u202f", ""))

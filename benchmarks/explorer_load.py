"""Twenty agents on one explorer, over HTTP as a reverse proxy hands their clicks on."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

AGENTS, EVERY = 20, 10.0
"""Agents, and seconds between two clicks of one."""
HOST, HEADER = "explorer.example", "X-Remote-User"
BOX = re.compile(r'<input type="checkbox" name="(\w+)" value="([^"]*)"')
ORDERS = ("anomaly", "amount_eur", "hours", "name", "decide_by")


def headers_of(agent: int) -> dict[str, str]:
    """Give what the proxy would tell of an agent."""
    return {"Host": HOST, HEADER: f"agent{agent}"}


def write_users(folder: Path) -> Path:
    """Write the users file: agents who see every region, which is the most to count."""
    names = "\n".join(f"  agent{agent}: {{role: agent, regions: [all]}}" for agent in range(AGENTS))
    text = f"proxy: {{header: {HEADER}, trusted: [127.0.0.1]}}\nhosts: [{HOST}]\nusers:\n{names}\n"
    path = folder / "users.yaml"
    path.write_text(text, "utf-8")
    return path


class Load:
    """The agents' clicks: views with one to three boxes ticked, in some order.

    Parameters
    ----------
    address : of the explorer.
    """

    def __init__(self, address: str) -> None:
        self.port = urlsplit(address).port
        self._cookies = [""] * AGENTS
        page = self._get(0, "/dossiers")
        self.boxes = [(name, value) for name, value in BOX.findall(page) if name not in ("col", "up")]

    def paced(self, rounds: int) -> list[float]:
        """Let each agent click every ten seconds, one after another; milliseconds of each click."""

        def clicks(agent: int, taken: list[float]) -> None:
            began = time.monotonic() + agent * EVERY / AGENTS
            for turn in range(rounds):
                time.sleep(max(0.0, began + turn * EVERY - time.monotonic()))
                taken.append(self._click(agent, turn))

        return self._together(clicks)

    def at_once(self, rounds: int) -> list[float]:
        """Let all agents click at the same instant, some times over; milliseconds of each click."""
        instant = threading.Barrier(AGENTS)

        def clicks(agent: int, taken: list[float]) -> None:
            for turn in range(rounds):
                instant.wait()
                taken.append(self._click(agent, 1000 + turn))

        return self._together(clicks)

    def _together(self, clicks: Callable[[int, list[float]], None]) -> list[float]:
        taken: list[float] = []
        threads = [threading.Thread(target=clicks, args=(agent, taken)) for agent in range(AGENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return taken

    def _click(self, agent: int, turn: int) -> float:
        draw = random.Random(agent * 10_000 + turn)
        asked = [*draw.sample(self.boxes, draw.randint(1, 3)), ("sort", draw.choice(ORDERS))]
        began = time.monotonic()
        page = self._get(agent, f"/dossiers?{urlencode(asked)}")
        assert "</html>" in page
        return 1000 * (time.monotonic() - began)

    def _get(self, agent: int, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path, headers={**headers_of(agent), "Cookie": self._cookies[agent]})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        assert answer.status == 200, (answer.status, path, text[:500])
        if cookie := answer.getheader("set-cookie"):
            self._cookies[agent] = cookie.partition(";")[0]
        return text

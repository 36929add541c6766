"""How long a click takes in the explorer on a million cases, beside Datasette and Panel in the same run.

`python -m benchmarks.explorer [--folder build/explorer] [--clicks 60] [--rounds 6] [--no-peers]` makes the
data once (see `benchmarks.explorer_data`), starts `apanalytics explore` on it as a user does, and measures

* the start: from the command to the first page received;
* one user: from the click to the new page loaded and painted, in Chromium: boxes ticked, order, pages;
* twenty agents, each with a click every ten seconds, and twenty clicks at the same instant, over HTTP;
* the memory of the server after all that.

It fails where one of the limits below is not kept. Other work on the machine makes every figure worse but
the processor times, which are told too.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from benchmarks import explorer_load, explorer_peers
from benchmarks.explorer_data import grown
from tests.browser.chromium import CHROMIUM, QUIET

LIMITS = {
    "start_s": 3.0,
    "one_user_p50_ms": 250.0,
    "one_user_p95_ms": 500.0,
    "twenty_agents_p95_ms": 800.0,
    "twenty_at_once_most_ms": 4000.0,
    "memory_own_mb": 1000.0,
}
"""The most that each figure may be; memory is what the server alone holds, without the mapped files."""
CLICKABLE = {
    "tick": "form.filters input[type=checkbox]:not([name=col]):not([name=up])",
    "order": "th a",
    "page": "nav.turn a",
}
"""What is clicked: eight times of ten a box."""
CLICK = "one => { const now = performance.timeOrigin + performance.now(); one.click(); return now }"
LOADED = """() => new Promise(done => setTimeout(() => {
    const ends = performance.getEntriesByType("navigation").map(one => one.loadEventEnd);
    const paints = performance.getEntriesByType("paint").map(one => one.startTime);
    done(performance.timeOrigin + Math.max(...ends, ...paints));
}, 50))"""
"""When the page was loaded and first painted, in milliseconds since 1970."""


@dataclass(frozen=True)
class Server:
    """`apanalytics explore`: its process, its address, and the seconds until it listened."""

    process: subprocess.Popen[str]
    address: str
    seconds: float

    def cpu(self) -> float:
        """Give the processor seconds that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> dict[str, int]:
        """Give the megabytes that the process alone holds, those with the mapped files, and the most."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        lines = dict(line.split(":", 1) for line in status.splitlines())
        names = {"own": "RssAnon", "with_files": "VmRSS", "most": "VmHWM"}
        return {name: int(lines[line].split()[0]) // 1024 for name, line in names.items()}


@contextmanager
def serving(data: Path, *options: str) -> Iterator[Server]:
    """Start the explorer as a user does; it is ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="explorer-") as place:
        command = [sys.executable, "-m", "apanalytics", "explore", str(data), "--port", "0", "--json"]
        began = time.monotonic()
        process = subprocess.Popen([*command, "--state", place, *options], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        told = ""
        while not told.rstrip().endswith("}"):
            told += process.stdout.readline()
        address = str(json.loads(told)["address"])
        while not listening(address):
            time.sleep(0.005)
        try:
            yield Server(process, address, time.monotonic() - began)
        finally:
            process.terminate()
            process.wait(30)


def listening(address: str) -> bool:
    """Whether somebody answers at the port of an address."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", urlsplit(address).port or 80)) == 0


def percentile(values: list[float], share: float) -> float:
    """Give the least value that a share of all does not exceed.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0, 4.0], 0.5), percentile([1.0, 2.0, 3.0, 4.0], 0.95)
    (2.0, 4.0)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def click(page: Page, selector: str, draw: random.Random) -> float | None:
    """Click on one of the things that a selector names; milliseconds to the new page, None without one."""
    found = page.locator(selector)
    if not (many := found.count()):
        return None
    one = found.nth(draw.randrange(many)).element_handle()
    with page.expect_event("load", timeout=60_000):
        clicked = page.evaluate(CLICK, one)
    return float(page.evaluate(LOADED)) - float(clicked)


def one_user(address: str, clicks: int) -> tuple[list[float], float]:
    """Click through the list in Chromium; milliseconds of each click, and seconds of the first page."""
    draw, taken = random.Random(1), []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        began = time.monotonic()
        page.goto(address)
        first = time.monotonic() - began
        while len(taken) < clicks:
            kind = draw.choices(list(CLICKABLE), (8, 1, 1))[0]
            spent = click(page, CLICKABLE[kind], draw)
            if spent is not None:
                taken.append(spent)
            if spent is None or draw.random() < 0.25:  # begin anew before nothing is left
                page.goto(address.partition("/entree")[0] + "/dossiers")
        browser.close()
    return taken, first


def measured(data: Path, clicks: int, rounds: int) -> dict[str, Any]:
    """Measure the explorer alone."""
    with serving(data) as server:
        start_cpu = server.cpu()
        taken, first = one_user(server.address, clicks)
        start = server.seconds + first
    with tempfile.TemporaryDirectory() as place:
        users = explorer_load.write_users(Path(place))
        with serving(data, "--users", str(users)) as server:
            load = explorer_load.Load(server.address)
            before = server.cpu()
            paced = load.paced(rounds)
            cpu = server.cpu() - before
            at_once = load.at_once(rounds)
            memory = server.memory()
    return {
        "start_s": round(start, 2),
        "start_cpu_s": round(start_cpu, 2),
        "one_user_p50_ms": round(percentile(taken, 0.5)),
        "one_user_p95_ms": round(percentile(taken, 0.95)),
        "one_user_clicks": len(taken),
        "twenty_agents_p50_ms": round(percentile(paced, 0.5)),
        "twenty_agents_p95_ms": round(percentile(paced, 0.95)),
        "twenty_agents_clicks": len(paced),
        "cpu_ms_per_click": round(1000 * cpu / len(paced)),
        "twenty_at_once_most_ms": round(max(at_once)),
        "twenty_at_once_p50_ms": round(percentile(at_once, 0.5)),
        **{f"memory_{name}_mb": value for name, value in memory.items()},
    }


def main() -> int:
    """Measure, print, and say whether the limits are kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/explorer"))
    parser.add_argument("--clicks", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=6, help="clicks of each agent, and instants")
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    data = grown(asked.folder.resolve())
    ours = measured(data, asked.clicks, asked.rounds)
    peers = {} if asked.no_peers else explorer_peers.measured(data, asked.folder.resolve())
    broken = {name: ours[name] for name, most in LIMITS.items() if ours[name] > most}
    print(json.dumps({"explorer": ours, "peers": peers, "beyond_limits": broken}, indent=2))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())

"""axe-core, from npm: what it finds against WCAG 2 at levels A and AA in an open page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

HERE = Path(__file__).parent
SCRIPT = HERE / "node_modules" / "axe-core" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MISSING = "axe-core is not installed: run `npm ci` in tests/browser"


def installed() -> str:
    """The script of axe-core, installed from the lock file where absent; skips where it cannot be."""
    if not SCRIPT.exists() and (npm := shutil.which("npm")):
        command = [npm, "ci", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=HERE, capture_output=True, check=False, timeout=120)
    if not SCRIPT.exists():
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    return SCRIPT.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """One line per rule that the page breaks, with the first element concerned."""
    page.evaluate(installed())
    options = json.dumps({"runOnly": {"type": "tag", "values": LEVELS}})
    found: dict[str, Any] = page.evaluate(f"axe.run(document, {options})")
    assert len(found["passes"]) > 10, "axe has looked at the page"
    return [f"{one['id']}: {one['help']} {one['nodes'][0]['html'][:150]}" for one in found["violations"]]

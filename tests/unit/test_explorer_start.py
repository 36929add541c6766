"""The explorer answers soon after its start: what only some pages need is not loaded before it."""

from __future__ import annotations

import subprocess
import sys

SLOW = {"scipy", "sklearn", "lightgbm", "interpret", "matplotlib", "openpyxl", "xlsxwriter"}


def test_the_first_page_waits_for_no_library_of_models_or_workbooks() -> None:
    program = "import sys, apanalytics.explorer.serving, apanalytics.commands.explore; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert SLOW.isdisjoint(done.stdout.split())

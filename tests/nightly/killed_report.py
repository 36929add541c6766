"""A run of `report` with real workers and kernels: `python -m tests.nightly.killed_report`."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from apanalytics.reports import report, runner
from apanalytics.reports.run import Limits

CELLS = ("import time; time.sleep(0.5)", "time.sleep(0.5); region")


def short_notebook(folder: Path, text: str) -> Path:
    """A notebook of two short cells whose page says which version it is."""
    parameters = new_code_cell(
        "data = region = month = plan = ''; models = []", metadata={"tags": ["parameters"]}
    )
    cells = [parameters, *map(new_code_cell, CELLS), new_code_cell(f"'version-{text}'")]
    path = folder / f"{text}.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def main() -> int:
    """Make the reports of both regions as version `text`, each within so many seconds."""
    data, out, text, seconds = sys.argv[1:]
    notebook = short_notebook(Path(out).parent, text)
    runner.find_notebook = lambda name="regional": notebook
    made = report(data, out, ["32", "94"], "2021-09", jobs=2, limits=Limits(seconds=float(seconds)))
    return int(bool(made.failed))


if __name__ == "__main__":
    sys.exit(main())

"""Every notebook runs on the committed data, text before code, defines nothing and stores no output."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from apanalytics.reports.page import page_of
from apanalytics.reports.parameters import Parameters, parse_month

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
REPORT = ROOT / "notebooks" / "reports" / "regional.ipynb"
LONGEST_CELL = 15

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_of(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_the_tutorials_come_in_reading_order_beside_the_report() -> None:
    tutorials = [path.name for path in NOTEBOOKS if path.parent.name == "notebooks"]
    assert [name[:2] for name in tutorials] == ["01", "02", "03", "04"]
    assert REPORT in NOTEBOOKS


@every_notebook
def test_a_notebook_runs_on_the_committed_data(path: Path) -> None:
    notebook = read(path)
    place = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place).execute()
    results = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert results, "it shows something"
    if path == REPORT:
        every_table_and_figure_reaches_the_page(notebook)


def every_table_and_figure_reaches_the_page(notebook: Any) -> None:
    shown = "".join(
        output.data.get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    )
    page = page_of(notebook, title="T", footer="")
    assert shown.count("<figure>") == page.count("<figure>") >= 3
    assert shown.count("<table ") == page.count("<table ") >= 8


@every_notebook
def test_no_output_is_stored(path: Path) -> None:
    for cell in code_of(path):
        assert cell.outputs == []
        assert cell.execution_count is None


@every_notebook
def test_text_comes_before_each_piece_of_code(path: Path) -> None:
    cells = read(path).cells
    kinds = [cell.cell_type for cell in cells]
    assert kinds[0] == "markdown"
    assert all(before == "markdown" for before, kind in itertools.pairwise(kinds) if kind == "code")


@every_notebook
def test_a_notebook_defines_nothing_and_imports_from_the_package_only(path: Path) -> None:
    forbidden = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    for cell in code_of(path):
        assert len(cell.source.splitlines()) <= LONGEST_CELL
        assert not cell.source.startswith(("%", "!")), "no magic, no shell"
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, forbidden), cell.source
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert all(name.split(".")[0] == "apanalytics" for name in names), cell.source


@every_notebook
def test_a_notebook_opens_with_the_usual_kernel(path: Path) -> None:
    assert read(path).metadata.kernelspec.name == "python3"


def test_the_parameters_of_the_report_are_those_that_the_runner_gives() -> None:
    (cell,) = [cell for cell in code_of(REPORT) if "parameters" in cell.metadata.get("tags", [])]
    declared = ast.parse(cell.source)
    names = [target.id for node in declared.body for target in node.targets]  # type: ignore[attr-defined]
    given = Parameters(Path("data"), "01", parse_month("2021-09")).for_notebook()
    assert names == list(given)
    assert (given["region"], given["month"]) == ("01", "2021-09"), "text, so that 01 stays 01"

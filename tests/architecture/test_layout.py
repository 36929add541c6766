"""The shape of the project: direction of imports, size of files and functions, docstrings with examples."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "apanalytics"

# The order in which the data flow (docs/explanation/architecture.md): imports go to what comes before.
ORDER = [
    *("deferred", "errors", "law", "tables", "sources", "synthetic", "features", "criteria", "risk"),
    *("targeting", "evaluation", "prepare", "reports", "schedule", "explorer", "commands", "cli", "__main__"),
]
MODULES = sorted(SOURCE.rglob("*.py"))
GENERATOR_NEVER_SEES = {"criteria", "features"}


def stage_of(module: Path) -> str:
    return module.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_stages(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute, so that this test can follow them"
            if node.module == "apanalytics":
                names = [f"apanalytics.{alias.name}" for alias in node.names]
            elif node.module:
                names = [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] == "apanalytics" and len(parts) > 1:
                yield parts[1]


@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if stage_of(path) != "__init__"],  # the public surface gathers every stage
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_imports_point_only_upstream(module: Path) -> None:
    stage = stage_of(module)
    assert stage in ORDER, f"{stage} has no place in the order of the stages"
    allowed = set(ORDER[: ORDER.index(stage) + 1]) | {"__version__"}
    if stage == "synthetic":
        allowed -= GENERATOR_NEVER_SEES
    backward = set(imported_stages(ast.parse(module.read_text("utf-8")))) - allowed
    assert not backward, (
        f"{module.relative_to(ROOT)} imports from {sorted(backward)}, which come after {stage}"
    )


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_and_functions_stay_small(module: Path) -> None:
    text = module.read_text("utf-8")
    assert text.count("\n") <= 400, f"{module.name} is too long"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            length = (node.end_lineno or 0) - node.lineno + 1 - docstring.count("\n")
            assert length <= 60, f"{module.name}:{node.name} has {length} lines"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_every_public_name_says_what_it_is(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare, f"{module.relative_to(ROOT)}: no docstring on {bare}"


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    names = {path.stem for path in SOURCE.rglob("*")}
    assert not names & {"utils", "util", "common", "helpers", "core", "misc"}

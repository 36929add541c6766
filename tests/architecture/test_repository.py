"""The repository as a newcomer finds it: environments, generated pages, links, and what must not be in it."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from docs.generate import PAGES

ROOT = Path(__file__).parents[2]
CONDA_NAMES = {"python-duckdb": "duckdb"}  # conda-forge publishes DuckDB's Python client under this name


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_conda_users_get_the_same_direct_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    names = [entry for entry in conda if isinstance(entry, str) and entry != "pip"]
    assert names.pop(0) == "python=3.11"
    for conda_name, name in CONDA_NAMES.items():
        names = [entry.replace(conda_name, name) for entry in names]
    assert sorted(names) == sorted(project["dependencies"])


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_hold_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    pinned = re.findall(r"^([\w.-]+)==\S+ \\$", text, flags=re.M)
    assert len(pinned) > 50
    assert text.count("--hash=sha256:") >= len(pinned)


def test_both_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), flags=re.M))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0].items() <= pins[1].items()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_the_generated_pages_are_up_to_date(page: str) -> None:
    stored = (ROOT / "docs" / "reference" / page).read_text("utf-8")
    assert stored == PAGES[page](), f"{page} is stale: run `make docs`"


@pytest.mark.parametrize("page", tracked("*.md"), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_documentation_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), f"{page.name} points to {target}, which is not there"


def test_no_sample_of_others_and_no_large_file_is_committed() -> None:
    for path in tracked():
        assert path.stat().st_size <= 3_500_000, f"{path.relative_to(ROOT)} is large"
    assert sum(path.stat().st_size for path in tracked("data/synthetic")) <= 5_000_000


def test_the_makefile_keeps_what_the_readme_promises() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.M))
    promised = set(re.findall(r"`make ([a-z]+)`", (ROOT / "README.md").read_text("utf-8")))
    assert promised <= targets
    assert {"demo", "test", "nightly", "system"} <= targets

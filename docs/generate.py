"""Write the generated reference pages: `python -m docs.generate`. A test holds the stored pages equal to these."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import apanalytics as ap
from apanalytics.criteria.dictionary import dictionary_page as criteria_page
from apanalytics.features.dictionary import dictionary_page as features_page
from apanalytics.law.reference import reference_page as law_page
from apanalytics.tables.dictionary import dictionary_page as tables_page

REFERENCE = Path(__file__).parent / "reference"


def api_page() -> str:
    """Return the page of the Python surface: each public name, its signature and its docstring."""
    parts = ["# The Python surface\n\n`import apanalytics as ap`, then:\n"]
    for name in sorted(ap.__all__):
        thing = getattr(ap, name)
        signature = str(inspect.signature(thing)) if inspect.isfunction(thing) else ""
        documented = inspect.getdoc(thing) or ""
        parts.append(f"## `ap.{name}{signature}`\n\n```text\n{documented.rstrip()}\n```\n")
    return "\n".join(parts)


PAGES: dict[str, Callable[[], str]] = {
    "api.md": api_page,
    "tables.md": tables_page,
    "law.md": law_page,
    "features.md": features_page,
    "criteria.md": criteria_page,
}


if __name__ == "__main__":
    for page, write in PAGES.items():
        (REFERENCE / page).write_text(write(), encoding="utf-8")

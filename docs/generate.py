"""Write the generated reference pages: `python -m docs.generate`. A test holds the stored pages equal."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apanalytics as ap
from apanalytics.criteria.dictionary import dictionary_page as criteria_page
from apanalytics.features.dictionary import dictionary_page as features_page
from apanalytics.law.reference import reference_page as law_page
from apanalytics.tables.dictionary import dictionary_page as tables_page

REFERENCE = Path(__file__).parent / "reference"


def api_page() -> str:
    """Return the page of the Python surface: each name, its signature, its docstring, its members."""
    parts = ["# The Python surface\n\n`import apanalytics as ap`, then:\n"]
    for name in sorted(ap.__all__):
        thing = getattr(ap, name)
        call = f"```python\nap.{name}{_signature(thing)}\n```\n\n" if callable(thing) else ""
        documented = inspect.getdoc(thing) or ""
        parts.append(f"## `ap.{name}`\n\n{call}```text\n{documented.rstrip()}\n```\n{_members(thing)}")
    return "\n".join(parts)


def _signature(thing: Any) -> str:
    """Write a signature as one reads it: types without quotes, no address of a default function."""
    return re.sub(r"<function (\w+) at 0x[0-9a-f]+>", r"\1", str(inspect.signature(thing)).replace("'", ""))


def _members(thing: Any) -> str:
    """List the public members of a class or a module with the first line of what they say."""
    if inspect.isfunction(thing):
        return ""
    names = getattr(thing, "__all__", None) or [name for name in vars(thing) if not name.startswith("_")]
    rows = []
    for name in sorted(names):
        member = inspect.getattr_static(thing, name)
        member = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if not (inspect.isroutine(member) or inspect.isclass(member) or isinstance(member, property)):
            continue
        if inspect.ismodule(thing) and not getattr(member, "__module__", "").startswith("apanalytics"):
            continue
        rows.append(f"| `{name}` | {(inspect.getdoc(member) or '').partition(chr(10))[0]} |")
    return "\n| | |\n|---|---|\n" + "\n".join(rows) + "\n" if rows else ""


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

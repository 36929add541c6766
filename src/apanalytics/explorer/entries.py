"""Small files under the state folder to which lines are only added."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from apanalytics.prepare.publish import exclusive


def add_entry(path: Path, entry: dict[str, Any]) -> None:
    """Add one line of JSON; it is on the disk when this returns.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "views.jsonl"
    ...     add_entry(file, {"name": "été"})
    ...     entries_of(file)
    [{'name': 'été'}]
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(path.with_name(f".{path.name}.lock")), path.open("ab") as file:
        file.write((json.dumps(entry, ensure_ascii=False) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())


def entries_of(path: Path) -> list[dict[str, Any]]:
    """Give the lines of a file, oldest first; a last line cut short by a crash is left out."""
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [json.loads(line) for line in file if line.endswith(b"\n")]

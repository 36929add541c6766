"""A folder of results that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apanalytics.errors import InvalidArgument


@contextmanager
def replacing(folder: str | Path, mark: str) -> Iterator[Path]:
    """Yield a new folder beside `folder`; when the block ends well, rename it into place.

    If the block fails, or the process is killed, `folder` is what it was before.

    Parameters
    ----------
    folder : the final place; its parents are created.
    mark : a file that every result of this kind holds (`ingest.json`). A folder that is already there, is
        not empty and lacks it is somebody else's, and is left alone.

    Raises
    ------
    InvalidArgument : `folder` is a file, a folder that holds something else, or the one that the process
        stands in, which would be gone under its feet.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with replacing(f"{place}/out", mark="done.txt") as new:
    ...         _ = (new / "done.txt").write_text("result")
    ...     Path(place, "out", "done.txt").read_text()
    'result'
    """
    final = Path(folder).resolve()  # what a link points to is replaced, not the link
    _refuse_what_is_not_ours(final, mark)
    final.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{final.name}.", suffix=".new", dir=final.parent))
    try:
        yield new
        new.chmod(0o755)
        _swap(new, final)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _refuse_what_is_not_ours(final: Path, mark: str) -> None:
    if final in (Path.cwd(), *Path.cwd().parents):
        raise InvalidArgument(
            "The output folder is the one you stand in, or holds it",
            value=str(final),
            why="It is replaced as a whole.",
            todo="Give a folder within it, or run the command from elsewhere; nothing was written.",
        )
    if not final.exists() or (final.is_dir() and (not any(final.iterdir()) or (final / mark).exists())):
        return
    what = "The output folder holds something else" if final.is_dir() else "The output place is a file"
    raise InvalidArgument(what, value=str(final), todo="Give a new or empty folder; nothing was written.")


def _swap(new: Path, final: Path) -> None:
    if not final.exists():
        os.rename(new, final)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{final.name}.", suffix=".old", dir=final.parent))
    os.rename(final, old / "old")
    os.rename(new, final)
    shutil.rmtree(old)

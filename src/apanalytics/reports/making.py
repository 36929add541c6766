"""Make one report: its files whole, then all put in place at once, the earlier version kept."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from apanalytics.errors import ApanalyticsError, NothingToDo
from apanalytics.prepare.publish import exclusive, staged, sync_folder
from apanalytics.reports.manifest import Entry, entry, record, sweep
from apanalytics.reports.run import Limits, run
from apanalytics.reports.tasks import Task

VERSIONS = "versions"
"""Folder, beside the reports of a region, of what they replaced."""


def make(task: Task, out: Path, limits: Limits, keep: int) -> Entry:
    """Make one report unless it is fresh, and enter it in the manifest; if it fails, the previous one stays.

    Parameters
    ----------
    keep : number of earlier versions of each file to keep.
    """
    start = time.monotonic()
    lock = (out / task.stem).parent / f".{Path(task.stem).name}.lock"
    with exclusive(lock, patience=2 * limits.seconds):
        _sweep(task, out)
        before = entry(out, task.region, task.month, task.variant)
        if before.fresh(out, task.inputs, task.names.values()):
            result = before.skipped(task.inputs)
        else:
            try:
                if task.empty:
                    raise NothingToDo("No request and no claim was filed that month", value=task.month)
                made = run(task.job(limits))
                contents = {task.names[kind]: made[kind] for kind in task.formats}
                return put(contents, out, before, task.inputs, keep, start)
            except (ApanalyticsError, OSError) as error:
                seconds = round(time.monotonic() - start, 2)
                result = entry(out, *before.key).failed(task.inputs, seconds, _said(error))
        record(out, [result])
        return result


def put(
    contents: Mapping[str, bytes], out: Path, before: Entry, inputs: str, keep: int, start: float
) -> Entry:
    """Put the files of a report in place, so that a run killed at any moment leaves a manifest that is right.

    They are written beside their places; the manifest says what is coming; they are renamed; the manifest
    says that they are there.
    """
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    with ExitStack() as held:
        ready = {name: held.enter_context(staged(content, out / name)) for name, content in contents.items()}
        versions = _keep(out, before, keep)
        coming = replace(before, inputs=inputs, putting=hashes, versions=versions)
        record(out, [coming])
        for name, beside in ready.items():
            beside.replace(out / name)
    for folder in {(out / name).parent for name in contents}:
        sync_folder(folder)
    seconds = round(time.monotonic() - start, 2)
    done = replace(
        coming, status="done", seconds=seconds, files=hashes, made_from=inputs, error=None, putting={}
    )
    record(out, [done])
    return done


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror or error} ({error.filename or 'the disk'})."
    return str(error)


def _keep(out: Path, before: Entry, keep: int) -> tuple[str, ...]:
    """Link what is there under `versions`, named after its content; keep the last `keep`."""
    held = list(before.versions)
    for name, digest in sorted(before.files.items()):
        source = out / name
        if not keep or not source.is_file():
            continue
        folder = source.parent / VERSIONS
        folder.mkdir(exist_ok=True)
        kept = folder / f"{source.stem}.{digest[:12]}{source.suffix}"
        with suppress(FileExistsError):
            os.link(source, kept)
        held = [*(one for one in held if one != str(kept.relative_to(out))), str(kept.relative_to(out))]
    left: list[str] = []
    for name in sorted(before.files):
        alike = f"{(out / name).parent.relative_to(out)}/{VERSIONS}/{Path(name).stem}."
        mine = [one for one in held if one.startswith(alike) and one.endswith(Path(name).suffix)]
        forgotten = mine[: len(mine) - keep] if keep else mine
        for one in forgotten:
            (out / one).unlink(missing_ok=True)
        left += [one for one in mine if one not in forgotten]
    return tuple(left)


def _sweep(task: Task, out: Path) -> None:
    """Remove what a killed run left beside the places of this report; nobody else writes there now."""
    for name in task.names.values():
        sweep(out / name)

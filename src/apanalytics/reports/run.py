"""Start a worker for one report, watch its time and memory, and take its files or its failure."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from apanalytics.errors import ReportFailed
from apanalytics.reports.processes import end, resident

LOG_LINES = 15
END_SECONDS = 20
"""How long a worker that has answered may take to end by itself."""
WATCH_SECONDS = 0.5
"""How often the watchdog looks."""
TOO_LONG = "Allow more time (--timeout), or look for what makes the data larger than usual."
TOO_LARGE = "Allow more memory (--memory), make fewer reports at a time (--jobs), or look at the data."


@dataclass(frozen=True)
class Limits:
    """What one report may take: seconds of wall clock, bytes of memory of worker and kernel together."""

    seconds: float = 900
    memory: int = 4 * 10**9


@dataclass(frozen=True)
class Job:
    """A notebook, the values of its parameters, what the page says around its content, and the formats."""

    notebook: Path
    parameters: Mapping[str, object]
    title: str
    footer: str
    metadata: Mapping[str, str]
    formats: tuple[str, ...] = ("html",)
    limits: Limits = Limits()


def run(job: Job) -> dict[str, bytes]:
    """Execute the notebook in a process and a kernel of their own; return the content of each format.

    Raises
    ------
    ReportFailed : a cell failed, the kernel or the worker died, or time or memory was up. Nothing is written.

    Examples
    --------
    >>> run(Job(Path("nowhere.ipynb"), {}, "T", "", {}))
    Traceback (most recent call last):
    apanalytics.errors.ReportFailed: The report failed (nowhere.ipynb): 'FileNotFoundError'...
    """
    with tempfile.TemporaryDirectory(prefix="apanalytics-", ignore_cleanup_errors=True) as scratch:
        out, log, status = _converse(job, Path(scratch))
    try:
        answer = json.loads(out)
    except json.JSONDecodeError:
        raise _failure(job, "the worker died", f"Exit status {status}.", log) from None
    if "files" not in answer:
        where = f"Cell {answer['cell']}. " if "cell" in answer else ""
        raise _failure(job, answer["kind"], where + answer["error"], log)
    return {name: base64.b64decode(content) for name, content in answer["files"].items()}


def _converse(job: Job, scratch: Path) -> tuple[str, str, int]:
    """Hand the job over; standard input stays open while this process lives, and the worker ends with it."""
    with (scratch / "log").open("w+", encoding="utf-8", errors="replace") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "apanalytics.reports.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            env=_environment(scratch),
            start_new_session=True,
        )
        answered = False
        try:
            out = _read(worker, job)
            answered = True
        finally:
            _finish(worker, END_SECONDS if answered else 0)
        log.seek(0)
        return out, log.read(), worker.returncode


def _read(worker: subprocess.Popen[str], job: Job) -> str:
    """Write the job, then read the answer to its end, within the limits."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    order = {
        "notebook": str(job.notebook),
        "parameters": dict(job.parameters),
        "page": {"title": job.title, "footer": job.footer, "metadata": dict(job.metadata)},
        "formats": list(job.formats),
    }
    answer: list[str] = []
    stdout = worker.stdout
    reader = threading.Thread(target=lambda: answer.append(stdout.read()), daemon=True)
    reader.start()
    with suppress(BrokenPipeError):  # a worker that died at once: its answer is empty, its log says why
        worker.stdin.write(json.dumps(order) + "\n")
        worker.stdin.flush()
    _watch(worker.pid, reader, job)
    return answer[0]


def _watch(worker: int, reader: threading.Thread, job: Job) -> None:
    """Wait for the answer; refuse to wait longer, or for more memory, than allowed."""
    until = time.monotonic() + job.limits.seconds
    while reader.is_alive():
        reader.join(WATCH_SECONDS)
        if time.monotonic() > until:
            raise ReportFailed(
                "The report took too long",
                where=job.notebook.name,
                value=f"{job.limits.seconds:g} s",
                todo=TOO_LONG,
            )
        if resident(worker) > job.limits.memory:
            raise ReportFailed(
                "The report took too much memory",
                where=job.notebook.name,
                value=f"{job.limits.memory / 10**9:g} GB",
                todo=TOO_LARGE,
            )


def _finish(worker: subprocess.Popen[str], patience: float) -> None:
    """Leave no process behind, the kernel included."""
    try:
        worker.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        end(worker.pid)
        worker.wait()


def _environment(scratch: Path) -> dict[str, str]:
    """Nothing of the user's Jupyter or IPython settings reaches the kernel, and no display is needed."""
    private = {name: str(scratch / name.lower()) for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    fixed = {"TMPDIR": str(scratch), "MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8"}
    return {**os.environ, **private, **fixed}


def _failure(job: Job, kind: str, why: str, log: str) -> ReportFailed:
    last = "\n".join(line for line in log.splitlines()[-LOG_LINES:] if line.strip())
    return ReportFailed("The report failed", where=job.notebook.name, value=kind, why=why, todo=last or None)

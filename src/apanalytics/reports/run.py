"""Start a worker for one report, wait for it no longer than allowed, and take its page or its failure."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from apanalytics.errors import ReportFailed

LOG_LINES = 15
END_SECONDS = 20
"""How long a worker that has answered may take to end by itself."""
TOO_LONG = "Allow more time, or look for what makes the data larger than usual."


@dataclass(frozen=True)
class Job:
    """A notebook, the values of its parameters, and what the page says around its content."""

    notebook: Path
    parameters: Mapping[str, object]
    title: str
    footer: str
    metadata: Mapping[str, str]
    seconds: int = 900


def run(job: Job) -> str:
    """Execute the notebook in a process and a kernel of their own; return the page.

    Raises
    ------
    ReportFailed : a cell failed, the kernel or the worker died, or the time was up. Nothing is written.

    Examples
    --------
    >>> run(Job(Path("nowhere.ipynb"), {}, "T", "", {}))
    Traceback (most recent call last):
    apanalytics.errors.ReportFailed: The report failed (nowhere.ipynb): 'FileNotFoundError'...
    """
    with tempfile.TemporaryDirectory(prefix="apanalytics-") as scratch:
        out, log, status = _converse(job, Path(scratch))
    try:
        answer = json.loads(out)
    except json.JSONDecodeError:
        raise _failure(job, "the worker died", f"Exit status {status}.", log) from None
    if "page" not in answer:
        where = f"Cell {answer['cell']}. " if "cell" in answer else ""
        raise _failure(job, answer["kind"], where + answer["error"], log)
    return str(answer["page"])


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
        try:
            out = _read(worker, job)
        except subprocess.TimeoutExpired:
            raise ReportFailed(
                "The report took too long", where=job.notebook.name, value=f"{job.seconds} s", todo=TOO_LONG
            ) from None
        finally:
            _kill(worker)
        log.seek(0)
        return out, log.read(), worker.returncode


def _read(worker: subprocess.Popen[str], job: Job) -> str:
    """Write the job, then read the answer to its end, within the time allowed."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    order = {
        "notebook": str(job.notebook),
        "parameters": dict(job.parameters),
        "page": {"title": job.title, "footer": job.footer, "metadata": dict(job.metadata)},
    }
    answer: list[str] = []
    stdout = worker.stdout
    reader = threading.Thread(target=lambda: answer.append(stdout.read()), daemon=True)
    reader.start()
    with suppress(BrokenPipeError):  # a worker that died at once: its answer is empty, its log says why
        worker.stdin.write(json.dumps(order) + "\n")
        worker.stdin.flush()
    reader.join(job.seconds)
    if reader.is_alive():
        raise subprocess.TimeoutExpired(worker.args, job.seconds)
    return answer[0]


def _kill(worker: subprocess.Popen[str]) -> None:
    """Leave no process behind: the worker's kernel ends when its parent does."""
    try:
        worker.wait(timeout=END_SECONDS if sys.exc_info()[0] is None else 0)
    except subprocess.TimeoutExpired:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def _environment(scratch: Path) -> dict[str, str]:
    """Nothing of the user's Jupyter or IPython settings reaches the kernel, and no display is needed."""
    private = {name: str(scratch / name.lower()) for name in ("JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}
    fixed = {"TMPDIR": str(scratch), "MPLBACKEND": "agg", "PYTHONIOENCODING": "utf-8"}
    return {**os.environ, **private, **fixed}


def _failure(job: Job, kind: str, why: str, log: str) -> ReportFailed:
    last = "\n".join(line for line in log.splitlines()[-LOG_LINES:] if line.strip())
    return ReportFailed("The report failed", where=job.notebook.name, value=kind, why=why, todo=last or None)

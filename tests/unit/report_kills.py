"""A run of `report` that dies at its n-th step on the disk; `python -m tests.unit.report_kills` is killed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from apanalytics.reports import making, report
from apanalytics.reports.run import Job

STEPS = ("fsync", "replace", "link", "unlink", "open")


def page(text: str) -> Callable[[Job], dict[str, bytes]]:
    """What a worker would answer, at once: the moments tested here are the parent's."""
    return lambda job: {kind: f"{kind} {text} {job.parameters['region']}".encode() for kind in job.formats}


def die_at(step: int) -> None:
    """Let the process kill itself just before its n-th call that touches the disk."""
    done = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal done
            done += 1
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    Path.unlink = counted(Path.unlink)  # type: ignore[method-assign]


def main() -> None:
    """Make the reports of both regions, as version `text`, dying at the step given; 0 never dies."""
    data, out, text, step = sys.argv[1:]

    def run(job: Job) -> dict[str, bytes]:
        made = page(text)(job)
        if int(step) and job.parameters["region"] == "32":
            die_at(int(step))
        return made

    making.run = run
    report(data, out, ["32", "94"], "2021-09", formats="html,pdf")


if __name__ == "__main__":
    main()

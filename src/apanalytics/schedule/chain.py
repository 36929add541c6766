"""One run of the chain, step by step in processes of their own, with a status file that monitoring reads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from apanalytics.errors import DataRefused
from apanalytics.prepare.publish import exclusive, publish_json
from apanalytics.schedule.settings import WHEN_THERE_ARE, Settings
from apanalytics.targeting.plan import read_plan

LAST_LINES = 12
SECONDS_OF_A_DAY = 86_400
KEPT = 3
"""Data folders that stay: the current one and the two before it."""

Run = Callable[[Sequence[str]], tuple[int, str]]


@dataclass(frozen=True)
class Step:
    """One command of the chain.

    Parameters
    ----------
    name : what the status file calls it.
    arguments : of the `apanalytics` command.
    needed : whether the chain stops where it fails; training may fail while an earlier model serves.
    """

    name: str
    arguments: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of one step: `done`, `failed`, or `refused`; with the last lines it wrote unless done."""

    name: str
    state: str
    seconds: float
    message: str = ""


def month_to_report(on: date) -> str:
    """The last month that is over.

    Examples
    --------
    >>> month_to_report(date(2021, 1, 5))
    '2020-12'
    """
    return f"{on.replace(day=1) - timedelta(days=1):%Y-%m}"


def ingest_steps(settings: Settings, fresh: Path) -> Iterator[Step]:
    """Read the extracts into a folder of their own, and check it before anything uses it."""
    sources = [word for name, folder in settings.extracts.items() for word in (_option(name), str(folder))]
    key = ("--key-file", str(settings.key_file)) if settings.key_file else ()
    yield Step("ingest", ("ingest", str(fresh), *sources, *key))
    yield Step("check", ("check", str(fresh)))


def steps(settings: Settings, on: date, trained: Mapping[str, date]) -> Iterator[Step]:
    """What follows once the data are accepted.

    Parameters
    ----------
    on : day of the run.
    trained : day on which the model of each stage was trained; absent where there is none.

    Examples
    --------
    >>> some = Settings(Path("/srv/ap"), {"apart": Path("/srv/extracts")})
    >>> [step.name for step in steps(some, date(2021, 10, 5), {"payment": date(2021, 9, 5)})]
    ['target payment', 'report', 'report public']
    """
    data = str(settings.current)
    models: list[str] = []
    for stage in settings.stages:
        due = stage not in trained or (on - trained[stage]).days >= settings.retrain_days
        if due:
            words = ("train", data, str(settings.model(stage)), "--stage", stage, "--until", on.isoformat())
            yield Step(f"train {stage}", words, needed=False)
        has_model = (settings.model(stage) / "model.json").is_file()
        ranker = str(settings.model(stage)) if has_model else "anomaly"
        if has_model:
            models += ["--model", ranker]
        yield from _target_steps(settings, stage, on, ranker)
    plans = [word for plan in settings.plans for word in ("--plan", str(plan))]
    reports = ("report", data, str(settings.root / "reports"), "--all", "--month", month_to_report(on))
    yield Step("report", (*reports, *models, *plans, "--format", "html,pdf"))
    yield Step("report public", (*reports, "--public"))


def _target_steps(settings: Settings, stage: str, on: date, ranker: str) -> Iterator[Step]:
    """One list per plan, or one for the country; a list may be empty of cases, which stops nothing."""
    common = ("--stage", stage, "--on", on.isoformat())
    folder = settings.root / "lists" / f"{on.isoformat()}-{stage}"
    if not settings.plans:
        words = ("target", str(settings.current), ranker, str(folder), *common)
        yield Step(f"target {stage}", (*words, "--capacity", str(settings.capacity)), needed=False)
    for path in settings.plans:
        plan = read_plan(path)
        words = ("target", str(settings.current), ranker, f"{folder}-{plan.region}", *common)
        more = ("--plan", str(path), "--region", plan.region)
        yield Step(f"target {stage} {plan.region}", (*words, *more), needed=False)


def run_chain(settings: Settings, on: date, run: Run | None = None) -> list[Outcome]:
    """Run the chain once; the data of the last run stay in use unless the new ones pass their check.

    Parameters
    ----------
    run : runs one command, returns its exit status and what it wrote; a process each by default.

    Raises
    ------
    DataRefused : the extracts are stale; nothing was touched.

    Returns
    -------
    What became of each step; the same is in the status file, which is written after each.
    """
    call = run or _call
    with exclusive(settings.root / ".chain.lock", patience=1.0):
        log = _Log(settings.status)
        age, source = _oldest(settings)
        if age > settings.max_age_days:
            why = f"The newest file of {source} is {age:.0f} days old; {settings.max_age_days} are allowed."
            log.add(Outcome("extracts", "refused", 0.0, why))
            log.end("refused")
            raise DataRefused("The extracts are stale", where=str(settings.source), why=why)
        fresh = settings.root / "data" / f"{on.isoformat()}-{os.getpid()}"
        for step in ingest_steps(settings, fresh):
            if not log.add(_do(step, call)):
                log.end("refused" if step.name == "check" else "failed")
                return log.outcomes
        _accept(settings, fresh)
        for step in steps(settings, on, _trained(settings)):
            if not log.add(_do(step, call)) and step.needed:
                log.end("failed")
                return log.outcomes
        log.end("done")
        return log.outcomes


class _Log:
    """The outcomes so far, in the status file after each."""

    def __init__(self, path: Path) -> None:
        self.path, self.outcomes = path, list[Outcome]()
        self.started = datetime.now(UTC).isoformat(timespec="seconds")
        self._write("running", None)

    def add(self, outcome: Outcome) -> bool:
        """Enter one outcome; return whether the step is done."""
        self.outcomes.append(outcome)
        self._write("running", None)
        return outcome.state == "done"

    def end(self, state: str) -> None:
        """Say how the run ended: `done`, `warning` where a step that may fail did, `failed`, `refused`."""
        if state == "done" and any(one.state != "done" for one in self.outcomes):
            state = "warning"
        self._write(state, datetime.now(UTC).isoformat(timespec="seconds"))

    def _write(self, state: str, ended: str | None) -> None:
        steps = [asdict(one) for one in self.outcomes]
        publish_json({"state": state, "started": self.started, "ended": ended, "steps": steps}, self.path)


def _do(step: Step, call: Run) -> Outcome:
    start = time.monotonic()
    status, wrote = call(step.arguments)
    seconds = round(time.monotonic() - start, 1)
    if status == 0:
        return Outcome(step.name, "done", seconds)
    return Outcome(step.name, "failed", seconds, "\n".join(wrote.splitlines()[-LAST_LINES:]))


def _call(arguments: Sequence[str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "apanalytics", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    sys.stderr.write(done.stderr)
    return done.returncode, done.stderr


def _oldest(settings: Settings) -> tuple[float, str]:
    """Days since the newest file of the source that is most behind, of those that come every month."""
    ages = [(0.0, "")]
    for source, folder in settings.extracts.items():
        if source in WHEN_THERE_ARE:
            continue
        files = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
        newest = max((path.stat().st_mtime for path in files), default=0.0)
        ages.append(((time.time() - newest) / SECONDS_OF_A_DAY, source))
    return max(ages)


def _accept(settings: Settings, fresh: Path) -> None:
    """Let the checked data be the current ones; the register of past campaigns goes with them."""
    current = settings.current
    register = current / "selections.parquet"
    if register.exists() and not (fresh / register.name).exists():
        shutil.copy2(register, fresh / register.name)
    link = current.with_name(f".current.{os.getpid()}")
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name)
    link.replace(current)
    folders = sorted((p for p in fresh.parent.iterdir() if p.is_dir() and not p.is_symlink()), key=_made)
    for old in folders[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _made(folder: Path) -> float:
    return folder.stat().st_mtime


def _trained(settings: Settings) -> dict[str, date]:
    cards = {stage: settings.model(stage) / "model_card.json" for stage in settings.stages}
    return {s: date.fromtimestamp(card.stat().st_mtime) for s, card in cards.items() if card.is_file()}


def _option(source: str) -> str:
    return "--" + source.replace("_", "-")

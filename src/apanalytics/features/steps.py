"""The named SQL steps: reading them, and in which order they run.

A step is one `.sql` file of `features/steps`: a comment that says what a row is, then one SELECT. Its name is
the name of the file; `<name>.<stage>.sql` is the form that a stage takes. A step reads canonical tables,
tables of the law, and other steps, by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from apanalytics.errors import InvalidArgument

STAGES: tuple[str, ...] = ("authorisation", "payment")
"""The two stages at which a case is looked at."""

ENGINES: tuple[str, ...] = ("duckdb", "spark")
"""What can run the steps: DuckDB on one machine, Spark on one or many."""

_READS = re.compile(r"\b(?:from|join)\s+\(*(?!select\b)([a-z_][a-z0-9_]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Step:
    """One named SELECT.

    Attributes
    ----------
    name : how other steps call it.
    about : what a row of it is, in one or two sentences.
    sql : the SELECT, in the portable subset.
    """

    name: str
    about: str
    sql: str

    @property
    def mentions(self) -> tuple[str, ...]:
        """The names that follow FROM or JOIN, each as often as it is written."""
        return tuple(name.lower() for name in _READS.findall(self.sql))

    @property
    def reads(self) -> frozenset[str]:
        """Every name that follows FROM or JOIN: tables of the contract and of the law, steps, subqueries."""
        return frozenset(self.mentions)


def check_stage(stage: str) -> str:
    """Give back a known stage.

    Raises
    ------
    InvalidArgument : `stage` is neither `authorisation` nor `payment`.

    Examples
    --------
    >>> check_stage("payment")
    'payment'
    """
    if stage not in STAGES:
        raise InvalidArgument(
            "Unknown stage", where="stage", value=stage, todo=f"Use one of {', '.join(STAGES)}."
        )
    return stage


def check_engine(engine: str) -> str:
    """Give back a known engine.

    Raises
    ------
    InvalidArgument : `engine` is neither `duckdb` nor `spark`.

    Examples
    --------
    >>> check_engine("duckdb")
    'duckdb'
    """
    if engine not in ENGINES:
        raise InvalidArgument(
            "Unknown engine", where="--engine", value=engine, todo=f"Use {' or '.join(ENGINES)}."
        )
    return engine


def _parse(name: str, text: str) -> Step:
    lines = text.splitlines()
    comment = [line[2:].strip() for line in lines if line.startswith("--")]
    body = [line for line in lines if not line.startswith("--")]
    return Step(name, " ".join(comment), "\n".join(body).strip())


@cache
def steps(stage: str) -> Mapping[str, Step]:
    """Every step that a stage can use, by name.

    Parameters
    ----------
    stage : `authorisation` or `payment`.

    Examples
    --------
    >>> steps("payment")["case_sirets"].about
    'A row is an establishment that a case is about.'
    """
    check_stage(stage)
    found: dict[str, Step] = {}
    for file in sorted(files("apanalytics.features").joinpath("steps").iterdir(), key=lambda f: f.name):
        name, _, form = file.name.removesuffix(".sql").partition(".")
        if file.name.endswith(".sql") and form in ("", stage):
            found[name] = _parse(name, file.read_text("utf-8"))
    return found


def order(wanted: Iterable[str], known: Mapping[str, Step]) -> tuple[str, ...]:
    """Order the steps so that each comes after those it reads; steps that nobody wants are left out.

    Parameters
    ----------
    wanted : names of the steps whose result is asked for.
    known : the steps of the stage.

    Examples
    --------
    >>> order(["place_facts"], steps("payment"))[-2:]
    ('cases', 'place_facts')
    """
    done: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in done:
            return
        for read in sorted(known[name].reads & known.keys() - {name}):
            visit(read)
        done[name] = None

    for name in sorted(wanted):
        visit(name)
    return tuple(done)

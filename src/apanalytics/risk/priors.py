"""What experts hold of the criteria before any outcome is known: ``priors.yaml``, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from apanalytics.criteria import catalogue


@dataclass(frozen=True)
class Limit:
    """A legal limit that is laid over the model while its own outcomes are few.

    Parameters
    ----------
    code : criterion of the catalogue.
    stages : stages at which it is laid.
    probability : expected share of non-conforming among controlled cases where it fires, 0..1.
    worth : outcomes that this expectation counts for, 10..20.
    reason : why, in a sentence.
    """

    code: str
    stages: tuple[str, ...]
    probability: float
    worth: float
    reason: str


@dataclass(frozen=True)
class Evidence:
    """What any criterion that fires adds to the log-odds while outcomes are few.

    Parameters
    ----------
    log_odds : expected before its own outcomes.
    worth : outcomes that this expectation counts for.
    n0 : outcomes at which the evidence counts half.
    until : outcomes from which it is left out.
    """

    log_odds: float
    worth: float
    n0: float
    until: float

    def share(self, outcomes: float) -> float:
        """Return how much the evidence counts beside what was learnt from this many outcomes, 0..1.

        Examples
        --------
        >>> one = Evidence(log_odds=0.5, worth=15, n0=300, until=3000)
        >>> one.share(0), one.share(300), one.share(3000)
        (1.0, 0.5, 0.0)
        """
        return self.n0 / (self.n0 + outcomes) if outcomes < self.until else 0.0


@cache
def limits(stage: str) -> tuple[Limit, ...]:
    """Return the legal limits of a stage, by code.

    Raises
    ------
    ValueError : the file names a criterion that the catalogue does not have at that stage.

    Examples
    --------
    >>> [one.worth for one in limits("payment") if one.code == "PRO-04"]
    [20.0]
    """
    known = {one.code: one.stages for one in catalogue()}
    found = [
        Limit(
            one["code"], tuple(one["stages"]), float(one["probability"]), float(one["worth"]), one["reason"]
        )
        for one in _page()["limits"]
    ]
    for one in found:
        if not set(one.stages) <= set(known.get(one.code, ())):
            raise ValueError(f"priors.yaml: {one.code} is no criterion of {', '.join(one.stages)}")
    return tuple(sorted((one for one in found if stage in one.stages), key=lambda one: one.code))


@cache
def evidence() -> Evidence:
    """Return what any criterion that fires is held to add."""
    return Evidence(**{name: float(value) for name, value in _page()["evidence"].items()})


def trust(outcomes: float) -> float:
    """Return how much the learners count beside the average outcome, 0..1, once so many outcomes are known.

    Examples
    --------
    >>> 0 == trust(0) < trust(100) < trust(10_000) < 1
    True
    """
    return outcomes / (outcomes + float(_page()["doubt"]))


@cache
def few() -> int:
    """Return the number of a limit's own outcomes from which it is no longer laid over the model."""
    return int(_page()["few"])


@cache
def sensitivities() -> tuple[float, float]:
    """Return the range of the share of non-conforming cases in which a control finds it: an assumption."""
    held = _page()["detection"]
    return float(held["low"]), float(held["high"])


@cache
def _page() -> dict[str, Any]:
    page: dict[str, Any] = yaml.safe_load(
        files("apanalytics.risk").joinpath("priors.yaml").read_text("utf-8")
    )
    return page

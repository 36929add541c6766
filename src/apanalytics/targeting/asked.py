"""What a campaign is asked for, checked as a whole before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NoReturn

from apanalytics.errors import InvalidArgument
from apanalytics.risk.labels import one_seed
from apanalytics.tables.geography import parse_region
from apanalytics.targeting.draw import Shares
from apanalytics.targeting.for_euros import share_given
from apanalytics.targeting.guarantee import MODES
from apanalytics.targeting.plan import PRECISION_LINE, Plan

RANDOM_SHARE = 0.1
"""Share of the places drawn at random where nothing else is asked."""
EVERYWHERE = ""
"""The one pool of a campaign whose capacity is shared by all departments."""


@dataclass(frozen=True)
class Asked:
    """What one campaign is asked for: exactly one of a capacity, a plan and a share to release.

    Parameters
    ----------
    capacity : places shared by all departments; None with a plan or a release.
    random_share : share of the places, or of the released, drawn at random.
    seed : seed of the draw, 0 or more.
    regions : region codes to choose in; None for all.
    plan : a control plan, which gives places by department and what they are for.
    min_precision : rank by net euros under this least expected precision; None ranks by score.
    guarantee : ``average`` or ``campaigns``; None promises nothing.
    release_share : share of the cases that may be accepted unchecked.
    precision_for_euros : share of the expected precision that the ranking may give up for euros, 0..1; None
        takes the default of the stage.
    """

    capacity: int | None
    random_share: float
    seed: int
    regions: tuple[str, ...] | None
    plan: Plan | None = None
    min_precision: float | None = None
    guarantee: str | None = None
    release_share: float | None = None
    precision_for_euros: float | None = None

    @property
    def shares(self) -> Shares:
        """What the places are for."""
        if self.plan is None:
            return Shares(self.random_share)
        one = self.plan
        return Shares(one.random_share, one.uncertain_share, one.rules_share, one.signal_share)

    @property
    def places(self) -> Mapping[str, int]:
        """Places by department, or of the one pool."""
        return self.plan.departments if self.plan else {EVERYWHERE: self.capacity or 0}

    @property
    def line(self) -> float:
        """Precision that the list is to reach."""
        if self.min_precision is not None:
            return self.min_precision
        return self.plan.precision_line if self.plan else PRECISION_LINE

    def given_for_euros(self, stage: str) -> float:
        """Share of the expected precision given for euros; none where something else decides the list.

        A guarantee speaks of the first cases by score, so that nothing is given beside one.
        """
        if self.guarantee is not None or self.min_precision is not None or self.release_share is not None:
            return 0.0
        return share_given(self.precision_for_euros, stage)

    @property
    def control_cost_eur(self) -> float:
        """Cost of a control; nothing is said of it without a plan, and none is taken off."""
        return self.plan.control_cost_eur if self.plan else 0.0

    def json(self) -> dict[str, Any]:
        """Return what was asked as plain values for ``campaign.json``."""
        return {
            "capacity": self.plan.capacity if self.plan else self.capacity,
            "random_share": self.random_share,
            "regions": list(self.regions) if self.regions else None,
            "seed": self.seed,
            "min_precision": self.min_precision,
            "release_share": self.release_share,
            "ranked_by": "score" if self.min_precision is None else "net_eur",
        }


def asked(
    on: date,
    capacity: int | None = None,
    random_share: float | None = None,
    seed: int = 0,
    regions: str | Sequence[str] | None = None,
    plan: Plan | None = None,
    min_precision: float | None = None,
    guarantee: str | None = None,
    release_share: float | None = None,
    precision_for_euros: float | None = None,
) -> Asked:
    """Check what a campaign is asked for, and fill in what a plan says.

    Parameters
    ----------
    on : day of the campaign, within the plan where there is one.
    capacity, random_share, seed, regions, plan, min_precision, guarantee, release_share,
        precision_for_euros : see `Asked`.

    Raises
    ------
    InvalidArgument : none or several of capacity, plan and release share; a value out of range; an option
        that the plan already decides.

    Examples
    --------
    >>> asked(date(2021, 9, 15), capacity=20).json()["random_share"]
    0.1
    """
    ways = [name for name, value in _ways(capacity, plan, release_share).items() if value is not None]
    if len(ways) != 1:
        _refuse("Give exactly one of a capacity, a plan and a share to release", ", ".join(ways) or None)
    one_seed(seed)
    if capacity is not None and capacity < 1:
        _refuse("A campaign needs at least one place", capacity, "capacity", "Give 1 or more.")
    if min_precision is not None and not 0 < min_precision < 1:
        _refuse("A precision lies between 0 and 1", min_precision, "min_precision")
    if guarantee is not None and guarantee not in MODES:
        _refuse("Unknown guarantee", guarantee, "guarantee", f"Use {' or '.join(MODES)}.")
    if release_share is not None and (min_precision is not None or guarantee is not None):
        _refuse(
            "A release promises no precision", release_share, "release_share", "Leave the other option out."
        )
    _sole(precision_for_euros, min_precision, guarantee, release_share, plan)
    where = _regions(regions)
    if plan is not None:
        _fits(plan, on, random_share, where)
        _nothing_else_decides(plan.precision_for_euros, min_precision, guarantee, release_share)
        where, random_share = (plan.region,), plan.random_share
    share = RANDOM_SHARE if random_share is None else random_share
    given = plan.precision_for_euros if plan is not None else precision_for_euros
    found = Asked(capacity, share, seed, where, plan, min_precision, guarantee, release_share, given)
    _ = found.shares  # refuses a random share out of range
    return found


def _sole(
    given: float | None, least: float | None, mode: str | None, release: float | None, plan: Plan | None
) -> None:
    """Refuse a share given for euros that is none, or beside what already decides the list."""
    if given is None:
        return
    if not 0 <= given <= 1:
        _refuse("A share lies between 0 and 1", given, "precision_for_euros")
    if plan is not None:
        _refuse("The plan already says what is given", given, "precision_for_euros", "Change it there.")
    _nothing_else_decides(given, least, mode, release)


def _nothing_else_decides(
    given: float | None, least: float | None, mode: str | None, release: float | None
) -> None:
    """Refuse a share given for euros where something else decides the list."""
    if given and (least is not None or mode is not None or release is not None):
        _refuse(
            "Nothing can be given for euros here",
            given,
            "precision_for_euros",
            "Leave it out, of the plan too: a minimum precision, a guarantee or a release decides the list.",
        )


def _ways(capacity: int | None, plan: Plan | None, release: float | None) -> dict[str, object]:
    return {"capacity": capacity, "plan": plan, "release_share": release}


def _fits(plan: Plan, on: date, random_share: float | None, regions: tuple[str, ...] | None) -> None:
    """Refuse a day outside the plan, and options that the plan decides."""
    if not plan.covers(on):
        _refuse("The day is outside the plan", str(on), "on", f"It runs from {plan.from_} to {plan.to}.")
    if random_share is not None:
        _refuse("The plan already says the random share", random_share, "random_share", "Change it there.")
    if regions not in (None, (plan.region,)):
        _refuse(f"The plan is that of region {plan.region}", ", ".join(regions or ()), "regions")


def _regions(regions: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return sorted region codes, None for every region."""
    if regions is None or not len(regions):
        return None
    return tuple(sorted({parse_region(one) for one in ([regions] if isinstance(regions, str) else regions)}))


def _refuse(what: str, value: object, where: str | None = None, todo: str | None = None) -> NoReturn:
    raise InvalidArgument(what, where=where, value=value, todo=todo)

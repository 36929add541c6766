"""Contracts of the establishments that file: who sits in their seats, on which arrangement, for what pay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import UNUSUAL, rank
from apanalytics.synthetic.draws import Bits, Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw
from apanalytics.synthetic.lines import ARRANGEMENTS
from apanalytics.synthetic.seats import (
    APPRENTICE,
    CONTRACT_KINDS,
    FIXED,
    PERMANENT,
    Terms,
    by_activity,
    paid_by_voucher,
    terms,
)
from apanalytics.synthetic.wages import bonuses, wages

_PART_TIME = np.array([0.5, 0.57, 0.69, 0.8])
_SECOND_JOB = 0.45
"""Of the legal week, each job of those who have several: two are under a full one, three under 48 hours."""


@dataclass
class Contracts:
    """One position per contract of a chunk of establishments.

    `place` is the row of the establishment; `seat` a key that no other seat of the country has, `turn` the
    rank of the contract in it; `starts`, `ends` are days (`ends` far in the future where open); `ratio` is
    the part of full time; `weekly` the hours of a full week here; `agreed` hours above the legal week are
    paid; `wage` cents per hour, `bonus` the share that comes on top of it every month; `invented` nobody
    works it; `employed` an officer holds a true contract beside the mandate, so that he may be claimed;
    `in_payroll` DSN hold it; `replacement` URSSAF does not count it.
    """

    place: Ints
    seat: Ints
    turn: Ints
    person: Bits
    kind: Ints
    starts: np.ndarray
    ends: np.ndarray
    end_reason: Ints
    invented: Bools
    employed: Bools
    in_payroll: Bools
    arrangement: Ints
    ratio: Floats
    weekly: Floats
    agreed: Bools
    wage: Ints
    bonus: Floats
    replacement: Bools

    def __len__(self) -> int:
        return len(self.place)

    @property
    def officers_employed(self) -> Bools:
        """Officers who hold a true contract of employment beside their mandate: as claimable as anybody."""
        return np.asarray((self.kind == CONTRACT_KINDS.index("officer")) & self.employed)


def contracts(
    places: pd.DataFrame, first: Ints, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Contracts:
    """Return the contracts of establishments.

    Parameters
    ----------
    places : establishments of the chunk, as `register` returns them.
    first : position in the law's months of each one's first claimed month.
    """
    return _hired(terms(places, first, law, draws, settings), places, law, draws, settings)


def _hired(held: Terms, places: pd.DataFrame, law: MonthlyLaw, draws: Draws, settings: Settings) -> Contracts:
    """Give each contract its person, arrangement and wage."""
    knobs, place, seat = settings.payroll, held.place, held.seat
    codes, uid = places["nace_code"], places["uid"].to_numpy()
    part = by_activity(codes, knobs.part_time_share)
    part = np.where(places["kind"] == rank("part_time_as_full"), np.maximum(part, 0.5), part)[place]
    package = by_activity(codes, knobs.day_package_share)[place]
    base39 = places["kind"].to_numpy() == rank("hours_39_base")
    over = draws.chance("over 35", by_activity(codes, knobs.over35_share), uid) | base39
    agreed = draws.chance("over 35 agreed", knobs.over35_agreement, uid) & ~base39
    partial = draws.chance("part time", part, seat) & ~held.invented
    shared = _two_jobs(held, partial, draws, settings)
    ratio = np.where(shared, _SECOND_JOB, _PART_TIME[draws.below("part", len(_PART_TIME), seat)])
    whole = ~partial & (held.kind != APPRENTICE)
    daily = whole & ~over[place] & draws.chance("day package", package, seat)
    arrangement = np.select([partial, daily, whole & over[place]], [2, 3, 1], 0)
    legal = law.weekly_hours[0]
    invented = held.invented
    shell = draws.chance("shell in payroll", 0.7, uid) | (places["kind"].to_numpy() != UNUSUAL[1])
    listed = shell & (places["kind"].to_numpy() != UNUSUAL[0])
    listed &= ~paid_by_voucher(places, draws, settings)
    return Contracts(
        place=place,
        seat=seat,
        turn=held.turn,
        person=_persons(held, places, shared, draws),
        kind=_officers(held, places, draws),
        starts=held.starts,
        ends=held.ends,
        end_reason=held.end_reason,
        invented=invented,
        employed=draws.chance("officer employed", knobs.officer_employed, seat),
        in_payroll=listed[place],
        arrangement=arrangement,
        ratio=np.where(partial, ratio, 1.0),
        weekly=np.where(arrangement == ARRANGEMENTS.index("over35"), knobs.over35_weekly, legal),
        agreed=agreed[place],
        wage=wages(held, places, daily, law, draws, settings),
        bonus=bonuses(held, places, draws, settings),
        replacement=(held.kind == FIXED) & draws.chance("replacement", 0.35, seat),
    )


def _two_jobs(held: Terms, partial: Bools, draws: Draws, settings: Settings) -> Bools:
    """Say which contracts are held by people with another job: a few of the second seats held part time."""
    second = (held.seat % 4096 == 1) & (held.turn == 0) & partial
    return np.asarray(second & draws.chance("two jobs", settings.economy.two_jobs, held.seat))


def _persons(held: Terms, places: pd.DataFrame, shared: Bools, draws: Draws) -> Bits:
    """A key per person; those with two jobs are drawn from those of the department who have."""
    own = draws.bits("person", held.seat, held.turn)
    number = draws.below("two jobs who", places["pool"].to_numpy()[held.place], held.seat)
    return np.where(shared, draws.bits("pool", places["pool_key"].to_numpy()[held.place], number), own)


def _officers(held: Terms, places: pd.DataFrame, draws: Draws) -> Ints:
    """A few first seats are held by the officer of the firm, whom nobody may claim."""
    first = (held.seat % 4096 == 1) & (held.kind == PERMANENT)
    likely = np.where(places["kind"] == rank("officers_claimed"), 0.8, 0.06)[held.place]
    return np.where(
        first & draws.chance("officer", likely, held.seat), CONTRACT_KINDS.index("officer"), held.kind
    )

"""Contracts of the establishments that file: seats, who sits in them, arrangement and wage."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import UNUSUAL, rank
from apanalytics.synthetic.draws import Bits, Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw
from apanalytics.synthetic.lines import ARRANGEMENTS

CONTRACT_KINDS = ("permanent", "fixed_term", "temporary", "apprentice", "intern", "officer")
END_REASONS = ("trial", "dismissal", "end_of_term", "resignation", "other")
_PERMANENT, _FIXED, _TEMPORARY, _APPRENTICE, _INTERN = range(5)
_FOREVER = np.datetime64("2100-01-01", "D")
_DAY = np.timedelta64(1, "D")
_LENGTHS = np.array([0, 8, 2, 22, 5])
_PART_TIME = np.array([0.5, 0.57, 0.69, 0.8])


@dataclass
class Contracts:
    """One position per contract of a chunk of establishments.

    `place` is the row of the establishment; `seat` a key that no other seat of the country has, `turn` the
    rank of the contract in it; `starts`, `ends` are days (`ends` far in the future where open); `ratio` is
    the part of full time; `weekly` the hours of a full week here; `agreed` hours above the legal week are
    paid; `wage` cents per hour; `invented` nobody works it; `in_payroll` DSN hold it; `replacement` URSSAF
    does not count it.
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
    in_payroll: Bools
    arrangement: Ints
    ratio: Floats
    weekly: Floats
    agreed: Bools
    wage: Ints
    replacement: Bools

    def __len__(self) -> int:
        return len(self.place)


@dataclass
class _Terms:
    """Who is in which seat from when to when; the first fields of `Contracts`."""

    place: Ints
    seat: Ints
    turn: Ints
    kind: Ints
    starts: np.ndarray
    ends: np.ndarray
    end_reason: Ints
    invented: Bools


def contracts(
    places: pd.DataFrame, first: Ints, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Contracts:
    """Return the contracts of establishments.

    Parameters
    ----------
    places : establishments of the chunk, as `register` returns them.
    first : position in the law's months of each one's first claimed month.
    """
    size = places["size"].to_numpy()
    place = np.repeat(np.arange(len(places)), size)
    rank_in = np.arange(len(place)) - np.repeat(np.cumsum(size) - size, size)
    seat = places["uid"].to_numpy()[place] * 4096 + rank_in
    kind, seasonal = _seat_kinds(places, place, seat, draws, settings)
    parts = [
        _stable(places, place, seat, np.flatnonzero((kind == _PERMANENT) & ~seasonal), law, draws, settings),
        _chains(places, place, seat, kind, law, draws),
        _seasons(place, seat, np.flatnonzero(seasonal), law, draws),
        _invented(places, first, law, draws),
    ]
    terms = _Terms(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(_Terms)}
    )
    return _hired(terms, places, first, law, draws, settings)


def fictitious_staff(uid: Ints, size: Ints, draws: Draws) -> Ints:
    """Return how many employees a firm of the kind `fictitious_employees` invents: one to eight."""
    drawn = np.rint(size * (0.2 + 0.4 * draws.uniform("fictitious staff", uid))).astype(np.int64)
    return np.clip(drawn, 1, 8)


def _seat_kinds(
    places: pd.DataFrame, place: Ints, seat: Ints, draws: Draws, settings: Settings
) -> tuple[Ints, Bools]:
    knobs = settings.payroll
    weights = [knobs.seat_kinds[name] for name in CONTRACT_KINDS[:5]]
    kind = draws.pick("seat kind", weights, seat)
    alone = (seat % 4096 == 0) | np.isin(places["kind"].to_numpy(), UNUSUAL)[place]
    kind = np.where(alone, _PERMANENT, kind)
    share = places["nace_code"].map(knobs.seasonal_share).fillna(0.0).to_numpy(float)
    seasonal = (kind == _PERMANENT) & ~alone & draws.chance("seasonal", share[place], seat)
    return kind, seasonal


def _stable(
    places: pd.DataFrame,
    place: Ints,
    seat: Ints,
    rows: Ints,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> _Terms:
    """Permanent seats: somebody from before the window; where he leaves within it, a successor."""
    place, seat = place[rows], seat[rows]
    opening, closing = _window(law)
    created = places["created_on"].to_numpy("datetime64[D]")[place]
    tenure = draws.exponential("tenure", settings.payroll.mean_tenure_years * 365, seat)
    starts = np.maximum(
        opening - tenure.astype(np.int64) * _DAY, created + draws.below("first hire", 45, seat) * _DAY
    )
    rate = max(settings.payroll.turnover_per_year, 1e-6)
    leaves = (
        np.maximum(opening, starts)
        + (60 + draws.exponential("leaves", 365 / rate, seat)).astype(np.int64) * _DAY
    )
    gone = leaves < closing
    again = leaves[gone] + draws.between("vacancy", 1, 40, seat[gone]) * _DAY
    reasons = draws.pick("end reason", [0.02, 0.22, 0, 0.5, 0.26], seat)
    return _Terms(
        place=np.concatenate([place, place[gone]]),
        seat=np.concatenate([seat, seat[gone]]),
        turn=np.repeat([0, 1], [len(seat), gone.sum()]),
        kind=np.full(len(seat) + gone.sum(), _PERMANENT),
        starts=np.concatenate([starts, again]),
        ends=np.concatenate([np.where(gone, leaves, _FOREVER), np.full(gone.sum(), _FOREVER)]),
        end_reason=np.concatenate([np.where(gone, reasons, -1), np.full(gone.sum(), -1)]),
        invented=np.isin(places["kind"].to_numpy(), UNUSUAL)[np.concatenate([place, place[gone]])],
    )


def _chains(
    places: pd.DataFrame, place: Ints, seat: Ints, kind: Ints, law: MonthlyLaw, draws: Draws
) -> _Terms:
    """Seats held by one contract with an end after the other."""
    rows = np.flatnonzero(kind != _PERMANENT)
    opening, closing = _window(law)
    days = _LENGTHS[kind[rows]] * 30 + draws.below("term", 40, seat[rows])
    times = (closing - opening).astype(np.int64) // days + 2
    which = np.repeat(rows, times)
    turn = np.arange(len(which)) - np.repeat(np.cumsum(times) - times, times)
    length = np.repeat(days, times)
    phase = np.repeat((draws.uniform("phase", seat[rows]) * days).astype(np.int64), times)
    starts = opening + (turn * length - phase) * _DAY
    ends = starts + (length - 1 - draws.below("pause", 12, seat[which], turn)) * _DAY
    born = places["created_on"].to_numpy("datetime64[D]")[place[which]] <= starts
    inside = (ends >= opening) & (starts <= closing) & born
    which, turn = which[inside], turn[inside]
    early = draws.chance("broken early", 0.05, seat[which], turn)
    return _Terms(
        place=place[which],
        seat=seat[which],
        turn=turn,
        kind=kind[which],
        starts=starts[inside],
        ends=ends[inside],
        end_reason=np.where(early, END_REASONS.index("trial"), END_REASONS.index("end_of_term")),
        invented=np.zeros(len(which), dtype=bool),
    )


def _seasons(place: Ints, seat: Ints, rows: Ints, law: MonthlyLaw, draws: Draws) -> _Terms:
    """Seasonal seats: a contract from May or June to September, each year."""
    opening, closing = _window(law)
    years = np.arange(opening.astype("datetime64[Y]"), closing.astype("datetime64[Y]") + 1)
    which, year = np.repeat(rows, len(years)), np.tile(np.arange(len(years)), len(rows))
    spring = (years[year].astype("datetime64[M]") + 4).astype("datetime64[D]")
    starts = spring + draws.below("season opens", 50, seat[which], year) * _DAY
    ends = starts + draws.between("season lasts", 70, 130, seat[which], year) * _DAY
    return _Terms(
        place=place[which],
        seat=seat[which],
        turn=year,
        kind=np.full(len(which), _FIXED),
        starts=starts,
        ends=ends,
        end_reason=np.full(len(which), END_REASONS.index("end_of_term")),
        invented=np.zeros(len(which), dtype=bool),
    )


def _invented(places: pd.DataFrame, first: Ints, law: MonthlyLaw, draws: Draws) -> _Terms:
    """Extra contracts of two kinds of conduct: employees on paper, temporary workers instead of idle ones."""
    uid, kind = places["uid"].to_numpy(), places["kind"].to_numpy()
    size, begin = places["size"].to_numpy(), law.months[first].astype("datetime64[D]")
    paper, temps = kind == rank("fictitious_employees"), kind == rank("temps_replace")
    count = np.where(paper, fictitious_staff(uid, size, draws), np.where(temps, 1 + size // 4, 0))
    place = np.repeat(np.arange(len(places)), count)
    number = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    seat, on_paper = uid[place] * 4096 + 2048 + number, paper[place]
    starts = begin[place] + np.where(on_paper, draws.between("on paper from", -40, 8, seat), 3) * _DAY
    lasts = np.where(
        on_paper, draws.between("on paper for", 75, 150, seat), draws.between("temps for", 60, 180, seat)
    )
    return _Terms(
        place=place,
        seat=seat,
        turn=np.zeros(len(place), dtype=np.int64),
        kind=np.where(on_paper, _PERMANENT, _TEMPORARY),
        starts=starts,
        ends=starts + lasts * _DAY,
        end_reason=np.where(on_paper, END_REASONS.index("trial"), END_REASONS.index("end_of_term")),
        invented=on_paper,
    )


def _hired(
    terms: _Terms, places: pd.DataFrame, first: Ints, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Contracts:
    """Give each contract its person, arrangement and wage."""
    knobs, place, seat = settings.payroll, terms.place, terms.seat
    codes, uid = places["nace_code"], places["uid"].to_numpy()
    part = _by_activity(codes, knobs.part_time_share)[place]
    package = _by_activity(codes, knobs.day_package_share)[place]
    base39 = places["kind"].to_numpy() == rank("hours_39_base")
    over = draws.chance("over 35", _by_activity(codes, knobs.over35_share), uid) | base39
    agreed = draws.chance("over 35 agreed", knobs.over35_agreement, uid) & ~base39
    partial = draws.chance("part time", part, seat) & ~terms.invented
    whole = ~partial & (terms.kind != _APPRENTICE)
    daily = whole & ~over[place] & draws.chance("day package", package, seat)
    arrangement = np.select([partial, daily, whole & over[place]], [2, 3, 1], 0)
    legal = law.weekly_hours[0]
    invented = terms.invented
    shell = draws.chance("shell in payroll", 0.7, uid) | (places["kind"].to_numpy() != UNUSUAL[1])
    listed = shell & (places["kind"].to_numpy() != UNUSUAL[0])
    return Contracts(
        place=place,
        seat=seat,
        turn=terms.turn,
        person=_persons(terms, places, partial, draws, settings),
        kind=_officers(terms, draws),
        starts=terms.starts,
        ends=terms.ends,
        end_reason=terms.end_reason,
        invented=invented,
        in_payroll=listed[place],
        arrangement=arrangement,
        ratio=np.where(partial, _PART_TIME[draws.below("part", len(_PART_TIME), seat)], 1.0),
        weekly=np.where(arrangement == ARRANGEMENTS.index("over35"), knobs.over35_weekly, legal),
        agreed=agreed[place],
        wage=_wages(terms, places, daily, law, draws, settings),
        replacement=(terms.kind == _FIXED) & draws.chance("replacement", 0.35, seat),
    )


def _persons(terms: _Terms, places: pd.DataFrame, partial: Bools, draws: Draws, settings: Settings) -> Bits:
    """A key per person; a few second seats held part time go to people with another job in the department."""
    own = draws.bits("person", terms.seat, terms.turn)
    second = (terms.seat % 4096 == 1) & (terms.turn == 0) & partial
    shared = second & draws.chance("two jobs", settings.economy.two_jobs, terms.seat)
    number = draws.below("two jobs who", places["pool"].to_numpy()[terms.place], terms.seat)
    return np.where(shared, draws.bits("pool", places["pool_key"].to_numpy()[terms.place], number), own)


def _officers(terms: _Terms, draws: Draws) -> Ints:
    """A few first seats are held by the officer of the firm, whom nobody may claim."""
    first = (terms.seat % 4096 == 1) & (terms.kind == _PERMANENT)
    return np.where(
        first & draws.chance("officer", 0.06, terms.seat), CONTRACT_KINDS.index("officer"), terms.kind
    )


def _wages(
    terms: _Terms, places: pd.DataFrame, daily: Bools, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Ints:
    """Hourly wage in cents, in steps of five: above the minimum wage by activity, firm and seat."""
    knobs, seat = settings.payroll, terms.seat
    over = _by_activity(places["nace_code"], knobs.wage_over_minimum)
    over = over * np.exp(0.25 * draws.normal("firm wage", places["firm"].to_numpy()))
    spread = knobs.wage_spread
    above = over[terms.place] * np.exp(spread * draws.normal("wage", seat, terms.turn) - spread**2 / 2)
    above = above * np.where(daily, 1.8, 1.0) * np.where(terms.invented, 2.0, 1.0)
    wage = (
        law.smic[0]
        * (1 + np.minimum(above, 6.0))
        * np.where(terms.kind == _APPRENTICE, knobs.apprentice_wage, 1.0)
    )
    return np.asarray(np.rint(wage / 5).astype(np.int64) * 5)


def _by_activity(codes: pd.Series, table: dict[str, float]) -> Floats:
    return codes.map(table).fillna(table.get("other", 0.0)).to_numpy(float)


def _window(law: MonthlyLaw) -> tuple[np.datetime64, np.datetime64]:
    """First and last day that contracts are wanted for."""
    return law.months[0].astype("datetime64[D]"), (law.months[-1] + 1).astype("datetime64[D]") - _DAY

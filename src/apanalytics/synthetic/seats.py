"""Seats of the establishments that file: which there are, and who is in each from when to when."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from apanalytics.synthetic.acting import begins
from apanalytics.synthetic.conduct import UNUSUAL, rank
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw

CONTRACT_KINDS = ("permanent", "fixed_term", "temporary", "apprentice", "intern", "officer")
END_REASONS = ("trial", "dismissal", "end_of_term", "resignation", "other")
PERMANENT, FIXED, TEMPORARY, APPRENTICE = range(4)
_FOREVER = np.datetime64("2100-01-01", "D")
_EVER = np.datetime64("1900-01-01", "D")
_DAY = np.timedelta64(1, "D")
_NEW_BY_VOUCHER = 0.5
"""Share of the newcomers who pay by voucher."""
_LENGTHS = np.array([0, 8, 2, 22, 5])
"""Months that the contracts of seats held for a term last, by kind."""


@dataclass
class Terms:
    """Who is in which seat from when to when; the first fields of `Contracts`."""

    place: Ints
    seat: Ints
    turn: Ints
    kind: Ints
    starts: np.ndarray
    ends: np.ndarray
    end_reason: Ints
    invented: Bools


def terms(places: pd.DataFrame, first: Ints, law: MonthlyLaw, draws: Draws, settings: Settings) -> Terms:
    """Return who is in which seat of each establishment from when to when; see `workforce.contracts`."""
    size = places["size"].to_numpy()
    place = np.repeat(np.arange(len(places)), size)
    rank_in = np.arange(len(place)) - np.repeat(np.cumsum(size) - size, size)
    seat = places["uid"].to_numpy()[place] * 4096 + rank_in
    kind, seasonal = seat_kinds(places, place, seat, draws, settings)
    lasting = np.flatnonzero((kind == PERMANENT) & ~seasonal)
    parts = [
        _stable(places, first, place, seat, lasting, law, draws, settings),
        _chains(places, place, seat, kind, law, draws),
        _seasons(place, seat, np.flatnonzero(seasonal), law, draws),
        _invented(places, first, law, draws, settings),
    ]
    return Terms(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Terms)})


def fictitious_staff(uid: Ints, size: Ints, draws: Draws) -> Ints:
    """Return how many employees a firm of the kind `fictitious_employees` invents: one to eight."""
    drawn = np.rint(size * (0.2 + 0.4 * draws.uniform("fictitious staff", uid))).astype(np.int64)
    return np.clip(drawn, 1, 8)


def seat_kinds(
    places: pd.DataFrame, place: Ints, seat: Ints, draws: Draws, settings: Settings
) -> tuple[Ints, Bools]:
    """Return the kind of contract of each seat, and whether it is seasonal; first seats are permanent."""
    knobs = settings.payroll
    weights = [knobs.seat_kinds[name] for name in CONTRACT_KINDS[:5]]
    kind = draws.pick("seat kind", weights, seat)
    alone = (seat % 4096 == 0) | np.isin(places["kind"].to_numpy(), UNUSUAL)[place]
    alone |= newcomers(places, draws, settings)[place]
    kind = np.where(alone, PERMANENT, kind)
    share = places["nace_code"].map(knobs.seasonal_share).fillna(0.0).to_numpy(float)
    seasonal = (kind == PERMANENT) & ~alone & draws.chance("seasonal", share[place], seat)
    return kind, seasonal


def _stable(
    places: pd.DataFrame,
    first: Ints,
    place: Ints,
    seat: Ints,
    rows: Ints,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Terms:
    """Permanent seats: somebody from before the window; where he leaves within it, a successor."""
    place, seat = place[rows], seat[rows]
    opening, closing = window(law)
    created = places["created_on"].to_numpy("datetime64[D]")[place]
    tenure = draws.exponential("tenure", settings.payroll.mean_tenure_years * 365, seat)
    starts = np.maximum(
        opening - tenure.astype(np.int64) * _DAY, created + draws.below("first hire", 45, seat) * _DAY
    )
    starts = np.maximum(starts, _joined(places, first, law, draws, settings)[rows])
    rate = max(settings.payroll.turnover_per_year, 1e-6)
    leaves = (
        np.maximum(opening, starts)
        + (60 + draws.exponential("leaves", 365 / rate, seat)).astype(np.int64) * _DAY
    )
    gone = leaves < closing
    again = leaves[gone] + draws.between("vacancy", 1, 40, seat[gone]) * _DAY
    reasons = draws.pick("end reason", [0.02, 0.22, 0, 0.5, 0.26], seat)
    return Terms(
        place=np.concatenate([place, place[gone]]),
        seat=np.concatenate([seat, seat[gone]]),
        turn=np.repeat([0, 1], [len(seat), gone.sum()]),
        kind=np.full(len(seat) + gone.sum(), PERMANENT),
        starts=np.concatenate([starts, again]),
        ends=np.concatenate([np.where(gone, leaves, _FOREVER), np.full(gone.sum(), _FOREVER)]),
        end_reason=np.concatenate([np.where(gone, reasons, -1), np.full(gone.sum(), -1)]),
        invented=np.isin(places["kind"].to_numpy(), UNUSUAL)[np.concatenate([place, place[gone]])],
    )


def _chains(
    places: pd.DataFrame, place: Ints, seat: Ints, kind: Ints, law: MonthlyLaw, draws: Draws
) -> Terms:
    """Seats held by one contract with an end after the other."""
    rows = np.flatnonzero(kind != PERMANENT)
    opening, closing = window(law)
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
    return Terms(
        place=place[which],
        seat=seat[which],
        turn=turn,
        kind=kind[which],
        starts=starts[inside],
        ends=ends[inside],
        end_reason=np.where(early, END_REASONS.index("trial"), END_REASONS.index("end_of_term")),
        invented=np.zeros(len(which), dtype=bool),
    )


def _seasons(place: Ints, seat: Ints, rows: Ints, law: MonthlyLaw, draws: Draws) -> Terms:
    """Seasonal seats: a contract from May or June to September, each year."""
    opening, closing = window(law)
    years = np.arange(opening.astype("datetime64[Y]"), closing.astype("datetime64[Y]") + 1)
    which, year = np.repeat(rows, len(years)), np.tile(np.arange(len(years)), len(rows))
    spring = (years[year].astype("datetime64[M]") + 4).astype("datetime64[D]")
    starts = spring + draws.below("season opens", 50, seat[which], year) * _DAY
    ends = starts + draws.between("season lasts", 70, 130, seat[which], year) * _DAY
    return Terms(
        place=place[which],
        seat=seat[which],
        turn=year,
        kind=np.full(len(which), FIXED),
        starts=starts,
        ends=ends,
        end_reason=np.full(len(which), END_REASONS.index("end_of_term")),
        invented=np.zeros(len(which), dtype=bool),
    )


def _invented(places: pd.DataFrame, first: Ints, law: MonthlyLaw, draws: Draws, settings: Settings) -> Terms:
    """Extra contracts of two kinds of conduct: employees on paper, temporary workers instead of idle ones."""
    uid, kind = places["uid"].to_numpy(), places["kind"].to_numpy()
    size, begin = places["size"].to_numpy(), law.months[first].astype("datetime64[D]")
    paper = kind == rank("fictitious_employees")
    careful = draws.chance("careful", settings.payroll.careful_inventors, uid)
    temps = (kind == rank("temps_replace")) | _other_trades(places, draws, settings)
    count = np.where(paper, fictitious_staff(uid, size, draws), np.where(temps, 1 + size // 4, 0))
    place = np.repeat(np.arange(len(places)), count)
    number = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
    seat, on_paper = uid[place] * 4096 + 2048 + number, paper[place]
    slow = careful[place]
    since = draws.between("on paper from", np.where(slow, -200, -40), np.where(slow, -60, 8), seat)
    starts = begin[place] + np.where(on_paper, since, 3) * _DAY
    new = begins("fictitious_employees", settings).astype("datetime64[D]")
    starts = np.where(on_paper, np.maximum(starts, new), starts)
    lasts = np.where(
        on_paper, draws.between("on paper for", 75, 150, seat), draws.between("temps for", 60, 180, seat)
    )
    lasts = np.where(on_paper & slow, draws.between("careful for", 400, 900, seat), lasts)
    return Terms(
        place=place,
        seat=seat,
        turn=np.zeros(len(place), dtype=np.int64),
        kind=np.where(on_paper, PERMANENT, TEMPORARY),
        starts=starts,
        ends=starts + lasts * _DAY,
        end_reason=np.select(
            [on_paper & ~slow, on_paper],
            [END_REASONS.index("trial"), END_REASONS.index("resignation")],
            END_REASONS.index("end_of_term"),
        ),
        invented=on_paper,
    )


def newcomers(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Return which establishments of up to three people took on their first employee just before they file.

    No source knows them as employers yet.
    """
    return _tiny(places) & draws.chance("newcomer", settings.payroll.newcomers, places["uid"])


def paid_by_voucher(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Return which establishments of up to three people pay by the vouchers of the collection agency.

    It files for them under a number of its own, so that DSN, URSSAF and SIRENE know nobody there.
    """
    likely = np.where(newcomers(places, draws, settings), _NEW_BY_VOUCHER, settings.payroll.by_voucher)
    return _tiny(places) & draws.chance("paid by voucher", likely, places["uid"])


def _tiny(places: pd.DataFrame) -> Bools:
    small = (places["size"] <= 3).to_numpy() & (places["slot"] == 0).to_numpy()
    return np.asarray(small & ~np.isin(places["kind"], UNUSUAL))


def _joined(
    places: pd.DataFrame, first: Ints, law: MonthlyLaw, draws: Draws, settings: Settings
) -> np.ndarray:
    """First day before which nobody is in each seat: of newcomers all, of firms that took one over half."""
    uid, size = places["uid"].to_numpy(), places["size"].to_numpy()
    begin = law.months[first].astype("datetime64[D]")
    new = newcomers(places, draws, settings)
    over = ~new & (size >= 6) & draws.chance("takes over", settings.payroll.taken_over, uid)
    days = np.where(new, draws.between("newcomer since", 5, 40, uid), draws.between("taken over", 5, 95, uid))
    place = np.repeat(np.arange(len(places)), size)
    rank_in = np.arange(len(place)) - np.repeat(np.cumsum(size) - size, size)
    late = new[place] | (over[place] & (rank_in >= size[place] // 2))
    return np.where(late, begin[place] - days[place] * _DAY, _EVER)


def _other_trades(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Establishments that take on temporary workers for trades in which nobody is idle."""
    share = by_activity(places["nace_code"], settings.payroll.temps_in_other_trades)
    return (places["size"] >= 8).to_numpy() & draws.chance("other trades", share, places["uid"])


def by_activity(codes: pd.Series, table: dict[str, float]) -> Floats:
    """Return the figure of each activity group, that of `other` (or 0) where the table has none."""
    return codes.map(table).fillna(table.get("other", 0.0)).to_numpy(float)


def window(law: MonthlyLaw) -> tuple[np.datetime64, np.datetime64]:
    """First and last day that contracts are wanted for."""
    return law.months[0].astype("datetime64[D]"), (law.months[-1] + 1).astype("datetime64[D]") - _DAY

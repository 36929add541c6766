"""Who files when: months of activity by establishment, and the requests that cover them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.special import ndtr

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.acting import begins
from apanalytics.synthetic.agreements import length
from apanalytics.synthetic.amendments import NONE, amended
from apanalytics.synthetic.conduct import KINDS, UNUSUAL, rank
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.economy import establishments, firms
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.rings import ring
from apanalytics.synthetic.sirets import CAPACITY
from apanalytics.synthetic.sizing import Sizes

T = TypeVar("T")
BLOCK = 4096
"""Firms drawn together: what is in memory at a time."""
EARLIER = 50_000_000
"""Numbers of the requests that start before the window."""


@dataclass(frozen=True)
class Filings:
    """The frame of some firms of the country: what the rest of the generator fills in.

    `establishments` : one row per filing establishment (see `economy.establishments`). `requests` : case (a
    key that no other has), number (0.. in national order; from `EARLIER` on for those that start before the
    window), uid, start (month position), planned (months), copy, apld, agreed (month position in which the
    agreement of a long-term one begins), amends (see `amendments`). `active` :
    by establishment and month, whether there is something to claim; same order as `establishments`.
    `national` : requests of the whole country; `reached` : how many of them are drawn, with these.
    """

    establishments: pd.DataFrame
    requests: pd.DataFrame
    active: Bools
    national: int
    reached: int

    def only(self, rows: Bools) -> Filings:
        """Return the frame of some of its establishments."""
        places = self.establishments[rows].reset_index(drop=True)
        asked = self.requests[np.isin(self.requests["uid"], places["uid"])].reset_index(drop=True)
        return Filings(places, asked, self.active[rows], self.national, self.reached)


def blocks(
    count: int, regions: Ints, wave: Wave, size: Sizes, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Iterator[Filings]:
    """Draw firms, some thousands at a time, until `count` requests of the window are filed nationally.

    Establishments outside `regions` are left out, and those with nothing to file or claim in the window.

    Raises
    ------
    InvalidArgument : `count` needs more firms than there are numbers for.
    """
    total = earlier = first = 0
    while total < count:
        if first + BLOCK > CAPACITY:
            raise InvalidArgument("Too many requests for one country", where="--requests", value=count)
        firm = firms(np.arange(first, first + BLOCK), wave, draws, settings)
        places = establishments(firm, wave, size, draws, settings)
        active = _activity(places, count, wave, draws, settings)
        asked = _requests(places, active, wave, law, draws, settings)
        kind = places.set_index("uid")["kind"].loc[asked["uid"]].to_numpy()
        asked = amended(asked, kind, len(wave.months), draws, settings)
        inside = (asked["start"] >= wave.opening).to_numpy()
        asked = asked.head(int(np.searchsorted(np.cumsum(inside), count - total)) + 1)
        inside = inside[: len(asked)]
        later, sooner = total + np.cumsum(inside) - 1, EARLIER + earlier + np.cumsum(~inside) - 1
        asked = asked.assign(number=np.where(inside, later, sooner))
        total, earlier, first = total + int(inside.sum()), earlier + int((~inside).sum()), first + BLOCK
        there = np.isin(places["uid"], asked["uid"][inside]) | active[:, wave.opening :].any(1)
        there &= np.isin(places["uid"], asked["uid"]) & np.isin(places["region"], regions)
        yield Filings(places, asked, active, count, total).only(there)


def _activity(places: pd.DataFrame, national: int, wave: Wave, draws: Draws, settings: Settings) -> Bools:
    """Months with something to claim: a latent index, correlated over months, under the cell's share."""
    uid, cell = places["uid"].to_numpy(), places["cell"].to_numpy()
    top = np.maximum(wave.claims.max(0), 1e-9)
    keep, active = settings.crisis.persistence, np.zeros((len(places), len(wave.months)), dtype=bool)
    latent = draws.normal("activity", uid, 0)
    for month in range(len(wave.months)):
        if month:
            fresh = draws.normal("activity", uid, wave.months[month].astype(np.int64))
            latent = keep * latent + np.sqrt(1 - keep**2) * fresh
        share = settings.crisis.top_activity * wave.claims[month, cell] / top[cell]
        active[:, month] = _below(latent, share)
    return _invented_activity(active, places, national, wave, draws, settings)


def _below(latent: Floats, share: Floats) -> Bools:
    return np.asarray(ndtr(latent) < share)


def _invented_activity(
    active: Bools, places: pd.DataFrame, national: int, wave: Wave, draws: Draws, settings: Settings
) -> Bools:
    """Usurped and shell firms claim two to four months from a start that follows the national wave.

    A ring of usurped firms starts everywhere at once; nobody starts before the kind begins.
    """
    gang = ring(places["firm"].to_numpy(), places["region"].to_numpy(), national, wave, draws)
    for kind in UNUSUAL:
        rows = np.flatnonzero(places["kind"] == kind)
        uid = places["uid"].to_numpy()[rows]
        together = gang[rows] if kind == UNUSUAL[0] else uid
        weight = wave.claims.sum(1) ** (1.5 if kind == UNUSUAL[0] else 1.0)
        weight = np.where(wave.months >= begins(KINDS[kind].code, settings), weight, 0.0)
        if not weight.any():
            active[rows] = False
            continue
        start = draws.pick("burst start", weight, together)
        length = draws.between("burst length", 2, 4, uid)
        month = np.arange(len(wave.months))
        active[rows] = (month >= start[:, None]) & (month < (start + length)[:, None])
    return active


def _requests(
    places: pd.DataFrame, active: Bools, wave: Wave, law: MonthlyLaw, draws: Draws, settings: Settings
) -> pd.DataFrame:
    """Requests such that each active month is covered by one (two where the firm files twice)."""
    uid, kind = places["uid"].to_numpy(), places["kind"].to_numpy()
    until, parts = np.full(len(places), -1), []
    first, lasts = np.full(len(places), -1), length(uid, draws, settings)
    given = np.zeros((len(places), len(wave.months)), dtype=bool)
    for month in range(len(wave.months)):
        rows = np.flatnonzero(active[:, month] & (until < month))
        planned, apld = _durations(uid[rows], kind[rows], month, wave, law, draws, settings)
        left = np.where(
            planned > law.longest[law.place(wave.months[[month]])],
            planned,
            _left(given[rows], month, wave, law),
        )
        planned = np.where(apld, planned, np.minimum(planned, left))
        able = planned > 0
        rows, planned, apld = rows[able], planned[able], apld[able]
        first[rows] = np.where(apld & (first[rows] < 0), month, first[rows])
        since = np.where(apld, (month - first[rows]) % lasts[rows], 0)
        planned = np.where(apld, np.minimum(planned, lasts[rows] - since), planned)
        until[rows] = month + planned - 1
        given[rows] |= (
            ~apld[:, None]
            & (np.arange(len(wave.months)) >= month)
            & (np.arange(len(wave.months)) <= until[rows][:, None])
        )
        parts.append(
            pd.DataFrame(
                {
                    "uid": uid[rows],
                    "start": month,
                    "planned": planned,
                    "apld": apld,
                    "agreed": month - since,
                    "copy": 0,
                }
            )
        )
    asked = pd.concat(parts, ignore_index=True)
    double = np.isin(asked["uid"], uid[kind == rank("double_claim")])
    knobs = settings.conduct.kinds["double_claim"]
    twice = double & draws.chance("second request", knobs.per_case / 2, asked["uid"], asked["start"])
    asked = pd.concat([asked, asked[twice].assign(copy=1)], ignore_index=True)
    asked.insert(0, "case", (asked["uid"] * 256 + asked["start"]) * 2 + asked["copy"])
    return asked.sort_values(["uid", "start", "copy"], kind="stable", ignore_index=True)


def _left(given: Bools, month: int, wave: Wave, law: MonthlyLaw) -> Ints:
    """Months that an ordinary request from `month` on can have, by the limit over rolling months.

    Parameters
    ----------
    given : by establishment and month, whether an ordinary request covers it.
    """
    place = int(law.place(wave.months[[month]])[0])
    if not law.rolling_max[place]:
        return np.full(len(given), len(law.months))
    from_ = max(month - int(law.rolling_window[place]) + 1, 0)
    counts = wave.months[from_:month] >= law.rolling_from[place]
    return np.asarray(law.rolling_max[place] - (given[:, from_:month] & counts).sum(1))


def _durations(
    uid: Ints, kind: Ints, month: int, wave: Wave, law: MonthlyLaw, draws: Draws, settings: Settings
) -> tuple[Ints, Bools]:
    """Months planned from this one, and whether the request is for long-term short-time work (APLD)."""
    day, crisis = wave.months[month], settings.crisis
    stamp = day.astype(np.int64)
    share = _since(crisis.apld_share, day, 0.0)
    place = law.place(np.array([day]))[0]
    longest, longest_apld = int(law.longest[place]), int(law.apld_months[place])
    apld = draws.chance("apld", share, uid) & ~np.isin(kind, UNUSUAL) & (longest_apld > 0)
    drawn = 1 + draws.pick("duration", _since(crisis.duration_months, day, [1.0]), uid, stamp)
    planned = np.where(apld, longest_apld, np.minimum(drawn, longest))
    knobs = settings.conduct.kinds["period_too_long"]
    long = (kind == rank("period_too_long")) & ~apld & draws.chance("too long", knobs.per_case, uid, stamp)
    return np.where(long, longest + draws.between("beyond", 1, 3, uid, stamp), planned), apld


def _since(table: Mapping[str, T], day: np.datetime64, otherwise: T) -> T:
    """Return the entry of the last month of the table that has begun."""
    begun = [month for month in table if np.datetime64(month, "M") <= day]
    return table[max(begun)] if begun else otherwise


def claimed_months(frame: Filings, wave: Wave, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return a row per claim to be: request (row of `frame.requests`), month (position), repeated.

    Requests never used give none; `repeated` marks a month that the establishment has claimed already.
    """
    asked = frame.requests
    place = pd.Index(frame.establishments["uid"]).get_indexer(asked["uid"])
    month = np.arange(len(wave.months))
    start, end = asked["start"].to_numpy()[:, None], (asked["start"] + asked["planned"]).to_numpy()[:, None]
    used = ~draws.chance("unused", settings.crisis.unused_requests, asked["case"])
    used |= np.isin(frame.establishments["kind"].to_numpy()[place], UNUSUAL)
    used &= (asked["amends"] == NONE).to_numpy()
    claimed = frame.active[place] & (month >= start) & (month < end) & used[:, None]
    request, position = np.nonzero(claimed)
    copy = asked["copy"].to_numpy()[request]
    drop = (copy > 0) & ~draws.chance("claimed again", 0.8, asked["case"].to_numpy()[request], position)
    table = pd.DataFrame({"request": request, "month": position, "uid": asked["uid"].to_numpy()[request]})[
        ~drop
    ]
    table = _again(table, frame, place, draws, settings)
    table["repeated"] = table.sort_values(["uid", "month", "request", "again"]).duplicated(["uid", "month"])
    return table


def _again(
    table: pd.DataFrame, frame: Filings, place: Ints, draws: Draws, settings: Settings
) -> pd.DataFrame:
    """Add the second claims of a month on the same request."""
    kind = frame.establishments["kind"].to_numpy()[place][table["request"]]
    number = frame.requests["case"].to_numpy()[table["request"]]
    knobs = settings.conduct.kinds["double_claim"]
    twice = (kind == rank("double_claim")) & draws.chance(
        "same month", knobs.per_case, number, table["month"]
    )
    table = pd.concat([table.assign(again=0), table[twice].assign(again=1)], ignore_index=True)
    return table.sort_values(["request", "month", "again"], kind="stable", ignore_index=True)

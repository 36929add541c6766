"""Who files when: months of activity by establishment, and the requests that cover them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.conduct import UNUSUAL, rank
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.economy import establishments, firms, sizes
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.sirets import CAPACITY

_BLOCK = 4096


@dataclass(frozen=True)
class Filings:
    """The frame of the country: what the rest of the generator fills in.

    `establishments` : one row per filing establishment (see `economy.establishments`). `requests` : number
    (0.. in national order), uid, start (month position), planned (months), copy, apld. `active` : by
    establishment and month, whether there is something to claim; same order as `establishments`. `national`
    : requests of the whole country.
    """

    establishments: pd.DataFrame
    requests: pd.DataFrame
    active: Bools
    national: int


def filings(
    count: int, regions: Ints, wave: Wave, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Filings:
    """Draw firms until `count` requests are filed nationally; keep the establishments of `regions`.

    Raises
    ------
    InvalidArgument : `count` needs more firms than there are numbers for.
    """
    size, kept, total, first = sizes(wave, settings), [], 0, 0
    while total < count:
        if first + _BLOCK > CAPACITY:
            raise InvalidArgument("Too many requests for one country", where="--requests", value=count)
        firm = firms(np.arange(first, first + _BLOCK), wave, draws, settings)
        places = establishments(firm, wave, size, draws, settings)
        active = _activity(places, wave, draws, settings)
        asked = _requests(places, active, wave, law, draws, settings).head(count - total)
        asked.insert(0, "number", np.arange(total, total + len(asked)))
        total, first = total + len(asked), first + _BLOCK
        filed = np.isin(places["uid"], asked["uid"]) & np.isin(places["region"], regions)
        kept.append((places[filed], asked[np.isin(asked["uid"], places["uid"][filed])], active[filed]))
    return Filings(
        establishments=pd.concat([part[0] for part in kept], ignore_index=True),
        requests=pd.concat([part[1] for part in kept], ignore_index=True),
        active=np.concatenate([part[2] for part in kept]),
        national=total,
    )


def _activity(places: pd.DataFrame, wave: Wave, draws: Draws, settings: Settings) -> Bools:
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
    return _invented_activity(active, places, wave, draws)


def _below(latent: Floats, share: Floats) -> Bools:
    return np.asarray(ndtr(latent) < share)


def _invented_activity(active: Bools, places: pd.DataFrame, wave: Wave, draws: Draws) -> Bools:
    """Usurped and shell firms claim two to four months from a start that follows the national wave."""
    for kind in UNUSUAL:
        rows = np.flatnonzero(places["kind"] == kind)
        uid = places["uid"].to_numpy()[rows]
        start = draws.pick("burst start", wave.claims.sum(1) ** (1.5 if kind == UNUSUAL[0] else 1.0), uid)
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
    for month in range(len(wave.months)):
        rows = np.flatnonzero(active[:, month] & (until < month))
        planned, apld = _durations(uid[rows], kind[rows], month, wave, law, draws, settings)
        until[rows] = month + planned - 1
        parts.append(
            pd.DataFrame({"uid": uid[rows], "start": month, "planned": planned, "apld": apld, "copy": 0})
        )
    asked = pd.concat(parts, ignore_index=True)
    double = np.isin(asked["uid"], uid[kind == rank("double_claim")])
    knobs = settings.conduct.kinds["double_claim"]
    twice = double & draws.chance("second request", knobs.per_case / 2, asked["uid"], asked["start"])
    asked = pd.concat([asked, asked[twice].assign(copy=1)], ignore_index=True)
    return asked.sort_values(["uid", "start", "copy"], kind="stable", ignore_index=True)


def _durations(
    uid: Ints, kind: Ints, month: int, wave: Wave, law: MonthlyLaw, draws: Draws, settings: Settings
) -> tuple[Ints, Bools]:
    """Months planned from this one, and whether the request is for long-term short-time work (APLD)."""
    day, crisis = wave.months[month], settings.crisis
    stamp = day.astype(np.int64)
    share = max((s for m, s in crisis.apld_share.items() if np.datetime64(m, "M") <= day), default=0.0)
    place = law.place(np.array([day]))[0]
    longest, longest_apld = int(law.longest[place]), int(law.apld_months[place])
    apld = draws.chance("apld", share, uid) & ~np.isin(kind, UNUSUAL) & (longest_apld > 0)
    drawn = 1 + draws.pick("duration", crisis.duration_months, uid, stamp)
    planned = np.where(apld, longest_apld, np.minimum(drawn, longest))
    knobs = settings.conduct.kinds["period_too_long"]
    long = (kind == rank("period_too_long")) & ~apld & draws.chance("too long", knobs.per_case, uid, stamp)
    return np.where(long, longest + draws.between("beyond", 1, 3, uid, stamp), planned), apld


def claimed_months(frame: Filings, wave: Wave, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return a row per claim to be: request (row of `frame.requests`), month (position), repeated.

    Requests never used give none; `repeated` marks a month that the establishment has claimed already.
    """
    asked = frame.requests
    place = pd.Index(frame.establishments["uid"]).get_indexer(asked["uid"])
    month = np.arange(len(wave.months))
    start, end = asked["start"].to_numpy()[:, None], (asked["start"] + asked["planned"]).to_numpy()[:, None]
    used = ~draws.chance("unused", settings.crisis.unused_requests, asked["number"])
    used |= np.isin(frame.establishments["kind"].to_numpy()[place], UNUSUAL)
    claimed = frame.active[place] & (month >= start) & (month < end) & used[:, None]
    request, position = np.nonzero(claimed)
    copy = asked["copy"].to_numpy()[request]
    drop = (copy > 0) & ~draws.chance("claimed again", 0.8, asked["number"].to_numpy()[request], position)
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
    number = frame.requests["number"].to_numpy()[table["request"]]
    knobs = settings.conduct.kinds["double_claim"]
    twice = (kind == rank("double_claim")) & draws.chance(
        "same month", knobs.per_case, number, table["month"]
    )
    table = pd.concat([table.assign(again=0), table[twice].assign(again=1)], ignore_index=True)
    return table.sort_values(["request", "month", "again"], kind="stable", ignore_index=True)

"""Contract-months: what each contract makes of each month before anybody is idle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import rank
from apanalytics.synthetic.draws import Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw
from apanalytics.synthetic.lines import quarter
from apanalytics.synthetic.seats import by_activity
from apanalytics.synthetic.workforce import Contracts

_GHOST_MONTHS = 6
_DAY = np.timedelta64(1, "D")


@dataclass
class ContractMonths:
    """One position per contract and month of its life in the window; hours of the month.

    `capacity` is what can be worked: contract hours, but no more than the month's working days hold;
    `leave` and `suspended` are taken out of it. `gone` marks the months after a contract ended for which an
    old staff list still holds it: not payroll.
    """

    contract: Ints
    month: Ints
    key: Ints
    gone: Bools
    active_share: Floats
    at_month_end: Bools
    contract_hours: Floats
    capacity: Floats
    leave: Floats
    suspended: Floats

    def __len__(self) -> int:
        return len(self.contract)

    @property
    def available(self) -> Floats:
        """Hours that could be worked once leave and suspension are taken out."""
        return np.asarray(np.round(self.capacity - self.leave - self.suspended, 2))


def contract_months(
    people: Contracts, places: pd.DataFrame, last: int, law: MonthlyLaw, draws: Draws, settings: Settings
) -> ContractMonths:
    """Spread contracts over the months of the law's range, up to the position `last`."""
    begin, end = (
        law.place(people.starts.astype("datetime64[M]")),
        law.place(people.ends.astype("datetime64[M]")),
    )
    low, high = np.clip(begin, 0, None), np.minimum(end, last)
    late_list = np.isin(places["kind"], (rank("stale_headcount"), rank("ended_contracts")))
    stale = late_list[people.place] & (people.kind == 0)
    ghosts = np.where(stale & (end >= 0), np.clip(last - end, 0, _GHOST_MONTHS), 0)
    count = np.where(high >= low, high - low + 1, 0) + np.where(high >= low, ghosts, 0)
    contract = np.repeat(np.arange(len(people)), count)
    month = low[contract] + np.arange(len(contract)) - np.repeat(np.cumsum(count) - count, count)
    gone = month > end[contract]
    share, at_end = _active(people, contract, month, law)
    legal = law.legal_hours[month] / law.weekly_hours[month]
    share = np.where(gone, 1.0, share)
    hours = np.round(people.weekly[contract] * legal * people.ratio[contract] * share, 2)
    worked = _working_hours(people, places, contract, month, gone, law, draws, settings)
    capacity = np.minimum(hours, np.round(worked, 2))
    key = people.seat[contract] * 4096 + law.months[month].astype(np.int64)
    leave, suspended = _absences(people, contract, month, key, capacity, gone, law, draws, settings)
    return ContractMonths(
        contract, month, key, gone, share, at_end & ~gone, hours, capacity, leave, suspended
    )


def holidays_worked(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Establishments where public holidays are ordinary days of work."""
    likely = by_activity(places["nace_code"], settings.crisis.holidays_worked)
    return draws.chance("holidays worked", likely, places["uid"])


def covered_shares(
    places: pd.DataFrame, first: np.ndarray, law: MonthlyLaw, draws: Draws, settings: Settings
) -> Floats:
    """Return the share of its month's days of work that is left to each establishment from a day on.

    Parameters
    ----------
    places : establishments, one row per day of `first`.
    """
    every = holidays_worked(places, draws, settings) & ~_averaged(places, draws, settings)
    opens = first.astype("datetime64[M]").astype("datetime64[D]")
    past = (first.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return np.asarray(_days_of_work(first, past, every, law) / _days_of_work(opens, past, every, law))


def _days_of_work(opens: np.ndarray, past: np.ndarray, every: Bools, law: MonthlyLaw) -> Ints:
    """Weekdays from a day up to another one that is left out, without public holidays unless `every`."""
    past = np.maximum(opens, past)
    return np.where(
        every, np.busday_count(opens, past), np.busday_count(opens, past, holidays=law.holidays)
    ).astype(np.int64)


def _averaged(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Establishments that count every month as the mean month of the legal duration."""
    return draws.chance("averaged months", settings.payroll.averaged_months, places["uid"])


def _active(people: Contracts, contract: Ints, month: Ints, law: MonthlyLaw) -> tuple[Floats, Bools]:
    """Share of the month's days under contract, and whether the contract is there on the last day."""
    opens = law.months[month].astype("datetime64[D]").astype(np.int64)
    closes = (law.months[month] + 1).astype("datetime64[D]").astype(np.int64) - 1
    starts = people.starts.astype(np.int64)[contract]
    ends = people.ends.astype(np.int64)[contract]
    days = np.minimum(ends, closes) - np.maximum(starts, opens) + 1
    return np.clip(days / (closes - opens + 1), 0, 1), (ends >= closes) & (starts <= closes)


def _working_hours(
    people: Contracts,
    places: pd.DataFrame,
    contract: Ints,
    month: Ints,
    gone: Bools,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Floats:
    """Hours of the days of work that the contract has in the month, on its week and its part time."""
    of = people.place[contract]
    every = holidays_worked(places, draws, settings)[of]
    opens = law.months[month].astype("datetime64[D]")
    past = (law.months[month] + 1).astype("datetime64[D]")
    starts, after = people.starts[contract], people.ends[contract] + _DAY
    part = ~gone & ((starts > opens) | (after < past))
    days = np.where(every, law.weekday_hours[month], law.working_hours[month]) * 5 / law.weekly_hours[month]
    days = np.where(_averaged(places, draws, settings)[of] & ~part, np.inf, days)
    first, last = np.maximum(starts, opens)[part], np.minimum(after, past)[part]
    days[part] = _days_of_work(first, last, every[part], law)
    return np.asarray(days * people.weekly[contract] / 5 * people.ratio[contract])


def _absences(
    people: Contracts,
    contract: Ints,
    month: Ints,
    key: Ints,
    capacity: Floats,
    gone: Bools,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> tuple[Floats, Floats]:
    """Hours of paid leave (whole days) and of suspended contract."""
    knobs = settings.payroll
    calendar = law.months[month].astype(np.int64) % 12
    day = people.weekly[contract] * people.ratio[contract] / 5
    taken = (
        draws.chance("leave", np.array(knobs.leave_share)[calendar], key) & ~gone & ~people.invented[contract]
    )
    longest = np.where(np.isin(calendar, (6, 7)), 15, 5)
    days = draws.between("leave days", 1, longest, key)
    leave = np.minimum(np.where(taken, quarter(days * day), 0.0), quarter(capacity))
    sick = draws.chance("suspended", knobs.suspended_share, key) & ~gone & ~people.invented[contract]
    lost = quarter((capacity - leave) * np.minimum(0.1 + draws.uniform("suspended part", key), 1.0))
    return leave, np.where(sick, lost, 0.0)

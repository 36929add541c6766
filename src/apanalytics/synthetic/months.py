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
from apanalytics.synthetic.workforce import Contracts

_GHOST_MONTHS = 6


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
    days = _working_hours(people, places, contract, month, law, draws, settings)
    averaged = draws.chance("averaged months", settings.payroll.averaged_months, places["uid"])
    worked = np.where(averaged[people.place][contract], hours, np.round(days * share, 2))
    capacity = np.minimum(hours, worked)
    key = people.seat[contract] * 4096 + law.months[month].astype(np.int64)
    leave, suspended = _absences(people, contract, month, key, capacity, gone, law, draws, settings)
    return ContractMonths(
        contract, month, key, gone, share, at_end & ~gone, hours, capacity, leave, suspended
    )


def holidays_worked(places: pd.DataFrame, draws: Draws, settings: Settings) -> Bools:
    """Establishments where public holidays are ordinary days of work."""
    likely = np.where(places["nace_code"] == "IZ", settings.crisis.holidays_worked, 0.03)
    return draws.chance("holidays worked", likely, places["uid"])


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
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Floats:
    """Hours of the month's days of work, on the week and the part time of the contract."""
    every = holidays_worked(places, draws, settings)[people.place][contract]
    hours = np.where(every, law.weekday_hours[month], law.working_hours[month])
    return np.asarray(hours * people.weekly[contract] / law.weekly_hours[month] * people.ratio[contract])


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

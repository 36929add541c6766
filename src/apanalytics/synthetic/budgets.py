"""Hours that the law pays an employee at most: in a calendar year, and over a long-term agreement."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.agreements import largest_reduction, length
from apanalytics.synthetic.draws import Bits, Bools, Draws, Floats, Ints
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.laws import MonthlyLaw


def within(hours: Floats, budget: Floats, order: Ints, *group: Bits | Ints) -> Floats:
    """Return what is left of each group's budget for hours taken in `order`, at most the hours.

    Parameters
    ----------
    hours : hours wanted, one position per person and month.
    budget : hours of the whole group, the same on each of its positions.
    order : rank in which hours use up the budget, such as the month.
    group : keys that together name a group, such as a person and a year.

    Examples
    --------
    >>> hours, person = np.array([100.0, 100.0, 100.0]), np.array([1, 1, 2])
    >>> within(hours, np.full(3, 150.0), np.array([0, 1, 0]), person).tolist()
    [100.0, 50.0, 100.0]
    """
    sorting = np.lexsort((order, *reversed(group)))
    table = pd.DataFrame({str(rank): key[sorting] for rank, key in enumerate(group)})
    wanted = hours[sorting]
    before = pd.Series(wanted).groupby([table[name] for name in table]).cumsum().to_numpy() - wanted
    allowed = np.empty_like(hours)
    allowed[sorting] = np.round(np.clip(budget[sorting] - before, 0, wanted), 2)
    return allowed


def payable(
    hours: Floats,
    person: Bits,
    month: Ints,
    long_term: Bools,
    agreed: Ints,
    uid: Ints,
    law: MonthlyLaw,
    draws: Draws,
    settings: Settings,
) -> Floats:
    """Return the hours that the yearly contingent and the agreement let be paid.

    Parameters
    ----------
    hours, person, month : of each line; month is a position in the law.
    long_term : whether a long-term agreement pays the line.
    agreed : position of the month in which its agreement begins, for those of long-term ones.
    uid : its establishment.
    """
    year = law.months[month].astype("datetime64[Y]").astype(np.int64)
    ordinary = within(np.where(long_term, 0.0, hours), law.contingent[month], month, person, year)
    lasts = length(uid, draws, settings)
    first = np.clip(agreed, 0, len(law.months) - 1)
    most = largest_reduction(uid, first, law, draws, settings)
    budget = most * _legal_hours(first, lasts, law)
    reduced = within(np.where(long_term, hours, 0.0), budget, month, person, first)
    return np.where(long_term, reduced, ordinary)


def _legal_hours(first: Ints, lasts: Ints, law: MonthlyLaw) -> Floats:
    """Legal hours of one employee from a month on; past the law's range its last month goes on."""
    total = np.concatenate([[0.0], np.cumsum(law.legal_hours)])
    end, last = first + lasts, len(law.months)
    beyond = np.maximum(end - last, 0) * law.legal_hours[-1]
    return np.asarray(total[np.minimum(end, last)] - total[first] + beyond)

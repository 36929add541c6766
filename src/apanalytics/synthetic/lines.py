"""The lines of claims while they are being made: what was due, what is claimed, what payroll will show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from apanalytics.synthetic.draws import Bools, Floats, Ints

ARRANGEMENTS = ("35h", "over35", "part_time", "day_package")
"""Working-time arrangements of the country; a code is a position in this tuple."""


@dataclass
class Lines:
    """One position per person of a claim; hours of the month, wages in cents per hour.

    `claim`, `contract`, `row` point into the claims, contracts and payroll rows of the chunk (`row` -1: no
    payroll); `month` is a position in the monthly law, `case` a key of the claim that no other claim has.
    `capacity` is what could be worked in the month, `ceiling` the most that could be claimed without
    passing the legal or contract duration; `holidays` the hours of public holidays; `uncovered` the share
    of the month before the first day that a late request can cover; `repeated` says that the same month was
    claimed already. What was due: `due_idle`, `due_wage`, `due_regime`. What is claimed: `idle`, `wage`,
    `regime`. What payroll shows: `shown_idle`, `shown_leave`, `shown_suspended`, hours on the basis of the
    contract, which `basis` (real hours per claimed hour) converts.
    """

    claim: Ints
    contract: Ints
    row: Ints
    month: Ints
    case: Ints
    person: Ints
    arrangement: Ints
    contract_hours: Floats
    capacity: Floats
    weekly: Floats
    legal_weekly: Floats
    ceiling: Floats
    leave: Floats
    suspended: Floats
    holidays: Floats
    uncovered: Floats
    basis: Floats
    invented: Bools
    repeated: Bools
    due_idle: Floats
    due_wage: Ints
    due_regime: Ints
    idle: Floats
    wage: Ints
    regime: Ints
    shown_idle: Floats
    shown_leave: Floats
    shown_suspended: Floats

    def __len__(self) -> int:
        return len(self.claim)

    def hide(self, which: Bools) -> None:
        """Make payroll agree with what is claimed on these lines."""
        extra = self.idle * self.basis - self.shown_idle
        taken = np.where(which, np.clip(extra, 0, self.shown_leave), 0)
        sick = np.where(which, np.clip(extra - taken, 0, self.shown_suspended), 0)
        self.shown_leave = self.shown_leave - taken
        self.shown_suspended = self.shown_suspended - sick
        self.shown_idle = np.where(which, self.idle * self.basis, self.shown_idle)


def quarter(hours: Floats) -> Floats:
    """Round hours down to the quarter of an hour, as people fill them in.

    Examples
    --------
    >>> quarter(np.array([7.4])).tolist()
    [7.25]
    """
    return np.asarray(np.floor(hours * 4 + 1e-9) / 4)

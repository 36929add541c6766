"""The lines of claims while they are being made: what was due, what is claimed, what payroll will show."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from apanalytics.synthetic.draws import Bools, Floats, Ints

ARRANGEMENTS = ("35h", "over35", "part_time", "day_package")
"""Working-time arrangements of the country; a code is a position in this tuple."""
_ROUNDING = 0.3
"""Hours that claims lose at most where they go down to the quarter of an hour."""


@dataclass
class Lines:
    """One position per person of a claim; hours of the month, wages in cents per hour.

    `claim`, `contract`, `row` point into the claims, contracts and payroll rows of the chunk (`row` -1: no
    payroll); `month` is a position in the monthly law, `case` a key of the claim that no other claim has.
    `capacity` is what could be worked in the month, `ceiling` the most that could be claimed without
    passing the legal or contract duration, `full_time` the legal duration of the month; `holidays` the
    hours of public holidays; `uncovered` the share of the month before the first day that a late request
    can cover; `repeated` says that the same month was claimed already; `wary` that those who claim know
    what inspectors look at.

    What was due: `due_idle`, `due_wage`, `due_regime`. What is claimed: `idle`, `wage`, `regime`. What
    payroll shows: `shown_idle`, `shown_leave`, `shown_suspended`, hours on the basis of the contract, which
    `basis` (real hours per claimed hour) converts, and `shown_wage`.

    `unpaid` are the hours lost that nothing pays, where the contract is above the legal week without an
    agreement: claims leave them out, payroll has them. An hour of leave or suspension takes `spared` hours
    off them (0 for everybody else).

    `lost` are the hours lost, where the yearly contingent, the long-term agreement or the authorisation
    pays fewer of them;
    `room` what the authorisation would still hold above what is due; `barred` are people that nobody may
    claim (officers, interns), `gone` people whose contract has ended, `overdue` claims filed past their
    deadline; `protected` says that the protected rate is another than the general one. `priced` is the
    month whose rate the claim takes where it is higher, `typed` cents per hour put on top of what the rate
    gives: the month itself and nothing, unless a kind changes them.
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
    full_time: Floats
    leave: Floats
    suspended: Floats
    holidays: Floats
    uncovered: Floats
    basis: Floats
    unpaid: Floats
    spared: Floats
    invented: Bools
    repeated: Bools
    barred: Bools
    gone: Bools
    protected: Bools
    overdue: Bools
    wary: Bools
    lost: Floats
    room: Floats
    due_idle: Floats
    due_wage: Ints
    due_regime: Ints
    idle: Floats
    wage: Ints
    regime: Ints
    shown_idle: Floats
    shown_leave: Floats
    shown_suspended: Floats
    shown_wage: Ints
    priced: Ints
    typed: Ints

    def __len__(self) -> int:
        return len(self.claim)

    def only(self, kept: Bools) -> Lines:
        """Return some of the lines."""
        return Lines(**{field.name: getattr(self, field.name)[kept] for field in fields(self)})

    def show(self, which: Bools, hours: Floats) -> None:
        """Let payroll show idle hours such that these are payable, as claims enter them."""
        self.shown_idle = np.where(which, np.round(hours * self.basis + self.unpaid, 2), self.shown_idle)

    def entered(self, hours: Floats) -> Floats:
        """Return what claims make of hours of leave or suspension, were they idle ones."""
        plain = np.round(hours / self.basis, 2)
        return np.where(self.spared > 0, quarter(hours * (1 - self.spared)), plain)

    def rest(self, which: Bools, hours: Floats, suspended: Bools) -> None:
        """Let payroll show leave, or a suspended contract, in the place of payable hours of these lines.

        What stays idle in payroll is, to the hundredth, what the claim could enter.
        """
        stays = np.round((np.round(self.shown_idle / self.basis, 2) - hours) * self.basis, 2)
        away = np.where(self.spared > 0, hours * self.basis / (1 - self.spared), self.shown_idle - stays)
        away = np.round(np.where(which, away, 0.0), 2)
        self.shown_suspended = self.shown_suspended + np.where(suspended, away, 0.0)
        self.shown_leave = self.shown_leave + np.where(suspended, 0.0, away)
        self.unpaid = self.unpaid - away * self.spared
        self.shown_idle = np.round(self.shown_idle - away, 2)

    def hide(self, which: Bools) -> None:
        """Make payroll agree with what is claimed on these lines."""
        extra = self.idle * self.basis + self.unpaid - self.shown_idle
        extra = np.where(which, np.maximum(extra, 0), 0) / (1 - self.spared)
        extra = extra + np.where((extra > 0) & (self.spared > 0), _ROUNDING, 0.0)
        taken = np.minimum(extra, self.shown_leave)
        sick = np.minimum(extra - taken, self.shown_suspended)
        self.shown_leave = self.shown_leave - taken
        self.shown_suspended = self.shown_suspended - sick
        self.unpaid = self.unpaid + (taken + sick) * self.spared
        self.show(which, self.idle)
        self.shown_wage = np.where(which, np.rint(self.wage / self.basis), self.shown_wage).astype(np.int64)


def quarter(hours: Floats) -> Floats:
    """Round hours down to the quarter of an hour, as people fill them in.

    Examples
    --------
    >>> quarter(np.array([7.4])).tolist()
    [7.25]
    """
    return np.asarray(np.floor(hours * 4 + 1e-9) / 4)

"""Laws of establishment size and of the share of staff claimed, such that claims have the official means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from apanalytics.synthetic.companies import own_class
from apanalytics.synthetic.draws import Floats
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.official import Wave

_TOP_SHARE = 0.93
_GRID, _STEPS = 200, 41


@dataclass(frozen=True)
class Sizes:
    """Laws of establishment size: log mean by cell, and share of staff claimed by month and activity."""

    log_mean: Floats
    claimed_share: Floats


def sizes(wave: Wave, settings: Settings) -> Sizes:
    """Return size laws such that employees per claim have the official mean of their month and activity.

    An establishment is larger than its busiest month's claim: apprentices, temporary workers and interns are
    not claimed, and large companies claim for a part of their staff (`companies.claimed_factors`).
    """
    rest = sum(settings.payroll.seat_kinds[kind] for kind in ("temporary", "apprentice", "intern"))
    top = wave.employees_per_claim.max(0)[wave.nace17] * wave.cell_size / _TOP_SHARE / (1 - rest)
    log_mean = _log_mean(top, settings)
    for _ in range(2):
        log_mean = _log_mean(top / _mean_factor(log_mean, settings), settings)
    claimed = _claimed(log_mean, 1 - rest, settings)
    grid, shares = np.linspace(0, 1, _STEPS), np.zeros_like(wave.employees_per_claim)
    for activity in range(len(wave.activities)):
        cells = np.flatnonzero(wave.nace17 == activity)
        weight = np.maximum(wave.claims[:, cells], 1e-9)
        means = weight / weight.sum(1, keepdims=True) @ claimed[cells]
        for month, curve in enumerate(means):
            shares[month, activity] = np.interp(wave.employees_per_claim[month, activity], curve, grid)
    return Sizes(log_mean=log_mean, claimed_share=shares)


def drawn_size(log_mean: Floats, deviate: Floats, settings: Settings) -> Floats:
    """Return the whole number of employees that a standard normal deviate stands for."""
    economy = settings.economy
    size = np.rint(np.exp(log_mean + economy.size_spread * deviate))
    return np.asarray(np.clip(size, 1, economy.largest_size))


def _quantiles(log_mean: Floats, settings: Settings) -> Floats:
    return drawn_size(log_mean[:, None], ndtri((np.arange(_GRID) + 0.5) / _GRID), settings)


def _log_mean(target: Floats, settings: Settings) -> Floats:
    """Solve for the log mean by bisection: sizes are whole, at least 1, at most the largest."""
    low, high = np.full(len(target), -4.0), np.full(len(target), 9.0)
    for _ in range(30):
        middle = (low + high) / 2
        below = _quantiles(middle, settings).mean(-1) < target
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(high)


def _factor_table(size: Floats, settings: Settings) -> tuple[Floats, Floats]:
    """Chance of each class of company by size, and the share of staff that each claims for; class first."""
    chances = np.array(settings.economy.company_classes)
    chance = np.moveaxis((chances / chances.sum(1, keepdims=True))[own_class(size)], -1, 0)
    return chance, np.array(settings.economy.company_claims).reshape(-1, *[1] * size.ndim)


def _mean_factor(log_mean: Floats, settings: Settings) -> Floats:
    """Share of staff claimed when everybody who claims does, by cell."""
    size = _quantiles(log_mean, settings)
    chance, factor = _factor_table(size, settings)
    return np.asarray(((chance * factor).sum(0) * size).sum(-1) / size.sum(-1))


def _claimed(log_mean: Floats, claimable: float, settings: Settings) -> Floats:
    """Employees per claim by cell and by share of staff claimed (a grid from 0 to 1); one person at least."""
    size = _quantiles(log_mean, settings)
    chance, factor = _factor_table(size, settings)
    staff, curve = 1 + (size - 1) * claimable, np.empty((len(log_mean), _STEPS))
    for step, share in enumerate(np.linspace(0, 1, _STEPS)):
        part = share * factor
        curve[:, step] = (chance * (staff * part + (1 - part) ** staff)).sum(0).mean(-1)
    return curve

"""Firms and the establishments that file: where, what, how large, with which conduct."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from apanalytics.synthetic.conduct import UNUSUAL
from apanalytics.synthetic.draws import Draws, Floats, Ints, positions
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.shares import drawn_kinds

SLOTS = 8
"""Establishment numbers per firm: `uid = firm * SLOTS + slot`."""
HEAD_OFFICE, SUCCESSOR = 5, 6
"""Slots of the establishments that do not file: a head office apart, and the successor of slot 0."""
_TOP_SHARE = 0.93
_GRID = 400
_NONE = 1e-9


@dataclass(frozen=True)
class Sizes:
    """Laws of establishment size: log mean by cell, and share of staff claimed by month and activity."""

    log_mean: Floats
    claimed_share: Floats


def sizes(wave: Wave, settings: Settings) -> Sizes:
    """Return size laws such that employees per claim have the official mean of their month and activity."""
    spread, largest = settings.economy.size_spread, settings.economy.largest_size
    quantiles = ndtri((np.arange(_GRID) + 0.5) / _GRID)
    rest = sum(settings.payroll.seat_kinds[kind] for kind in ("temporary", "apprentice", "intern"))
    top = wave.employees_per_claim.max(0) / _TOP_SHARE / (1 - rest)
    log_mean = _log_mean(top[wave.nace17] * wave.cell_size, quantiles, spread, largest)
    typical = _size(_log_mean(top, quantiles, spread, largest)[:, None], quantiles, spread, largest)
    staff = 1 + (typical - 1) * (1 - rest)
    low, high = np.zeros_like(wave.employees_per_claim), np.ones_like(wave.employees_per_claim)
    for _ in range(30):
        middle = (low + high) / 2
        share = middle[..., None]
        mean = (staff[None] * share + (1 - share) ** staff[None]).mean(-1)  # one person at least
        low, high = np.where(mean < wave.employees_per_claim, (middle, high), (low, middle))
    return Sizes(log_mean=log_mean, claimed_share=high)


def _size(log_mean: Floats, deviate: Floats, spread: float, largest: int) -> Floats:
    return np.asarray(np.clip(np.rint(np.exp(log_mean + spread * deviate)), 1, largest))


def _log_mean(target: Floats, quantiles: Floats, spread: float, largest: int) -> Floats:
    """Solve for the log mean by bisection: sizes are whole, at least 1, at most `largest`."""
    low, high = np.full(len(target), -4.0), np.full(len(target), 9.0)
    for _ in range(40):
        middle = (low + high) / 2
        mean = _size(middle[:, None], quantiles, spread, largest).mean(-1)
        low, high = np.where(mean < target, (middle, high), (low, middle))
    return np.asarray(high)


def firms(numbers: Ints, wave: Wave, draws: Draws, settings: Settings) -> pd.DataFrame:
    """Return a row per firm: activity, region, conduct (`kind`, -1 for none), filing establishments."""
    busiest = wave.claims.max(0)
    cell = positions(draws.uniform("cell", numbers), busiest)
    frame = pd.DataFrame({"firm": numbers, "nace17": wave.nace17[cell], "region": wave.region[cell]})
    nace17, region = frame["nace17"].to_numpy(), frame["region"].to_numpy()
    frame["kind"] = drawn_kinds(nace17, region, numbers, wave, draws, settings)
    count = 1 + draws.pick("filing establishments", settings.economy.filing_establishments, numbers)
    frame["filing"] = np.where(np.isin(frame["kind"], UNUSUAL), 1, count)
    return frame


def establishments(
    firm: pd.DataFrame, wave: Wave, size: Sizes, draws: Draws, settings: Settings
) -> pd.DataFrame:
    """Return a row per filing establishment: uid, firm, slot, region, nace17, kind, size (employees)."""
    frame = firm.loc[firm.index.repeat(firm["filing"])].reset_index(drop=True)
    slot = frame.groupby("firm").cumcount().to_numpy()
    uid = frame["firm"].to_numpy() * SLOTS + slot
    busiest = wave.claims.max(0).reshape(len(wave.regions), len(wave.activities))
    elsewhere = (slot > 0) & ~draws.chance("same region", settings.economy.same_region, uid)
    edges = np.cumsum(busiest / np.maximum(busiest.sum(0), _NONE), axis=0)[:, frame["nace17"]].T
    drawn = (draws.uniform("region", uid)[:, None] >= edges).sum(1).clip(0, len(wave.regions) - 1)
    region = np.where(elsewhere, drawn, frame["region"])
    cell = region * len(wave.activities) + frame["nace17"].to_numpy()
    spread, largest = settings.economy.size_spread, settings.economy.largest_size
    drawn_size = _size(size.log_mean[cell], draws.normal("size", uid), spread, largest).astype(np.int64)
    invented = np.isin(frame["kind"], UNUSUAL)
    return pd.DataFrame(
        {
            "uid": uid,
            "firm": frame["firm"],
            "slot": slot,
            "region": region,
            "nace17": frame["nace17"],
            "cell": cell,
            "kind": frame["kind"],
            "size": np.where(invented, draws.between("invented staff", 4, 18, uid), drawn_size),
        }
    )

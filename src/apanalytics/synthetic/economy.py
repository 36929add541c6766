"""Firms and the establishments that file: where, what, how large, with which conduct."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics.synthetic.conduct import UNUSUAL
from apanalytics.synthetic.draws import Draws, Ints, positions
from apanalytics.synthetic.knobs import Settings
from apanalytics.synthetic.official import Wave
from apanalytics.synthetic.shares import drawn_kinds
from apanalytics.synthetic.sizing import Sizes, drawn_size

SLOTS = 8
"""Establishment numbers per firm: `uid = firm * SLOTS + slot`."""
HEAD_OFFICE, SUCCESSOR = 5, 6
"""Slots of the establishments that do not file: a head office apart, and the successor of slot 0."""
_NONE = 1e-9


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
    employees = drawn_size(size.log_mean[cell], draws.normal("size", uid), settings).astype(np.int64)
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
            "size": np.where(invented, draws.between("invented staff", 4, 18, uid), employees),
        }
    )

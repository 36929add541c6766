"""From candidates to a register: the cases that the ranking takes, pool by pool, and those of chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from apanalytics.targeting.asked import EVERYWHERE, Asked
from apanalytics.targeting.candidates import deadline_groups
from apanalytics.targeting.draw import Places, draw_pool, places_of
from apanalytics.targeting.euros import Choice, best_choice, frontier
from apanalytics.targeting.for_euros import Traded, for_euros
from apanalytics.targeting.release import draw_release


@dataclass(frozen=True)
class Drawn:
    """A register drawn, with what the ranking took.

    Parameters
    ----------
    register : what `draw` returns, for the cases of every pool.
    order : candidates in the order in which places by score are given.
    places : places by pool.
    choice : the choice for euros; None where the score ranks.
    frontier : what each minimum precision would cost in euros; None where the score ranks.
    traded : what the ranking gave and got for euros; None where nothing was to be given, or none can be
        expected.
    """

    register: pd.DataFrame
    order: pd.Index[str]
    places: Mapping[str, Places]
    choice: Choice | None
    frontier: pd.DataFrame | None = None
    traded: Traded | None = None

    def summary(self) -> dict[str, Any]:
        """Return what the places went to, and what euros were expected, as plain values."""
        parts = ("by_score", "by_chance", "uncertain", "rules", "signal")
        told: dict[str, Any] = {
            "places": {name: sum(getattr(one, name) for one in self.places.values()) for name in parts}
        }
        if self.choice is not None:
            told["euros"] = {
                "expected_precision": None if not len(self.choice.chosen) else self.choice.expected_precision,
                "net_eur": self.choice.net_eur,
                "bound_eur": self.choice.bound_eur,
                "gap": self.choice.gap,
            }
        if self.traded is not None:
            told["for_euros"] = self.traded.json()
        if self.frontier is not None:
            table = self.frontier.astype(object).where(self.frontier.notna(), None)
            told["frontier"] = table.to_dict("records")
        return told


def choose(cases: pd.DataFrame, asked: Asked, on: date, stage: str) -> Drawn:
    """Fill every pool's places.

    Parameters
    ----------
    cases : what `candidates` returned, within the pools that have places; ``rule_rarity`` besides where
        places depend on it.
    asked : what the campaign is asked for.
    on, stage : its day and stage.
    """
    if asked.release_share is not None:
        register = draw_release(cases["score"], asked.release_share, asked.random_share, asked.seed)
        return Drawn(register, cases.index, {}, None)
    every_days = asked.plan.campaign_every_days if asked.plan else None
    group = deadline_groups(cases, on, asked.line, every_days)
    order = cases.index[np.argsort(group.to_numpy(), kind="stable")]
    pools = {code: cases[cases["department"] == code] for code in asked.places}
    places = {
        code: _places(asked, code, pool) for code, pool in pools.items() if len(pool) and asked.places[code]
    }
    free = _left_by_signals(pools, places)
    choice, table = None, None
    if asked.min_precision is not None:
        by_score = {code: one.by_score for code, one in places.items()}
        left = cases.loc[cases.index.isin(free)]
        choice, table = best_choice(left, by_score, asked.min_precision), frontier(left, by_score)
        order = choice.chosen.append(order.drop(choice.chosen))
    given = asked.given_for_euros(stage)
    parts, likeliest, listed = [], [], []
    for code, one in places.items():
        pool = pools[code]
        mine = cases.loc[order[order.isin(pool.index) & order.isin(free)]]
        if choice:
            top = choice.chosen[choice.chosen.isin(pool.index)]
        else:
            top = _by_group(mine, group, one.by_score, given, asked.line)
        likeliest += [*mine.index[: one.by_score]]
        listed += [*top]
        part = draw_pool(pool, top, one, _generator(asked.seed, code))
        parts.append(part if code == EVERYWHERE else part.assign(stratum=f"{code} " + part["stratum"]))
    register = pd.concat(parts)
    register = register.loc[cases.index[cases.index.isin(register.index)]]
    traded = Traded.of(cases, likeliest, listed, given) if given else None
    return Drawn(register, order, places, choice, table, traded)


def _by_group(
    cases: pd.DataFrame, group: pd.Series[int], places: int, given: float, line: float
) -> pd.Index[str]:
    """Fill places group by group; in the one that does not fit whole, a little risk is given for euros."""
    chosen = cases.index[:0]
    for _, part in cases.groupby(group.loc[cases.index], sort=True):
        chosen = chosen.append(for_euros(part, places - len(chosen), given, line))
    return chosen


def _places(asked: Asked, code: str, pool: pd.DataFrame) -> Places:
    """Share out a pool's places; where euros choose, some of its cases may be left to chance in any event."""
    signals = int(pool["signalled"].sum())
    if asked.min_precision is None:
        return places_of(asked.places[code], len(pool), signals, asked.shares)
    return places_of(min(asked.places[code], len(pool)), len(pool) + 1, signals, asked.shares)


def _left_by_signals(pools: Mapping[str, pd.DataFrame], places: Mapping[str, Places]) -> pd.Index[str]:
    """Return the cases that no signal place takes."""
    left = []
    for code, one in places.items():
        pool = pools[code]
        taken = pool.index[pool["signalled"].to_numpy(dtype=bool)][: one.signal]
        left.append(pool.index[~pool.index.isin(taken)])
    return left[0].append(left[1:]) if left else pd.Index([], dtype="str")


def _generator(seed: int, pool: str) -> np.random.Generator:
    """Return a pool's own source of chance: what one department draws does not depend on the others."""
    return np.random.default_rng([seed, *pool.encode()] if pool else seed)

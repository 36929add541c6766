"""What the share of capacity that is not greedy costs and brings: campaigns of half a year, replayed.

From January to June 2021 the claims of each month are a campaign: a tenth of them is controlled, by the model
of all outcomes so far and by chance, as a design says. A control finds seven non-conforming cases in ten, and
closes before the next campaign. The model of all these outcomes then ranks the claims filed after June.
Every design sees the same countries and the same luck of controls; differences are taken within each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import apanalytics as ap
from apanalytics.evaluation.campaigns import over_campaigns
from apanalytics.evaluation.estimators import by_design
from apanalytics.risk import Interval, RiskModel
from apanalytics.targeting.candidates import rarest
from apanalytics.targeting.draw import Shares, draw_pool, places_of, ranked
from benchmarks.difficulty import markdown
from benchmarks.difficulty_cell import CUT, kept, right
from benchmarks.ranking import precision_at

GREEDY = "every place by score"
DESIGNS: dict[str, Shares | None] = {
    GREEDY: None,
    "5 % random": Shares(0.05),
    "10 % random": Shares(0.1),
    "20 % random": Shares(0.2),
    "10 % random, 10 % uncertain": Shares(0.1, uncertain=0.1),
    "5 % random, 10 % uncertain, 5 % rules": Shares(0.05, uncertain=0.1, rules=0.05),
}
STAGE, CAPACITY, DETECTION = "payment", 0.1, 0.7
FIRST, LAST = "2021-01", "2021-06"
REQUESTS, SEEDS = 2500, ",".join(map(str, range(1, 26)))
"""Countries of the size of a region; differences within each are small beside those between them."""
MODEL = {"trees": 25, "folds": 2}
"""Smaller than the package's own, as some hundreds are fitted; every design has the same."""


@dataclass
class World:
    """A country as its campaigns see it: one row per claim, in the order of `frame`."""

    frame: pd.DataFrame
    fired: pd.DataFrame
    anomaly: pd.Series
    month: pd.Series
    wrong: pd.Series
    found: pd.Series
    siret: pd.Series
    siren: pd.Series
    known: pd.Series


def main(arguments: list[str] | None = None) -> int:
    """Replay every design and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="requests of each country")
    parser.add_argument("--seeds", default=SEEDS, help="seeds of the countries, joined by commas")
    asked = parser.parse_args(arguments)
    rows = []
    for seed in map(int, asked.seeds.split(",")):
        seen = world(asked.requests, seed)
        for name, shares in DESIGNS.items():
            rows.append({"design": name, "seed": seed} | replayed(seen, shares, seed))
            print(rows[-1], file=sys.stderr, flush=True)
    print(markdown(table(pd.DataFrame(rows))))
    return 0


def world(requests: int, seed: int) -> World:
    """Draw a country, and decide what a control of each claim would find."""
    with tempfile.TemporaryDirectory() as place:
        ap.synth(Path(place) / "c", requests=requests, seed=seed)
        tables = ap.read(Path(place) / "c")
        frame, cases = ap.features(tables, STAGE), ap.cases(tables, STAGE)
        truth = right(tables, STAGE)["nonconforming"].reindex(frame.index).astype(bool)
        known = ap.outcomes(tables, STAGE, known_on=f"{int(FIRST[:4]) - 1}-12-31")["nonconforming"]
    luck = np.random.default_rng(seed).random(len(frame)) < DETECTION
    return World(
        frame=frame,
        fired=ap.criteria.evaluate(frame, STAGE).fillna(False).astype(bool),
        anomaly=ap.anomaly_scores(frame, cases)["score"],
        month=cases["filed_on"].dt.strftime("%Y-%m"),
        wrong=truth,
        found=truth & luck,
        siret=cases["siret"],
        siren=cases["siren"],
        known=known[known.index.isin(frame.index)].astype(bool),
    )


def replayed(seen: World, shares: Shares | None, seed: int) -> dict[str, Any]:
    """Run the campaigns of one design; return what they found, and how well the last model ranks."""
    known, listed, registers = seen.known, 0, []
    generator = np.random.default_rng(seed)
    for month in pd.period_range(FIRST, LAST, freq="M").astype(str):
        score, risk = scored(seen, known, seen.month == month, seed)
        order = ranked(score)
        register = drawn(seen, order, risk, known, shares, generator)
        chosen = register.index[register["listed"]].difference(known.index)
        known = pd.concat([known, seen.found[chosen]])
        listed += int(register["listed"].sum())
        registers.append(register)
    later = seen.frame.index[(seen.month > CUT[:7]).to_numpy()]
    score, _ = scored(seen, known, seen.month > CUT[:7], seed)
    whole = pd.concat(registers)
    hits = float(seen.found[whole.index[whole["listed"]]].mean())
    final = precision_at(score.to_numpy(), seen.wrong[later].to_numpy(), round(CAPACITY * len(later)))
    return {"hits": hits, "final": final, "listed": listed} | rate(seen, whole, shares)


def scored(seen: World, known: pd.Series, which: pd.Series, seed: int) -> tuple[pd.Series, pd.Series]:
    """Return score and risk of some cases by the model of all outcomes so far; the anomaly before any."""
    rows = kept(seen.frame, which.to_numpy())
    X, y, w = ap.labelled(seen.frame, known.to_frame("nonconforming"))
    if y.nunique() < 2:
        return seen.anomaly[rows.index], pd.Series(0.5, index=rows.index)
    model = RiskModel(stage=STAGE, random_state=seed, **MODEL)
    model.fit(X, y, sample_weight=w, groups=seen.siren[X.index])
    risk = np.nan_to_num(model.predict_proba(rows)[:, 1], nan=0.5)
    return pd.Series(model.decision_function(rows), index=rows.index), pd.Series(risk, index=rows.index)


def drawn(
    seen: World,
    order: pd.Index,
    risk: pd.Series,
    known: pd.Series,
    shares: Shares | None,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Return the register of one campaign."""
    capacity = round(CAPACITY * len(order))
    met = seen.fired.loc[known.index].sum()
    cases = pd.DataFrame(
        {"risk": risk[order], "rule_rarity": rarest(seen.fired.loc[order], met), "signalled": False}
    )
    if shares is None:
        return pd.DataFrame({"listed": np.arange(len(order)) < capacity}, index=order)
    places = places_of(capacity, len(order), 0, shares)
    return draw_pool(cases, order[: places.by_score], places, generator)


def rate(seen: World, whole: pd.DataFrame, shares: Shares | None) -> dict[str, Any]:
    """Return how the rate of what controls find is estimated from all campaigns together."""
    if shares is None:
        return {"error": np.nan, "width": np.nan}
    members = whole.rename(columns={"selection_probability": "probability"}).assign(
        nonconforming=seen.found[whole.index].astype(object).where(whole["listed"]),
        siret=seen.siret[whole.index],
    )
    told = by_design(members)
    if told.value is None or told.low is None or told.high is None:
        return {"error": np.nan, "width": np.nan}
    return {"error": told.value - float(seen.found[whole.index].mean()), "width": told.high - told.low}


def table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row per design: means over countries, and differences from the greedy design."""
    wide = {name: rows.pivot(index="seed", columns="design", values=name) for name in ("hits", "final")}
    lines = []
    for name in DESIGNS:
        mine = rows[rows["design"] == name]
        line = {"design": name, "controls": f"{mine['listed'].mean():,.0f}"}
        for column, title in (("hits", "found by its campaigns"), ("final", "precision afterwards")):
            line[title] = f"{mine[column].mean():.3f}"
            less = over_campaigns((wide[column][name] - wide[column][GREEDY]).tolist(), least=-1.0)
            line[f"{title}, less greedy"] = "" if name == GREEDY else shown(less)
        line["width of the rate's interval"] = (
            "" if mine["width"].isna().all() else f"{mine['width'].mean():.3f}"
        )
        lines.append(line)
    return pd.DataFrame(lines)


def shown(found: Interval) -> str:
    """Return a difference with its interval, or why there is none."""
    if found.value is None or found.low is None:
        return str(found.why)
    return f"{found.value:+.3f} [{found.low:+.3f} ; {found.high:+.3f}]"


if __name__ == "__main__":
    sys.exit(main())

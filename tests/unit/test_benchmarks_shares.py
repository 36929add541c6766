"""The benchmark of the shares of capacity: campaigns that learn from what they found, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics.targeting.draw import Shares
from benchmarks import shares
from benchmarks.shares import DESIGNS, GREEDY, World, drawn, rate, table

CASES = pd.Index([f"C{n:03}" for n in range(100)])


def world(found: list[bool] | None = None) -> World:
    truth = pd.Series(found or [False] * 100, index=CASES)
    text = pd.Series("x", index=CASES)
    return World(
        frame=pd.DataFrame(index=CASES),
        fired=pd.DataFrame({"HRS-03": False}, index=CASES),
        anomaly=pd.Series(0.0, index=CASES),
        month=text,
        wrong=truth,
        found=truth,
        siret=pd.Series(CASES, index=CASES),
        siren=text,
        known=pd.Series(dtype=bool),
    )


def register(design: Shares | None) -> pd.DataFrame:
    risk = pd.Series(0.5, index=CASES)
    nothing = pd.Series(dtype=bool)
    return drawn(world(), CASES, risk, nothing, design, np.random.default_rng(0))


def test_the_greedy_design_lists_the_first_tenth() -> None:
    listed = register(None)["listed"]
    assert listed.index[listed].tolist() == CASES[:10].tolist()


@pytest.mark.parametrize("design", [one for one in DESIGNS.values() if one is not None])
def test_every_design_fills_a_tenth_and_logs_a_chance_for_each_case(design: Shares) -> None:
    found = register(design)
    assert found["listed"].sum() == 10
    assert found["selection_probability"].sum() == pytest.approx(10)
    assert found["selection_probability"].gt(0).all()


def test_the_rate_is_that_of_what_controls_find() -> None:
    seen = world([True] * 20 + [False] * 80)
    whole = pd.DataFrame(
        {"channel": "random", "stratum": "bin-1", "selection_probability": 0.5, "listed": [True, False] * 50},
        index=CASES,
    )
    told = rate(seen, whole, Shares(1.0))
    assert told["error"] == pytest.approx(0.0)
    assert 0 < told["width"] < 0.4
    assert np.isnan(rate(seen, whole, None)["width"])


def test_differences_are_taken_within_each_country() -> None:
    rows = [
        {"design": name, "seed": seed, "hits": 0.5, "final": 0.1 * seed + 0.02 * (name != GREEDY)}
        | {"listed": 100, "width": np.nan}
        for name in DESIGNS
        for seed in (1, 2, 3)
    ]
    found = table(pd.DataFrame(rows)).set_index("design")
    assert found.loc[GREEDY, "precision afterwards"] == "0.200"
    assert found.loc["5 % random", "precision afterwards, less greedy"] == "+0.020 [+0.020 ; +0.020]"


def test_outcomes_of_one_kind_leave_the_anomaly_to_rank() -> None:
    seen = world()
    score, risk = shares.scored(seen, pd.Series(dtype=bool), pd.Series(True, index=CASES), 0)
    assert score.eq(0.0).all()
    assert risk.eq(0.5).all()

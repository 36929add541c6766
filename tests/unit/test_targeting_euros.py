"""Euros under a minimum precision: the constraint is kept, and the bound is that of the linear relaxation."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from apanalytics.errors import NotComputable
from apanalytics.targeting.euros import best_choice, frontier


def cases(risk, net, department="59") -> pd.DataFrame:
    return pd.DataFrame(
        {"risk": risk, "net_eur": net, "department": department}, index=[f"C{i}" for i in range(len(risk))]
    )


def relaxed(frame: pd.DataFrame, places: dict[str, int], least: float) -> float:
    """The linear programme as a solver answers it."""
    rows = [(frame["department"] == code).astype(float).to_numpy() for code in places]
    rows.append(-(frame["risk"].to_numpy() - least))
    solved = linprog(-frame["net_eur"], A_ub=np.array(rows), b_ub=[*places.values(), 0.0], bounds=(0, 1))
    return -solved.fun


case = st.tuples(
    st.floats(0.01, 0.99),
    st.floats(-300, 5000) | st.sampled_from([0.0, 100.0]),
    st.sampled_from(["59", "62"]),
)


@given(st.lists(case, min_size=1, max_size=9), st.integers(0, 4), st.integers(1, 4), st.floats(0, 0.95))
def test_the_bound_is_the_relaxed_optimum_and_no_choice_breaks_a_constraint(rows, first, second, least):
    risk, net, department = zip(*rows, strict=True)
    frame, places = cases(risk, net, department), {"59": first, "62": second}
    found = best_choice(frame, places, least)
    chosen = frame.loc[found.chosen]
    assert found.chosen.is_unique
    assert all((chosen["department"] == code).sum() <= count for code, count in places.items())
    assert chosen.empty or chosen["risk"].mean() >= least - 1e-9
    assert found.net_eur == pytest.approx(chosen["net_eur"].sum())
    assert found.bound_eur == pytest.approx(max(0.0, relaxed(frame, places, least)), rel=1e-6, abs=1e-3)
    assert found.net_eur <= found.bound_eur + 1e-6
    assert 0 <= found.gap <= 1
    assert found.net_eur >= 0


def test_the_choice_is_close_to_the_best_of_all_choices():
    rng = np.random.default_rng(4)
    lost = []
    for _ in range(30):
        frame = cases(rng.random(10), rng.lognormal(6, 1, 10) - 300)
        sets = [list(one) for k in range(5) for one in itertools.combinations(range(10), k)]
        risk, net = frame["risk"].to_numpy(), frame["net_eur"].to_numpy()
        best = max(net[one].sum() for one in sets if not one or risk[one].mean() >= 0.6)
        lost.append(1 - best_choice(frame, {"59": 4}, 0.6).net_eur / best if best > 0 else 0.0)
    assert np.mean(lost) < 0.05


def test_cases_that_cost_more_than_they_bring_are_left():
    assert best_choice(cases([0.9, 0.9], [-10.0, 5.0]), {"59": 2}, 0.0).chosen.tolist() == ["C1"]


def test_a_loss_is_taken_only_where_its_precision_brings_more_than_it_costs():
    # alone the second is too uncertain; the first carries it at a loss of 10, not at a loss of 200
    small = best_choice(cases([0.9, 0.5], [-10.0, 100.0]), {"59": 2}, 0.6)
    assert (set(small.chosen), small.net_eur) == ({"C0", "C1"}, 90.0)
    assert best_choice(cases([0.9, 0.5], [-200.0, 100.0]), {"59": 2}, 0.6).chosen.empty


def test_of_two_losses_that_would_each_do_only_one_is_taken():
    # surplus over 0.6: +0.05 and -0.06 lack 0.01; either loss brings 0.3, both enter at the same price
    found = best_choice(cases([0.9, 0.9, 0.65, 0.54], [-10.0, -10.0, 100.0, 100.0]), {"59": 4}, 0.6)
    assert found.net_eur == 190.0
    assert len(found.chosen) == 3


def test_precision_costs_euros_and_never_brings_any():
    rng = np.random.default_rng(2)
    found = frontier(cases(rng.random(1000), rng.lognormal(6, 1, 1000)), {"59": 100})
    assert (found["bound_eur"].diff().dropna() <= 1e-6).all()
    assert (found["expected_precision"] >= found["min_precision"]).all()
    assert found["gap"].max() < 0.02


def test_a_line_that_no_case_reaches_leaves_every_place_empty():
    found = best_choice(cases([0.3, 0.2], [100.0, 100.0]), {"59": 2}, 0.9)
    assert (len(found.chosen), found.net_eur, found.gap) == (0, 0.0, 0.0)


def test_an_unknown_risk_is_not_taken_for_none():
    with pytest.raises(NotComputable, match="1 of 2 cases"):
        best_choice(cases([0.3, np.nan], [100.0, 100.0]), {"59": 1}, 0.5)

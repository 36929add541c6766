"""A declared share of precision for euros: every place is used, the share is kept, no better list is near."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apanalytics.targeting.for_euros import Traded, for_euros


def cases(risk, undue) -> pd.DataFrame:
    frame = pd.DataFrame({"risk": risk, "undue_eur": undue}, dtype="float64")
    frame = frame.sort_values("risk", ascending=False, kind="stable", ignore_index=True)
    return frame.set_axis([f"C{i}" for i in range(len(frame))])


case = st.tuples(
    st.floats(0, 1) | st.sampled_from([0.5, 0.6]), st.floats(0, 1e6) | st.sampled_from([0.0, 1e4])
)


@given(st.lists(case, min_size=1, max_size=8), st.integers(0, 9), st.floats(0, 1))
def test_every_place_is_used_and_no_more_precision_is_given_than_declared(rows, places, share):
    frame = cases(*zip(*rows, strict=True))
    listed = for_euros(frame, places, share)
    assert listed.is_unique
    assert len(listed) == min(places, len(frame))
    assert listed.tolist() == [one for one in frame.index if one in set(listed)]  # most suspect first
    first = frame.iloc[:places]
    assert frame.loc[listed, "risk"].sum() >= (1 - share) * first["risk"].sum() - 1e-9
    assert frame.loc[listed, "undue_eur"].sum() >= first["undue_eur"].sum() - 1e-3


def test_on_average_next_to_nothing_is_left_to_the_best_of_all_lists():
    rng = np.random.default_rng(5)
    kept = []
    for _ in range(40):
        frame = cases(rng.random(12), rng.lognormal(8, 1.5, 12))
        risk, undue = frame["risk"].to_numpy(), frame["undue_eur"].to_numpy()
        least = 0.95 * risk[:4].sum()
        sets = [list(one) for one in itertools.combinations(range(12), 4) if risk[list(one)].sum() >= least]
        best = max(undue[one].sum() for one in sets)
        kept.append(frame.loc[for_euros(frame, 4, 0.05), "undue_eur"].sum() / best)
    assert np.mean(kept) > 0.93
    assert np.mean([one > 1 - 1e-9 for one in kept]) > 0.6


def test_by_hand_the_last_place_goes_to_the_larger_amount_only_where_the_share_allows_it():
    # the likeliest two sum to 1.50; with C2 in the place of C1 1.49 = 0.99333 of it
    frame = cases([0.80, 0.70, 0.69], [0.0, 10.0, 20.0])
    assert for_euros(frame, 2, 0.0066).tolist() == ["C0", "C1"]
    assert for_euros(frame, 2, 0.0067).tolist() == ["C0", "C2"]


@pytest.mark.parametrize(("line", "listed"), [(0.75, "C2"), (0.7501, "C1")])
def test_under_the_line_a_third_of_it_is_given(line, listed):
    # the likeliest two have a mean of exactly 0.75; the exchange costs 0.00667 of it: a share of 0.0067 pays
    # for it where the line is reached, a third of 0.0067 does not
    frame = cases([0.80, 0.70, 0.69], [0.0, 10.0, 20.0])
    assert for_euros(frame, 2, 0.0067, line).tolist() == ["C0", listed]
    assert for_euros(frame, 2, 0.0201, line).tolist() == ["C0", "C2"]


def test_with_everything_to_give_euros_alone_decide():
    assert for_euros(cases([0.9, 0.8, 0.1], [1.0, 2.0, 3.0]), 1, 1.0).tolist() == ["C2"]


def test_a_missing_amount_brings_nothing_and_a_missing_risk_leaves_the_order():
    assert for_euros(cases([0.9, 0.89, 0.88], [np.nan, 5.0, np.nan]), 1, 0.05).tolist() == ["C1"]
    unknown = pd.DataFrame({"risk": np.nan, "undue_eur": [1.0, 9.0]}, index=["A", "B"])
    assert for_euros(unknown, 1, 0.5).tolist() == ["A"]


def test_what_was_traded_is_said():
    frame = cases([0.80, 0.70, 0.69], [0.0, 10.0, 20.0])
    found = Traded.of(frame, ["C0", "C1"], ["C0", "C2"], 0.01)
    assert found.json() == pytest.approx(
        {
            "given": 0.01,
            "exchanged": 1,
            "likeliest_precision": 0.75,
            "expected_precision": 0.745,
            "likeliest_undue_eur": 10.0,
            "undue_eur": 20.0,
        }
    )

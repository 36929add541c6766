"""Yields and mean weights, counted by hand on a few cases."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from apanalytics.tables import Tables
from benchmarks.yields import measured


@pytest.fixture(scope="module")
def found() -> tuple[pd.DataFrame, pd.Series]:
    truth = pd.DataFrame(
        {
            "stage": ["authorisation"] * 4 + ["payment"] * 5,
            "case_id": [f"R{n}" for n in range(4)] + [f"C{n}" for n in range(5)],
            "nonconforming": [True, False, False, False, True, True, False, False, False],
            "kind": ["typing", "typing", None, None, "typing", "hidden_work", None, None, None],
            "deliberate": [False] * 5 + [True] + [False] * 3,
            "undue_amount": [500.0, 10.0, 0.0, 0.0, 80.0, 900.0, 0.0, 0.0, 0.0],
        }
    )
    selections = pd.DataFrame(
        {
            "campaign_id": "A",
            "stage": ["authorisation", "payment", "payment", "payment"],
            "case_id": ["R0", "C0", "C1", "C2"],
            "drawn_on": pd.Timestamp("2021-01-01"),
            "channel": "released",
            "stratum": ["plan 1", "plan 1", "plan 1", "plan 2"],
            "selection_probability": 0.1,
            "score": [0.0, 0.0, math.log(3), math.log(5)],
            "model_version": "inspectors",
            "listed": False,
        }
    )
    return measured(Tables.from_frames({"truth": truth, "selections": selections}))


def test_a_kind_yields_the_share_of_all_cases_of_a_stage_that_it_makes_wrong(found):
    shares, _ = found
    assert shares.loc["typing"].tolist() == [0.25, 0.2]
    assert shares.loc["hidden_work"].tolist() == [0.0, 0.2]
    assert shares.drop(index=["typing", "hidden_work"]).to_numpy().sum() == 0


def test_the_mean_weight_of_a_plan_and_stage_is_that_of_its_scores_not_of_its_mean_score(found):
    _, weights = found
    assert weights.to_dict() == pytest.approx({"first_requests": 1, "first_claims": 2, "second_claims": 5})

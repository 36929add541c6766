"""Precision at a capacity, areas, capacities, bars and tables of the difficulty benchmark, by hand."""

from __future__ import annotations

import doctest
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from table_frames import frames

from apanalytics.errors import InvalidArgument
from apanalytics.synthetic.scenario_files import settings
from apanalytics.synthetic.shares import kind_shares
from apanalytics.tables import Tables
from benchmarks import difficulty, difficulty_cell, ranking
from benchmarks.difficulty_cell import (
    by_kind,
    capacity_of,
    criteria_alone,
    in_reach,
    later_rates,
    scenario_at,
)
from benchmarks.ranking import area, precision_at, selected, ties_by


@pytest.mark.parametrize("module", [ranking, difficulty_cell], ids=lambda module: module.__name__)
def test_the_examples_are_true(module: ModuleType) -> None:
    run = doctest.testmod(module)
    assert run.attempted > 0
    assert run.failed == 0


def test_the_rate_of_requests_is_raised_just_as_far_as_claims_make_wrong_requests(tmp_path: Path) -> None:
    asked = {"authorisation": 0.0389, "payment": 0.0976}
    found = in_reach(asked, tmp_path, "shift")
    assert found["payment"] == 0.0976
    assert 0.0389 < found["authorisation"] < 0.0976
    with pytest.raises(InvalidArgument, match="out of reach"):
        kind_shares(
            settings(scenario_at(found | {"authorisation": found["authorisation"] / 1.03}, tmp_path, "shift"))
        )
    assert in_reach(found, tmp_path, "shift") == found
    easy = {"authorisation": 0.1, "payment": 0.1}
    assert in_reach(easy, tmp_path) == easy


def test_ties_at_the_edge_of_capacity_count_by_their_chance() -> None:
    # one case above, then three equal ones of which two are right, for one place
    assert precision_at([9, 5, 5, 5], [False, True, True, False], 2) == pytest.approx((0 + 2 / 3) / 2)


def test_capacity_is_always_filled() -> None:
    for capacity in range(1, 6):
        assert selected([2, 2, 1, np.nan, 0], capacity).sum() == pytest.approx(capacity)


def test_a_missing_score_ranks_last() -> None:
    assert selected([np.nan, 0.0, 1.0], 2).tolist() == [0, 1, 1]


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    # right 3 and 1, others 2 and 1: pairs 3>2, 3>1, 1<2, 1=1
    assert area([3, 1, 2, 1], [True, True, False, False]) == (1 + 1 + 0 + 0.5) / 4
    assert np.isnan(area([1, 2], [True, True]))


def test_the_larger_amount_goes_first_among_cases_with_as_many_criteria() -> None:
    order = ties_by([1, 1, 0, 2], [10, 20, 99, 0])
    assert np.argsort(-order).tolist() == [3, 1, 0, 2]


@pytest.mark.parametrize(
    ("base_rate", "expected"), [(0.175, 100), (0.06, 100), (0.05, 83), (0.03, 50), (0.0, 1)]
)
def test_capacity_is_a_tenth_or_what_could_be_sixty_percent_right(base_rate: float, expected: int) -> None:
    assert capacity_of(1000, base_rate) == expected


def test_a_criterion_alone_is_judged_on_the_cases_that_it_hits() -> None:
    fired = pd.DataFrame({"A": [True, True, None], "B": [None, False, None]}, dtype="boolean")
    found = criteria_alone(fired, np.array([True, False, True]))
    assert found == {"A": {"hits": 2, "precision": 0.5}}


def test_each_kind_is_set_against_conforming_cases_alone() -> None:
    kind = np.array(["x", "y", None, "x"], dtype=object)
    wrong = np.array([True, True, False, False])  # the last is immaterial: it conforms
    score = np.array([1.0, 9.0, 2.0, 0.0])
    names = ("ceiling", "risk model", "rules (count)")
    found = by_kind(kind, wrong, dict.fromkeys(names, score), capacity=1)
    assert found["x"] == {"cases": 1, "found": dict.fromkeys(names, 0.0), "area": dict.fromkeys(names, 0.5)}
    assert found["y"]["found"]["ceiling"] == 1


def one_cell(rate: str, seed: int = 1, **precision: float) -> difficulty.Cell:
    stage = {
        "precision": {"rules (count)": 0.4, "ceiling": 0.8} | precision,
        "criteria": {"A": {"hits": 99, "precision": 1.0}, "B": {"hits": 100, "precision": 0.65}},
        "kinds": {},
    }
    return {"seed": seed, "rate": rate, "stages": {"payment": stage}}


def test_bars_hold_at_one_case_rate_and_for_criteria_that_hit_enough() -> None:
    assert difficulty.misses([one_cell("0.175")]) == []
    assert difficulty.misses([one_cell("0.05", ceiling=0.3)]) == []
    assert difficulty.misses([one_cell("0.175", ceiling=0.93)]) == [
        "seed 1, payment: ceiling 0.930, not in 0.75–0.92"
    ]
    spoiled = one_cell("0.175")
    spoiled["stages"]["payment"]["criteria"]["B"]["precision"] = 0.66
    assert difficulty.misses([spoiled]) == ["seed 1, payment: B alone 0.660, above 0.65"]


def test_a_country_outside_a_bar_is_missed_though_the_mean_is_inside() -> None:
    cells = [one_cell("0.175", ceiling=0.74), one_cell("0.175", seed=2, ceiling=0.80)]
    assert difficulty.misses(cells) == ["seed 1, payment: ceiling 0.740, not in 0.75–0.92"]


def test_a_criterion_is_followed_by_cases_at_random_where_it_does_not_fill_the_list() -> None:
    found = {"cases": 110, "capacity": 20, "base_rate": 0.2}  # 22 do not conform
    assert difficulty.at_capacity(found, hits=10, precision=0.7) == 0.425  # 7 + 10 × 15/100, over 20
    assert difficulty.at_capacity(found, hits=40, precision=0.5) == 0.5


def test_the_table_gives_the_mean_and_the_range_over_seeds() -> None:
    table = difficulty.precisions([one_cell("0.175"), one_cell("0.175", seed=2, ceiling=0.9)])
    assert table.set_index("ranked by")["0.175"].to_dict() == {
        "rules (count)": "0.400 (0.400–0.400)",
        "ceiling": "0.850 (0.800–0.900)",
    }


def test_a_table_is_written_as_markdown() -> None:
    assert difficulty.markdown(pd.DataFrame({"a": [1], "b": ["x"]})) == "| a | b |\n| --- | --- |\n| 1 | x |"


def test_a_cell_that_is_there_is_not_measured_again(tmp_path: Path) -> None:
    found = one_cell("0.175")
    difficulty.keep(difficulty.place(tmp_path, "1", "0.175", 10), found)
    assert difficulty.cell(tmp_path, "1", "0.175", 10) == found
    assert [path.name for path in tmp_path.iterdir()] == ["cell-10-0.175-1.json"]


def test_the_scenario_is_base_at_the_case_rates_asked_for(tmp_path: Path) -> None:
    path = scenario_at({"authorisation": 0.2, "payment": 0.1}, tmp_path)
    knobs, base = settings(path), settings("base")
    assert knobs.conduct.case_rate == {"authorisation": 0.2, "payment": 0.1}
    assert replace(knobs, conduct=base.conduct) == base


def test_rates_are_those_of_the_cases_filed_after_the_cut() -> None:
    tables = frames(
        requests=[
            {"request_id": "R2", "filed_on": "2021-07-01"},
            {"request_id": "R3", "filed_on": "2021-07-02"},
            {"request_id": "R4", "filed_on": "2021-06-30"},
        ]
    )
    wrong = {"R1": True, "R2": True, "R3": False, "R4": True}
    tables["truth"] = pd.DataFrame({"case_id": list(wrong), "nonconforming": list(wrong.values())}).assign(
        stage="authorisation", deliberate=False, undue_amount=0.0
    )
    assert later_rates(Tables.from_frames(tables)) == {"authorisation": 0.5, "payment": 0.0}

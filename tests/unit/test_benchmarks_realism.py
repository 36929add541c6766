"""Distances to the official figures, means, hours and sizes of a drawn country, on tables made by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from apanalytics.synthetic import realism
from apanalytics.synthetic.bars import comparison
from apanalytics.synthetic.resample import month_patterns, raked, resampled_distances
from apanalytics.tables import Tables
from benchmarks.realism import between_draws, over_seeds

ESTABLISHMENTS = pd.DataFrame(
    {
        "siret": ["10000000000008", "20000000000006"],
        "siren": ["100000000", "200000000"],
        "region": ["11", "32"],
        "department": ["75", "59"],
        "naf": ["56.10A", "47.11F"],
        "size_class": ["11", "12"],
        "is_head_office": True,
        "is_employer": True,
        "created_on": pd.to_datetime("2000-01-01"),
    }
)
REQUESTS = pd.DataFrame(
    {
        "request_id": ["used", "unused", "refused", "beyond"],
        "siret": ["10000000000008"] * 3 + ["20000000000006"],
        "filed_on": pd.to_datetime(["2020-03-20"] * 4),
        "starts_on": pd.to_datetime(["2020-03-15"] * 4),
        "ends_on": pd.to_datetime(["2020-04-30"] * 3 + ["2020-12-31"]),
        "hours": [100.0, 50.0, 50.0, 1_000.0],
        "company_headcount": [10, 10, 60, 2_000],
        "covered_headcount": [3, 1, 4, 2],
        "status": ["tacit", "authorised", "refused", "tacit"],
        "headcount": 10,
        "motive": 5,
        "amount": 900.0,
    }
)
CLAIMS = pd.DataFrame(
    {
        "claim_id": ["1", "2", "3", "4"],
        "request_id": ["used", "used", "beyond", "beyond"],
        "siret": ["10000000000008", "10000000000008", "20000000000006", "99999999999999"],
        "month": pd.to_datetime(["2020-03-01", "2020-04-01", "2020-03-01", "2020-12-01"]),
        "employees": [3, 2, 7, 9],
        "idle_hours": [30.0, 50.0, 70.0, 90.0],
        "amount": 90.0,
    }
)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return Tables.from_frames({"establishments": ESTABLISHMENTS, "requests": REQUESTS, "claims": CLAIMS})


def cells(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["month", "region", "nace17", "claims"])


def test_total_variation_is_the_share_that_would_have_to_move() -> None:
    assert realism.total_variation([3, 1], [1, 1]) == pytest.approx(0.25)  # 3/4 against 1/2
    assert realism.total_variation([1, 0], [0, 9]) == 1
    assert realism.total_variation([2, 4], [1, 2]) == 0


def test_a_margin_is_no_farther_than_the_cross() -> None:
    drawn = cells(("2020-03", "11", "IZ", 1), ("2020-04", "32", "IZ", 1))
    official = cells(("2020-03", "32", "IZ", 1), ("2020-04", "11", "IZ", 1))
    found = realism.distances(drawn, official)
    assert found["month × NACE17"] == 0
    assert found["month × region"] == found["month × region × NACE17"] == 1


def test_a_cell_that_one_table_lacks_counts_nothing_there() -> None:
    found = realism.distances(cells(("2020-03", "11", "IZ", 4)), cells(("2020-03", "32", "GZ", 5)))
    assert (found == 1).all()


def test_claims_are_counted_by_establishment_in_the_months_asked_for(tables: Tables) -> None:
    drawn = realism.claims_by_establishment(tables)
    assert drawn[["month", "region", "nace17", "claims", "employees", "hours"]].to_numpy().tolist() == [
        ["2020-03", "11", "IZ", 1, 3.0, 30.0],
        ["2020-04", "11", "IZ", 1, 2.0, 50.0],
        ["2020-03", "32", "GZ", 1, 7.0, 70.0],
    ]


def test_an_establishment_unknown_to_the_register_is_counted_apart(tables: Tables) -> None:
    drawn = realism.claims_by_establishment(tables, "2020-12", "2020-12")
    assert drawn[["region", "nace17"]].to_numpy().tolist() == [["ZZ", "ZZ"]]


def test_means_are_ratios_of_sums_not_means_of_ratios(tables: Tables) -> None:
    means = realism.means_by_month(realism.claims_by_establishment(tables), realism.official_claims())
    assert means.loc["2020-03", "employees_per_claim"] == (3 + 7) / 2
    assert means.loc["2020-03", "hours_per_employee"] == (30 + 70) / (3 + 7)
    # formats.md and the publisher's table: 46.8 hours per employee in March, less the rows without a region
    assert means.loc["2020-03", "official_hours_per_employee"] == pytest.approx(46.8, abs=0.05)


def test_the_error_of_a_mean_is_that_of_a_ratio_over_establishments() -> None:
    drawn = pd.DataFrame(
        {
            "month": ["2020-03"] * 3,
            "claims": [1, 2, 1],
            "employees": [2.0, 8.0, 6.0],
            "hours": [20.0, 80.0, 60.0],
        }
    )
    errors = realism.mean_errors(drawn).loc["2020-03"]
    # 16 employees in 4 claims: 2 - 4, 8 - 8 and 6 - 4 beyond the ratio
    assert errors["employees_per_claim"] == pytest.approx((4 + 0 + 4) ** 0.5 / 4)
    assert errors["hours_per_employee"] == 0, "ten hours everywhere"


def test_only_requests_that_ended_can_be_compared_with_their_claims(tables: Tables) -> None:
    ratio = realism.claimed_of_requested(tables)
    assert ratio["used"] == 80 / 100
    assert ratio["accepted"] == 80 / 150
    assert ratio["all"] == 80 / 200


def test_employees_are_split_by_the_size_of_their_company(tables: Tables) -> None:
    shares = realism.size_shares(tables)["share"]
    assert shares["claimed in 2020-03"].to_dict() == {"1-49": 0.3, "50-249": 0.0, "250+": 0.7}
    assert shares["requested from 2020-03-01"].to_dict() == {
        "1-19": 0.4, "20-49": 0.0, "50-249": 0.4, "250-999": 0.0, "1000+": 0.2
    }  # fmt: skip


def test_official_shares_of_sizes_add_up_to_one(tables: Tables) -> None:
    totals = realism.size_shares(tables)["official_share"].groupby(level="measure").sum()
    assert totals.to_numpy() == pytest.approx([1, 1], abs=0.011), "whole percents"


def test_a_pattern_is_the_set_of_months_that_an_establishment_claims() -> None:
    drawn = pd.DataFrame({"siret": ["A", "A", "B", "C", "C"], "month": ["1", "2", "1", "1", "2"]})
    patterns, count = month_patterns(drawn, ["1", "2"])
    assert dict(zip(map(tuple, patterns), count, strict=True)) == {(0, 1): 1e-3, (1, 0): 1, (1, 1): 2}


def test_raked_patterns_reach_the_official_claims_and_keep_their_proportions_where_they_can() -> None:
    patterns = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    count = np.array([1.0, 1.0, 2.0])
    expected = np.array([[30.0, 30.0], [12.0, 3.0], [0.0, 5.0]])
    needed = raked(patterns, count, expected)
    assert needed @ patterns == pytest.approx(expected)
    assert needed[0] == pytest.approx([10, 10, 20]), "both months alike: proportions 1, 1, 2 stay"
    assert needed[2] == pytest.approx([0, 5, 0])


def test_clusters_lie_farther_from_the_table_than_single_claims() -> None:
    months = [f"2020-{month:02}" for month in range(3, 12)]
    official = cells(*((m, r, a, 25) for m, r, a in itertools.product(months, ["11", "32"], ["IZ", "GZ"])))
    single = pd.DataFrame({"siret": [f"S{i}" for i in range(900)], "month": months * 100, "claims": 1})
    whole = pd.DataFrame({"siret": np.repeat([f"S{i}" for i in range(100)], 9), "month": months * 100})
    alone = resampled_distances(single, official, draws=40)["region × NACE17"].mean()
    together = resampled_distances(whole.assign(claims=1), official, draws=40)["region × NACE17"].mean()
    assert together == pytest.approx(3 * alone, rel=0.35), "nine claims at a time: three times the deviation"


def test_a_bar_is_kept_only_where_every_draw_keeps_it() -> None:
    index = pd.MultiIndex.from_tuples(
        [("g", "kept"), ("g", "once"), ("g", "free")], names=["group", "figure"]
    )
    first = pd.DataFrame(
        {"drawn": 1.0, "official": 1.0, "low": [0, 0, np.nan], "high": [2, 2, np.nan], "error": np.nan}, index
    )
    second = first.assign(drawn=[2.0, 3.0, 3.0])
    first["met"] = pd.array([True, True, None], dtype="boolean")
    second["met"] = pd.array([True, False, None], dtype="boolean")
    both = over_seeds([first, second])
    assert both["mean"].tolist() == [1.5, 2.0, 2.0]
    assert both["max"].tolist() == [2.0, 3.0, 3.0]
    assert both["met"].tolist()[:2] == [True, False]
    assert pd.isna(both["met"].iloc[2])


def test_two_draws_are_compared_cell_by_cell() -> None:
    first, second = pd.Series({"a": 1, "b": 1}), pd.Series({"b": 1, "c": 1})
    assert between_draws([first, second]) == 0.5
    assert between_draws([first]) is None


def test_every_bar_says_the_interval_that_it_allows(tables: Tables) -> None:
    table = comparison(tables, resamples=2)
    ratio = table.loc[("hours claimed of requested", "accepted requests")]
    assert (ratio["drawn"], ratio["low"], ratio["high"]) == (80 / 150, 0.55, 0.65)
    assert not ratio["met"]
    assert pd.isna(table.loc[("hours claimed of requested", "all requests"), "met"])
    assert (table["low"].dropna() >= 0).all()

"""Firms that accounts lead to, link after link, as they were linked on the day."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from feature_frames import SIRET, Row, country
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from apanalytics.features import FEATURES, describe_feature, features
from apanalytics.features.linking import linked_firms, linked_totals

NAMES = ["linked_sirens", "linked_group", "pattern_linked_sirens", "bank_other_sirens"]
FIRMS = {"A": SIRET[:9], "B": "443061841", "C": "542065479", "D": "780129987"}


def request(firm: str, **told: object) -> Row:
    return {
        "request_id": f"R-{firm}",
        "siret": f"{FIRMS[firm]}00018",
        "bank_key": f"bank-{firm}",
        "email_key": f"mail-{firm}",
        **told,
    }


def seen(*requests: Row, day: str = "2021-06-01") -> pd.DataFrame:
    frame = features(country(requests=list(requests)), "authorisation", as_of=day, only=NAMES)
    return frame.set_axis([case.removeprefix("R-") for case in frame.index]).astype(object)


def test_a_chain_of_accounts_is_followed_beyond_its_first_link() -> None:
    found = seen(
        request("A", bank_key="x"),
        request("B", bank_key="x", email_key="m"),
        request("C", bank_key="y", email_key="m"),
        request("D"),
    )
    assert found["bank_other_sirens"].to_dict() == {"A": 1, "B": 1, "C": 0, "D": 0}
    assert found["linked_sirens"].to_dict() == {"A": 2, "B": 2, "C": 2, "D": 0}
    lowest = int(min(FIRMS[firm] for firm in "ABC"))
    assert found["linked_group"].dropna().to_dict() == dict.fromkeys("ABC", lowest)
    assert pd.isna(found.loc["D", "linked_group"])


def test_establishments_of_one_firm_and_an_accountant_s_e_mail_link_nothing() -> None:
    own = request("A", request_id="R-Z", siret=f"{FIRMS['A']}00026", bank_key="bank-A", email_key="mail-A")
    filed = [request(firm, email_key="accountant", filer_id="F") for firm in "BC"]
    found = seen(request("A"), own, *filed)
    assert set(found["linked_sirens"]) == {0}
    assert found["linked_group"].isna().all()
    by_themselves = [request(firm, email_key="accountant") for firm in "BC"]
    assert seen(*by_themselves)["linked_sirens"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("other", "linked"), [({}, 1), ({"hours": 2999.99}, 0), ({"covered_headcount": 9}, 0)]
)
def test_identical_requests_of_a_filer_link_in_the_wider_graph_only(other: Row, linked: int) -> None:
    found = seen(request("A", filer_id="F"), request("B", filer_id="F", **other))
    assert found["pattern_linked_sirens"].tolist() == [linked, linked]
    assert found["linked_sirens"].tolist() == [0, 0]


@pytest.mark.parametrize("apart", [{"filer_id": "G"}, {"filer_id": None}, {"filed_on": "2021-03-02"}])
def test_identical_requests_of_two_filers_or_two_days_link_nothing(apart: Row) -> None:
    found = seen(request("A", filer_id="F"), request("B", **{"filer_id": "F", **apart}))
    assert found["pattern_linked_sirens"].tolist() == [0, 0]


def test_a_link_counts_from_the_day_on_which_both_firms_are_known_to_use_the_account() -> None:
    later = {"filed_on": "2021-04-10", "starts_on": "2021-04-10"}
    both = [request("A", bank_key="x"), request("B", bank_key="x", **later)]
    assert seen(*both, day="2021-04-09")["linked_sirens"].to_dict() == {"A": 0}
    assert seen(*both, day="2021-04-10")["linked_sirens"].to_dict() == {"A": 1, "B": 1}


def test_they_are_given_only_on_request() -> None:
    frame = features(country(requests=[{}]), "authorisation")
    assert FEATURES["linked_sirens"].on_request
    assert "linked_sirens" not in frame
    assert "bank_other_sirens" in frame
    assert "Given on request" in describe_feature("linked_sirens")


def table(links: list[tuple[int, int, int]]) -> pa.Table:
    days, ones, others = zip(*links, strict=True) if links else ((), (), ())
    return pa.table(
        {
            "graph": pa.array(["account"] * len(links), pa.string()),
            "other_sn": pa.array(ones, pa.int64()),
            "sn": pa.array(others, pa.int64()),
            "day": pa.array(days, pa.int64()),
        }
    )


def of_graph(rows: pa.Table) -> pd.DataFrame:
    frame = rows.to_pandas()
    return frame[frame["graph"] == "account"]


LINKS = st.tuples(st.integers(0, 6), st.integers(0, 12), st.integers(0, 12)).filter(lambda at: at[1] != at[2])


@given(links=st.lists(LINKS, max_size=25))
@settings(max_examples=60, deadline=None)
def test_on_each_day_the_groups_are_the_connected_components(links: list[tuple[int, int, int]]) -> None:
    firms, totals = of_graph(linked_firms(table(links))), of_graph(linked_totals(table(links)))
    for day in range(8):
        known = [(a, b) for at, a, b in links if at <= day]
        ones, others = [a for a, _ in known], [b for _, b in known]
        shape = coo_array((np.ones(len(known)), (ones, others)), shape=(13, 13))
        _, component = connected_components(shape, directed=False)
        now = firms[(firms["from_day"] <= day) & (day < firms["to_day"])].set_index("sn")["group_sn"]
        sizes = totals[(totals["from_day"] <= day) & (day < totals["to_day"])].set_index("group_sn")
        assert set(now.index) == {*ones, *others}
        for firm, group in now.items():
            alike = [other for other in range(13) if component[other] == component[firm]]
            assert sizes.loc[group, ["firms", "lowest_sn"]].tolist() == [len(alike), min(alike)]


def test_an_account_of_many_firms_costs_rows_by_the_firm_and_not_by_their_square() -> None:
    hub = table([(day, day, day + 1) for day in range(3000)])
    assert len(of_graph(linked_firms(hub))) <= 3001 + 1
    assert len(of_graph(linked_totals(hub))) <= 3000


def test_groups_of_a_kind_that_double_move_each_firm_as_often_as_they_double() -> None:
    links = [(size, first, first + size) for size in (1, 2, 4, 8, 16) for first in range(0, 32, 2 * size)]
    rows = of_graph(linked_firms(table(links)))
    assert len(rows) <= 32 * 6
    spans = rows.sort_values(["sn", "from_day"])
    for _, own in spans.groupby("sn"):
        ends = zip(own["from_day"], own["to_day"], strict=True)
        assert all(before[1] == after[0] for before, after in pairwise(ends))

"""On every scenario and window: first things first, and nothing known after the day of the extract."""

from __future__ import annotations

from typing import Any

import pandas as pd

from apanalytics import law
from apanalytics.synthetic.scenario_files import settings
from tests.synthetic_countries import Country, some

KNOWN = {
    "establishments": ["known_on"],
    "successions": ["known_on"],
    "requests": ["filed_on", "status_on", "decided_on", "account_created_on"],
    "request_events": ["known_on"],
    "claims": ["filed_on", "paid_on"],
    "payroll": ["received_on"],
    "payroll_months": ["received_on"],
    "headcounts": ["received_on"],
    "insolvencies": ["known_on"],
    "signals": ["received_on"],
    "selections": ["drawn_on"],
    "controls": ["opened_on", "closed_on", "recovered_on"],
}
"""The days on which a row, or a part of it, became known."""
BEFORE = pd.DateOffset(months=13)
"""Payroll and controls begin this long before the window."""


def earlier(land: Country) -> pd.DataFrame:
    """Return the requests filed before the window: a control or a claim of the window rests on them."""
    return land.requests[land.requests["filed_on"] < land.opens]


def test_nothing_is_known_after_the_day_of_the_extract(land):
    extract = land.ends + pd.Timedelta(days=settings(land.scenario).inspection.extracted_after_days)
    for name, columns in KNOWN.items():
        for column in columns:
            late = land.tables[name][land.tables[name][column] > extract]
            assert late.empty, f"{name}: {some(late, [column])}"


def deadlines(asked: Any) -> law.Deadlines:
    """Return what the law says of a row of `requests`."""
    return law.deadlines(
        asked.filed_on.date(),
        asked.starts_on.date(),
        asked.ends_on.date(),
        asked.motive,
        asked.scheme,
        long_arrangement=bool(asked.working_time_over_6_months),
    )


def test_requests_are_filed_inside_the_window_or_something_of_the_window_rests_on_them(land):
    assert (land.requests["filed_on"] <= land.ends).all()
    old, controlled = earlier(land)["request_id"], land.controls["case_id"]
    claimed = land.claims["request_id"]
    kept = old.isin(controlled) | old.isin(claimed)
    periods = pd.MultiIndex.from_frame(earlier(land)[["siret", "starts_on", "ends_on"]])
    assert (kept.to_numpy() | periods.isin(periods[kept])).all(), "or amend one of those"
    assert (earlier(land)["filed_on"] >= land.opens - BEFORE).all()


def test_every_month_of_the_window_has_requests(land):
    months = land.requests.loc[land.requests["filed_on"] >= land.opens, "filed_on"].dt.to_period("M")
    assert set(months) == set(pd.period_range(land.opens, land.ends, freq="M"))


def test_payroll_begins_thirteen_months_before_the_window_but_in_the_tiny_country(land):
    months = settings(land.scenario).payroll.months_before
    assert months == 13 or land.scenario == "tiny"
    first = land.opens - pd.DateOffset(months=months)
    assert land.payroll_months["month"].min() == first
    assert land.headcounts["month"].min() == first
    assert land.payroll_months["month"].max() == land.ends.replace(day=1)


def test_a_request_is_decided_after_it_is_filed_and_within_the_days_that_the_law_gives(land):
    asked = land.requests
    assert (asked["starts_on"] <= asked["ends_on"]).all()
    decided = asked.dropna(subset=["decided_on"])
    assert (decided["decided_on"] >= decided["filed_on"]).all()
    assert (asked["status_on"] >= asked["filed_on"]).all()
    assert (asked["account_created_on"] <= asked["filed_on"]).all()
    assert (asked["decided_on"].isna() == asked["status"].eq("pending")).all()


def test_silence_is_acceptance_on_the_last_day_of_the_decision(land):
    tacit = land.requests[(land.requests["status"] == "tacit") & (land.requests["scheme"] == "APDC")]
    for row in tacit.drop_duplicates("filed_on").itertuples():
        assert row.decided_on.date() == deadlines(row).decide_by, row.request_id


def test_the_last_event_of_a_request_is_its_status(land):
    last = land.request_events.sort_values("known_on").drop_duplicates("request_id", keep="last")
    both = land.requests.merge(last, on="request_id", suffixes=("", "_last"))
    assert len(both) == len(land.requests)
    assert (both["status"] == both["status_last"]).all()
    assert (both["known_on"] == both["decided_on"].fillna(both["filed_on"])).all()
    first = land.request_events.groupby("request_id")["known_on"].min()
    assert (land.requests.set_index("request_id")["filed_on"] == first).all()


def test_only_what_was_authorised_is_claimed_and_inside_its_period(land):
    both = land.claims.merge(land.requests, on="request_id", suffixes=("", "_asked"))
    assert both["status"].isin(["authorised", "tacit"]).all()
    ends = both["month"] + pd.offsets.MonthEnd(0)
    outside = both[(ends < both["starts_on"]) | (both["month"] > both["ends_on"])]
    assert outside.empty, some(outside, ["claim_id", "month", "starts_on", "ends_on"])


def test_a_claim_is_filed_once_the_month_is_over_and_the_request_decided_then_paid(land):
    both = land.claims.merge(land.requests, on="request_id", suffixes=("", "_asked"))
    month_over = both["month"] + pd.offsets.MonthBegin(1)
    assert (both["filed_on"] >= month_over).all()
    assert (both["filed_on"] >= both["decided_on"]).all()
    assert (both["filed_on"] <= land.ends).all()
    assert (both["filed_on"] >= land.opens - BEFORE).all()
    paid = both.dropna(subset=["paid_on"])
    assert (paid["paid_on"] >= paid["filed_on"]).all()


def test_a_claim_that_truth_finds_in_time_keeps_the_deadline_of_the_law(land):
    """Some requests forget to say that working time is arranged over a long period; another one says it.

    Where the one that says it was filed before the window, nothing in the tables does: that is rare.
    """
    good = land.judged_claims.query("undue_amount == 0").rename(columns={"filed_on": "claimed_on"})
    ticked = land.requests.groupby("siret")["working_time_over_6_months"].transform("any")
    asked = land.requests.assign(working_time_over_6_months=ticked)
    both = good.merge(asked, on="request_id", suffixes=("", "_asked"))
    late = both[past_deadline(both)]
    untold = late[~past_deadline(late.assign(working_time_over_6_months=True))]
    assert len(untold) == len(late), some(late.drop(untold.index), ["claim_id", "claimed_on", "ends_on"])
    assert not untold["working_time_over_6_months"].any()
    assert len(untold) <= 0.001 * len(both), some(untold, ["claim_id", "claimed_on", "ends_on"])


def past_deadline(rows: pd.DataFrame) -> pd.Series:
    """Tell which claims were filed past the last day of the law; there is none before September 2018."""
    groups = ["scheme", "ends_on", "working_time_over_6_months"]
    last = {key: deadlines(next(of.itertuples())).claim_by for key, of in rows.groupby(groups)}
    days = pd.to_datetime(
        pd.Series([last[key] for key in zip(*(rows[g] for g in groups), strict=True)], rows.index)
    )
    return rows["claimed_on"] > days


def test_payroll_arrives_after_its_month_and_contracts_were_running(land):
    rows = land.payroll
    month_end = rows["month"] + pd.offsets.MonthEnd(0)
    for frame in (land.payroll, land.payroll_months, land.headcounts):
        assert (frame["received_on"] > frame["month"]).all()
    assert (land.payroll_months["received_on"] > land.payroll_months["month"] + pd.offsets.MonthEnd(0)).all()
    assert (rows["starts_on"] <= month_end).all()
    ended = rows[rows["ends_on"] < rows["month"]]  # a renewal, or an end, that payroll has not learnt yet
    assert len(ended) <= 0.01 * len(rows), some(ended, ["siret", "month", "ends_on", "end_reason"])
    assert (rows["ends_on"].isna() | (rows["ends_on"] >= rows["starts_on"])).all()
    assert (rows["end_reason"].notna() <= rows["ends_on"].notna()).all()


def test_a_contract_never_changes_its_start_nor_its_kind(land):
    contract = land.payroll.groupby(["siret", "person_key", "contract_id"])[["starts_on", "contract_kind"]]
    assert (contract.nunique() == 1).all(axis=None)


def test_versions_of_a_month_arrive_one_after_the_other(land):
    versions = land.payroll_months.groupby(["siret", "month"])["received_on"]
    assert (versions.nunique() == versions.size()).all()


def test_establishments_open_before_they_close_ask_and_pay(land):
    places = land.places
    assert (places["closed_on"].isna() | (places["closed_on"] >= places["created_on"])).all()
    for name, day in (("requests", "filed_on"), ("claims", "month")):
        rows = land.tables[name].join(places["created_on"], on="siret")
        assert (rows[day] + pd.offsets.MonthEnd(0) >= rows["created_on"]).all(), name


def test_a_move_is_known_when_the_old_seat_is_closed_and_the_new_one_open(land):
    places = land.places[["created_on", "closed_on"]]
    new = places.add_suffix("_new")
    moves = land.successions.join(places, on="predecessor").join(new, on="successor")
    assert moves["closed_on"].notna().all()
    assert (moves["closed_on"] <= moves["known_on"]).all()
    assert (moves["created_on_new"] <= moves["known_on"]).all()
    assert (moves["predecessor"].str[:9] == moves["successor"].str[:9]).all()


def test_an_insolvency_is_known_after_it_takes_effect(land):
    known = land.insolvencies.dropna(subset=["known_on"])
    assert (known["known_on"] >= known["effective_on"]).all()
    assert land.insolvencies["siren"].isin(land.establishments["siren"]).all()


def test_long_time_working_is_asked_only_where_the_law_has_it(land):
    long = land.requests[land.requests["scheme"] == "APLD"]
    first = pd.Timestamp(law.parameter("apld.allocation_rate").entries[0].valid_from)
    assert (long["starts_on"] >= first).all()
    assert (land.agreements["starts_on"] >= first).all()
    assert not land.requests["scheme"].eq("APLD_R").any()  # its agreements begin in 2025
    assert (land.claims.loc[land.claims["regime"].str.contains("apld", na=False), "month"] >= first).all()

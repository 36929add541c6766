"""On the committed country, the features of a day are those of tables that end on that day."""

from __future__ import annotations

import pandas as pd
import pytest

import apanalytics as ap

pytestmark = pytest.mark.nightly
KNOWN_FROM = {
    "establishments": "known_on",
    "successions": "known_on",
    "requests": "filed_on",
    "request_events": "known_on",
    "claims": "filed_on",
    "payroll": "received_on",
    "payroll_months": "received_on",
    "headcounts": "received_on",
    "insolvencies": "known_on",
    "controls": "opened_on",
}


def until(tables: ap.Tables, day: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """The tables without the rows known after a day, and without outcomes found after it."""
    frames = {}
    for name in tables.names:
        frame = getattr(tables, name).to_pandas()
        if name in KNOWN_FROM:
            known = frame[KNOWN_FROM[name]]
            frame = frame[known.isna() | (known <= day)].copy()
        if name == "controls":
            frame.loc[frame["closed_on"] > day, ["closed_on", "outcome", "findings", "undue_amount"]] = None
        if name == "claim_lines":
            frame = frame[frame["claim_id"].isin(frames["claims"]["claim_id"])]
        frames[name] = frame
    return frames


@pytest.mark.parametrize("stage", ["authorisation", "payment"])
@pytest.mark.parametrize("day", ["2020-06-15", "2020-12-31", "2021-04-15", "2021-09-01"])
def test_features_of_a_day_are_those_of_tables_that_end_on_it(stage: str, day: str) -> None:
    tables = ap.read("data/synthetic")
    asked = {"stage": stage, "from_": "2020-03-01", "to": day, "as_of": day}
    whole, cut = ap.features(tables, **asked), ap.features(until(tables, pd.Timestamp(day)), **asked)
    assert len(whole) > 50
    # Features are rounded to the sixth decimal; a sum in another order may tip the last one.
    pd.testing.assert_frame_equal(whole, cut, check_dtype=False, rtol=1e-9, atol=1.1e-6)

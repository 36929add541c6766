"""A small country: coherent, the same by region, and right or wrong by the law to the cent."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from apanalytics import law
from apanalytics.errors import InvalidArgument
from apanalytics.risk import outcomes
from apanalytics.sources import ingest
from apanalytics.synthetic import synth
from apanalytics.tables import read, schema, validate

REQUESTS, SEED, START, END = 2500, 11, "2020-09", "2021-10"
PERIOD = ["siret", "starts_on", "ends_on"]
OFTEN_EMPTY = {"insolvencies", "signals", "successions"}


def drawn(folder, **options):
    chosen = {"requests": REQUESTS, "seed": SEED, "start": START, "end": END, "scenario": "tiny"} | options
    return synth(folder, **chosen)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("synthetic") / "country"
    drawn(place)
    return place


@pytest.fixture(scope="module")
def tables(folder):
    return read(folder)


@pytest.fixture(scope="module")
def frames(tables):
    return {name: getattr(tables, name).to_pandas() for name in tables.names}


@pytest.fixture(scope="module")
def claims(frames):
    truth = frames["truth"].query("stage == 'payment'").rename(columns={"case_id": "claim_id"})
    return frames["claims"].merge(truth, on="claim_id", validate="1:1")


def test_the_window_has_the_number_of_requests_asked_for(frames):
    assert (frames["requests"]["filed_on"] >= START).sum() == REQUESTS


def test_earlier_requests_are_there_only_where_a_claim_or_a_control_rests_on_them(frames):
    requests, claims = frames["requests"], frames["claims"]
    earlier = requests.loc[requests["filed_on"] < START, "request_id"]
    mine = claims[claims["request_id"].isin(earlier)]
    inside = set(mine.loc[mine["filed_on"] >= START, "request_id"])
    controlled = set(frames["controls"]["case_id"])
    rests = inside | controlled | set(mine.loc[mine["claim_id"].isin(controlled), "request_id"])
    periods = pd.MultiIndex.from_frame(requests[PERIOD])
    amend = requests[periods.isin(periods[requests["request_id"].isin(rests)])]
    assert len(earlier) > 0
    assert set(earlier) <= rests | set(amend["request_id"]), "or amend one of those"


def test_payroll_and_controls_begin_before_the_window(frames):
    """Four months in the tiny scenario, thirteen in the others."""
    assert frames["payroll_months"]["month"].min() == pd.Timestamp("2020-05-01")
    assert pd.Timestamp("2020-05-01") <= frames["controls"]["opened_on"].min() < pd.Timestamp("2020-07-01")


def test_no_row_breaks_the_contract(tables):
    checks = validate(tables).tables
    assert {name: check.errors for name, check in checks.items() if check.errors} == {}
    assert {name: check.flags for name, check in checks.items() if check.flags} == {}


def test_a_region_has_the_rows_of_the_national_draw(folder, frames, tmp_path):
    drawn(tmp_path / "region", regions=["44"])
    region = read(tmp_path / "region")
    here = frames["establishments"].query("region == '44'")
    sirets, cases = set(here["siret"]), None
    for name in region.names:
        alone, national = getattr(region, name).to_pandas(), frames[name]
        if "siret" in national.columns:
            national = national[national["siret"].isin(sirets)]
        elif "siren" in national.columns:
            national = national[national["siren"].isin(set(here["siren"]))]
        elif "predecessor" in national.columns:
            national = national[national["predecessor"].isin(sirets)]
        else:
            kept = frames["requests"]["siret"].isin(sirets), frames["claims"]["siret"].isin(sirets)
            cases = set(frames["requests"]["request_id"][kept[0]]) | set(
                frames["claims"]["claim_id"][kept[1]]
            )
            key = next(c for c in ("case_id", "claim_id", "request_id") if c in national.columns)
            national = national[national[key].isin(cases)]
        keys = list(schema(name).primary_key) or list(national.columns)
        expected = national.sort_values(keys, ignore_index=True)
        assert len(expected) > 0 or name in OFTEN_EMPTY, name
        assert_frame_equal(alone.sort_values(keys, ignore_index=True), expected, check_dtype=False, obj=name)


def test_the_same_seed_gives_the_same_bytes(folder, tmp_path):
    drawn(tmp_path / "again")
    for file in sorted(folder.glob("*.parquet")):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes(), file.name


def test_another_seed_gives_another_country(folder, tmp_path):
    drawn(tmp_path / "other", seed=SEED + 1, requests=50)
    first = read(tmp_path / "other").establishments.to_pandas()["siret"]
    assert not set(first) & set(read(folder).establishments.to_pandas()["siret"])


def test_leaving_out_the_lines_changes_nothing_else(folder, tmp_path):
    drawn(tmp_path / "bare", lines=False)
    names = {file.name for file in folder.glob("*.parquet")}
    bare = {file.name for file in (tmp_path / "bare").glob("*.parquet")}
    assert names - bare == {"payroll.parquet", "claim_lines.parquet"}
    for name in bare:
        assert (tmp_path / "bare" / name).read_bytes() == (folder / name).read_bytes(), name


def test_payroll_months_are_the_sum_of_the_rows(frames):
    keys = ["siret", "month", "received_on"]
    hours = ["contract_hours", "worked_hours", "leave_hours", "suspended_hours", "idle_hours", "gross_pay"]
    summed = frames["payroll"].groupby(keys)[hours].sum()
    months = frames["payroll_months"].set_index(keys)
    assert_frame_equal(months[hours].sort_index(), summed.sort_index(), atol=0.006, rtol=0)


def test_a_return_made_too_early_lacks_all_idle_hours_or_those_of_the_last_days(frames):
    """They stand as hours worked until the correction; the hours of the month are the same in both."""
    keys = ["siret", "month", "person_key", "contract_id"]
    rows = frames["payroll"].sort_values("received_on").groupby(keys)
    first, last = rows.first(), rows.last()
    lacks = first["idle_hours"] < last["idle_hours"] - 0.01
    share = (first["idle_hours"] / last["idle_hours"])[lacks]
    assert share.eq(0).mean() > 0.2
    assert share.gt(0).mean() > 0.2
    assert share.max() < 0.97
    gap = (first["worked_hours"] + first["idle_hours"] - last["worked_hours"] - last["idle_hours"])[lacks]
    assert gap.abs().max() < 0.011


def test_some_amendments_do_not_name_the_request_that_they_widen(frames):
    requests = frames["requests"].sort_values("filed_on")
    again = requests[requests.duplicated(["siret", "starts_on", "ends_on"])]
    assert again["amends_request_id"].notna().any()
    assert again["amends_request_id"].isna().any()


def test_the_headcount_of_a_month_counts_contracts_alive_on_its_last_day(frames):
    rows = frames["payroll"]
    last = rows["month"] + pd.offsets.MonthEnd(0)
    alive = (rows["starts_on"] <= last) & (rows["ends_on"].isna() | (rows["ends_on"] >= last))
    keys = ["siret", "month", "received_on"]
    counted = alive.groupby([rows[key] for key in keys]).sum()
    months = frames["payroll_months"].set_index(keys)["headcount"]
    assert (counted.sort_index() == months.sort_index()).all()


def test_urssaf_counts_no_more_than_payroll_mostly(frames):
    latest = (
        frames["payroll_months"].sort_values("received_on").drop_duplicates(["siret", "month"], keep="last")
    )
    both = latest.merge(frames["headcounts"], on=["siret", "month"], suffixes=("", "_urssaf"))
    assert (both["headcount_urssaf"] <= both["headcount"] + 0.01).mean() > 0.9
    assert (both["headcount_urssaf"] < both["headcount"] - 0.01).mean() > 0.1


def test_hours_of_a_month_fit_in_the_contract(frames):
    rows = frames["payroll"]
    total = rows["worked_hours"] + rows["leave_hours"] + rows["suspended_hours"] + rows["idle_hours"]
    honest = ~rows["siret"].isin(suspect_sirets(frames))
    fits = total <= rows["contract_hours"] + 0.02
    assert 0.97 < fits[honest].mean() < 1, "all but the software that takes no absence out"
    away = rows["leave_hours"] + rows["suspended_hours"]
    assert (away[honest & ~fits] > 0).all()


def suspect_sirets(frames):
    truth = frames["truth"]
    wrong = set(truth.loc[truth["undue_amount"] > 0, "case_id"])
    cases = frames["claims"].loc[frames["claims"]["claim_id"].isin(wrong), "siret"]
    asked = frames["requests"].loc[frames["requests"]["request_id"].isin(wrong), "siret"]
    heirs = frames["successions"].set_index("predecessor")["successor"]
    found = set(cases) | set(asked)
    return found | set(heirs.reindex(sorted(found)).dropna())


def test_what_the_law_gives_for_the_lines_is_the_amount_of_every_conforming_claim(frames, claims):
    """By the law's own exact arithmetic, line by line: hourly allocation to the cent, times hours."""
    right = claims[claims["undue_amount"] == 0].head(250)
    lines = frames["claim_lines"].merge(right[["claim_id", "month"]], on="claim_id")
    due = {
        claim: sum(
            law.pay(
                row.month.date(), row.regime, Decimal(str(row.hourly_wage)), Decimal(str(row.idle_hours))
            ).allocation
            for row in group.itertuples()
        )
        for claim, group in lines.groupby("claim_id")
    }
    for claim in right.itertuples():
        assert due[claim.claim_id] == Decimal(str(claim.amount)), claim.claim_id


def test_claims_are_the_totals_of_their_lines(frames):
    groups = frames["claim_lines"].groupby("claim_id")
    claims = frames["claims"].set_index("claim_id")
    assert (groups.size().reindex(claims.index) == claims["employees"]).all()
    assert groups["idle_hours"].sum().reindex(claims.index).to_numpy() == pytest.approx(
        claims["idle_hours"], abs=0.006
    )


def test_idle_hours_of_conforming_claims_are_those_of_the_last_dsn(frames, claims):
    """On the basis of the contract: 39 hours entered as 35 have fewer claimed hours at a higher rate."""
    honest = claims[claims["undue_amount"] == 0]
    lines = frames["claim_lines"].merge(honest[["claim_id", "siret", "month"]], on="claim_id")
    last = (
        frames["payroll"]
        .sort_values("received_on")
        .drop_duplicates(["siret", "month", "person_key", "contract_id"], keep="last")
    )
    shown = last.groupby(["siret", "month", "person_key"])["idle_hours"].sum().reset_index(name="shown")
    both = lines.merge(shown, on=["siret", "month", "person_key"])
    assert len(both) > 0.85 * len(lines)
    same = (both["shown"] - both["idle_hours"]).abs() < 0.02
    rescaled = (both["shown"] / both["idle_hours"] - 39 / 35).abs() < 0.01
    unpaid = (both["arrangement"] == "over35") & (both["shown"] > both["idle_hours"])
    assert (same | rescaled | unpaid).mean() > 0.99
    assert rescaled.mean() > 0.02


def test_a_difference_below_50_euros_or_2_percent_is_not_material(claims):
    small = claims[(claims["undue_amount"] > 0) & ~claims["nonconforming"]]
    assert len(small) > 0
    assert ((small["undue_amount"] < 50) | (small["undue_amount"] < 0.02 * small["amount"])).all()
    large = claims[claims["nonconforming"]]
    assert (large["undue_amount"] >= 50).all()
    assert (large["undue_amount"] >= 0.02 * large["amount"] - 0.005).all()


def test_every_eligible_case_has_its_logged_probability_and_only_listed_ones_a_control(frames):
    selections, controls = frames["selections"], frames["controls"]
    assert selections["selection_probability"].between(0, 1, inclusive="right").all()
    assert not selections.duplicated(["stage", "case_id"]).any()
    assert set(controls["case_id"]) == set(selections.loc[selections["listed"], "case_id"])


def test_logged_probabilities_are_those_of_the_draw(frames):
    """Of Poisson sampling: the number listed is the sum of the probabilities, give or take its deviation."""
    chance = frames["selections"]["selection_probability"]
    deviation = (chance * (1 - chance)).sum() ** 0.5
    assert abs(frames["selections"]["listed"].sum() - chance.sum()) < 4 * deviation


def test_controls_miss_some_and_some_are_open(frames):
    controls = frames["controls"].merge(frames["truth"], on=["stage", "case_id"], suffixes=("", "_true"))
    closed = controls[controls["closed_on"].notna()]
    wrong = closed[closed["nonconforming"]]
    assert 0.4 < (wrong["outcome"] != "compliant").mean() < 0.95
    assert controls["closed_on"].isna().any()
    assert controls.loc[controls["closed_on"].isna(), "outcome"].isna().all()
    assert (closed["closed_on"] >= closed["opened_on"]).all()


def test_a_refused_request_has_no_claim(frames):
    refused = frames["requests"].query("status in ('refused', 'withdrawn', 'pending')")
    assert len(refused) > 0
    assert not set(refused["request_id"]) & set(frames["claims"]["request_id"])


def test_hours_used_are_the_hours_claimed_on_the_request(frames):
    used = frames["claims"].groupby("request_id")["idle_hours"].sum()
    requests = frames["requests"].set_index("request_id")
    expected = used.reindex(requests.index).fillna(0).to_numpy()
    assert requests["hours_used"].to_numpy() == pytest.approx(expected, abs=0.01)


def test_nothing_is_filed_after_the_window(frames):
    """What is filed earlier has its own test above."""
    for name in ("requests", "claims"):
        assert frames[name]["filed_on"].min() >= pd.Timestamp("2020-05-01"), name
        assert frames[name]["filed_on"].max() <= pd.Timestamp("2021-10-31"), name


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"requests": 0}, "--requests"),
        ({"regions": ["99"]}, "Unknown region"),
        ({"start": "2021-13"}, "Not a month"),
        ({"start": "2018-12"}, "No published figure"),
        ({"start": "2021-05", "end": "2021-04"}, "window is empty"),
        ({"scenario": "none"}, "Unknown scenario"),
        ({"layout": "xml"}, "Unknown layout"),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused_and_nothing_is_written(tmp_path, options, message):
    with pytest.raises(InvalidArgument, match=message):
        drawn(tmp_path / "refused", **options)
    assert not (tmp_path / "refused").exists()


@pytest.mark.parametrize("count", [1, 2, 5, 40])
def test_a_handful_of_requests_is_a_country_too(tmp_path, count):
    drawn(tmp_path / "few", requests=count, regions=["94", "32"])
    tables = read(tmp_path / "few")
    assert validate(tables).ok
    assert {"requests", "claims", "controls", "payroll", "truth"} <= set(tables.names)


def test_a_folder_that_is_not_a_draw_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InvalidArgument, match="something else"):
        drawn(tmp_path, requests=10, regions=["94"])
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_extracts_read_back_are_the_canonical_rows_on_the_columns_they_carry(folder, frames, tmp_path):
    drawn(tmp_path / "extracts", layout="extracts")
    result = ingest(
        tmp_path / "back", apart=tmp_path / "extracts" / "apart", sirene=tmp_path / "extracts" / "sirene"
    )
    back, derived = read(tmp_path / "back"), {"filed_on", "status_on", "date_basis", "known_on", "data_flags"}
    assert sum(file["rows_quarantined"] for file in result.json()["files"]) == 0
    for name, key in (("requests", "request_id"), ("claims", "claim_id"), ("establishments", "siret")):
        there = getattr(back, name).to_pandas().set_index(key).sort_index()
        here = frames[name].set_index(key).sort_index()
        carried = [
            c for c in here.columns if c in there.columns and there[c].notna().any() and c not in derived
        ]
        assert len(carried) >= 4, name
        assert_frame_equal(there[carried], here[carried], check_dtype=False, obj=name)


def test_extracts_and_the_tables_beside_them_are_the_whole_country(tmp_path):
    """Controls, selections and the truth are in no extract: nothing can be learnt without them."""
    small = {"requests": 80, "start": "2021-02", "end": "2021-03", "lines": False}
    drawn(tmp_path / "extracts", **small, layout="extracts")
    drawn(tmp_path / "country", **small)
    parts = {part: tmp_path / "extracts" / part for part in ("apart", "sirene", "urssaf", "tables")}
    ingest(tmp_path / "back", **parts)
    here, there = read(tmp_path / "country"), read(tmp_path / "back")
    assert {name: len(getattr(there, name)) for name in there.names} == {
        name: len(getattr(here, name)) for name in here.names
    }
    for stage in ("authorisation", "payment"):
        assert len(outcomes(here, stage)) > 0, stage
        assert_frame_equal(outcomes(there, stage), outcomes(here, stage))


def test_payroll_stands_beside_the_extracts_by_month_where_no_nominative_row_was_drawn(tmp_path):
    for lines in (True, False):
        drawn(tmp_path / "extracts", requests=40, layout="extracts", lines=lines)
        beside = set(read(tmp_path / "extracts" / "tables").names)
        assert ("payroll_months" in beside) is not lines
        assert ("claim_lines" in beside) is lines
        assert not beside & {"payroll", "requests", "claims", "establishments"}


def test_an_employer_claims_after_the_decision_within_the_hours_and_employees_authorised(frames, claims):
    """Only what does not conform goes beyond, and not all of it."""
    requests = frames["requests"].set_index("request_id")
    wrong = set(claims.loc[claims["kind"].notna(), "request_id"])
    honest = claims[~claims["request_id"].isin(wrong)]
    of = requests.loc[honest["request_id"]]
    assert (honest["filed_on"].to_numpy() > of["decided_on"].to_numpy()).all()
    people, held = authorised(requests, "headcount_authorised"), authorised(requests, "hours_authorised")
    assert (honest["employees"].to_numpy() <= people.loc[honest["request_id"]].to_numpy()).all()
    hours = honest.groupby("request_id")["idle_hours"].sum()
    assert (hours <= held.loc[hours.index] + 1).all()
    every = claims.groupby("request_id")["idle_hours"].sum()
    assert (every > requests.loc[every.index, "hours_authorised"] + 1).any()


def authorised(requests, column):
    """What each request authorises, or the amendments of it where that is more: some do not name it."""
    return requests.assign(most=requests[column].astype(float)).groupby(PERIOD)["most"].transform("max")


def test_whoever_declares_a_full_closure_claims_every_hour_of_those_he_claims(frames, claims):
    requests = frames["requests"].set_index("request_id")
    right = set(frames["truth"].query("kind.isna()")["case_id"])
    cut = requests["hours_authorised"] != requests["hours"]
    cut |= requests.index.isin(requests["amends_request_id"].dropna())
    whole = requests.index[(requests["scope"] == 3) & ~cut & requests.index.isin(right)]
    closed = claims[claims["request_id"].isin(whole) & claims["nonconforming"].eq(False)]
    begun = requests["starts_on"].reindex(closed["request_id"]).to_numpy("datetime64[D]")
    closed = closed[begun <= closed["month"].to_numpy("datetime64[D]")]
    lines = frames["claim_lines"].merge(closed[["claim_id"]], on="claim_id")
    assert len(lines) > 20
    assert (lines["worked_hours"] < lines["idle_hours"] / 10).mean() > 0.75


def test_only_unforeseen_motives_are_filed_after_the_start_except_by_tolerance(frames):
    requests = frames["requests"][frames["requests"]["filed_on"] >= "2020-06-01"]
    right = set(frames["truth"].query("kind.isna()")["case_id"])
    planned = requests[~requests["motive"].isin([3, 5]) & requests["request_id"].isin(right)]
    assert len(planned) > 5
    first = planned.sort_values("filed_on").drop_duplicates(PERIOD)
    first = first[first["amends_request_id"].isna()]
    assert (first["filed_on"] <= first["starts_on"]).mean() > 0.98, "but those sent back for correction"


def test_sirene_knows_every_establishment_before_it_files(frames):
    first = frames["establishments"].groupby("siret")["known_on"].agg(lambda days: days.isna().any())
    assert first.loc[frames["requests"]["siret"].unique()].all()

"""On every scenario and window: payroll adds up, hours fit in contracts and months, pay follows contracts.

Needs `payroll` (one row per contract, month and version), `payroll_months` and `claim_lines`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from apanalytics import law
from apanalytics.synthetic.scenario_files import settings
from tests.synthetic_countries import CENT, Country, month_law, some

MONTH = ["siret", "month", "received_on"]
SPENT = ["worked_hours", "leave_hours", "suspended_hours", "idle_hours"]
SUMS = ["contract_hours", *SPENT, "overtime_hours", "base_pay", "gross_pay"]
SHOWN = ["siret", "month", "contract_hours", *SPENT, "starts_on", "ends_on"]


@pytest.fixture(scope="module")
def rows(land: Country) -> pd.DataFrame:
    """The last version of each contract and month, with the days of the month that its dates cover."""
    rows = land.last_month.copy()
    rows["present"] = rows[SPENT].sum(axis=1)
    rows["ends"] = rows["ends_on"].fillna(pd.Timestamp.max.normalize())
    month_end = rows["month"] + pd.offsets.MonthEnd(0)
    rows["whole"] = (rows["starts_on"] <= rows["month"]) & (rows["ends"] >= month_end)
    return rows


def legal(month: pd.Timestamp) -> float:
    """Return the legal hours of a month, 151.67."""
    return float(law.parameter("hours.legal_monthly").on(month.date()))


def test_the_month_of_an_establishment_is_the_exact_sum_of_its_contracts(land):
    sums = land.payroll.groupby(MONTH)[SUMS].sum().round(2)
    said = land.payroll_months.set_index(MONTH)[SUMS]
    assert len(sums) == len(said)
    gap = (said - sums).abs().max()
    assert (gap < CENT).all(), gap


def test_headcount_is_the_number_of_contracts_active_at_month_end(land):
    rows = land.payroll
    last = rows["month"] + pd.offsets.MonthEnd(0)
    active = rows[rows["ends_on"].isna() | (rows["ends_on"] >= last)].groupby(MONTH).size()
    said = land.payroll_months.set_index(MONTH)["headcount"]
    assert (said == active.reindex(said.index, fill_value=0)).all()


def test_no_hours_are_negative_and_what_is_spent_fits_in_the_contract(land):
    """But where software takes no absence out of the hours worked: the innocent case of HRS-03."""
    for name in ("payroll", "payroll_months"):
        frame = land.tables[name]
        assert (frame[[*SUMS]] >= 0).all(axis=None), name
        assert (frame["worked_hours"] <= frame["contract_hours"] + CENT).all(), name
        spent = frame[SPENT].sum(axis=1)
        beyond = frame[spent > frame["contract_hours"] + 0.011]
        share = beyond["siret"].nunique() / frame["siret"].nunique()
        assert share <= 0.12, f"{name}: {some(beyond, ['siret', 'month', 'contract_hours', *SPENT])}"


def test_a_whole_month_has_the_hours_of_one_weekly_duration(land, rows):
    """35 h a week are 151.67 a month and 39 h are 169; part time is a tenth to nine tenths of it."""
    whole = rows[rows["whole"]]
    full = legal(land.opens)
    longest = float(law.monthly_hours(settings(land.scenario).payroll.over35_weekly, land.opens.date()))
    ratio = whole["contract_hours"] / full
    beyond = whole[(ratio > 1 + 1e-9) & (whole["contract_hours"] - longest).abs().gt(CENT)]
    assert beyond.empty, some(beyond, SHOWN)
    assert (ratio > 0.1).all()
    assert not ratio.between(0.9 + 1e-9, 1 - 1e-9).any()
    of_contract = whole.groupby(["siret", "person_key", "contract_id"])["contract_hours"]
    assert (of_contract.nunique() == 1).all()


def test_a_part_of_a_month_has_the_share_of_the_calendar_days(rows):
    contract = ["siret", "person_key", "contract_id"]
    full = rows[rows["whole"]].groupby(contract)["contract_hours"].first().rename("full")
    part = rows[~rows["whole"] & (rows["ends"] >= rows["month"])]
    part = part.join(full, on=contract).dropna(subset=["full"])
    last = part["month"] + pd.offsets.MonthEnd(0)
    days = (np.minimum(part["ends"], last) - np.maximum(part["starts_on"], part["month"])).dt.days + 1
    wrong = part[(part["contract_hours"] - part["full"] * days / last.dt.day).abs() > 0.011]
    assert wrong.empty, some(wrong, [*SHOWN, "full"])


def test_a_whole_month_is_spent_on_its_working_days_or_on_all_its_weekdays(land, rows):
    """Establishments keep public holidays, work on them, or count every month as the mean month, always the
    same for each person (several establishments may be under the number of one); claims that are undue, and
    software that takes no absence out, are apart."""
    undue = land.judged_claims.query("undue_amount > 0")["siret"].str[:9]
    whole = rows[rows["whole"] & ~rows["siret"].str[:9].isin(undue)]
    loose = whole.loc[whole["present"] > whole["contract_hours"] + 0.011, "siret"]
    whole = whole[~whole["siret"].isin(loose)].copy()
    day = whole["contract_hours"] / legal(whole["month"].iloc[0])
    day *= float(law.parameter("hours.legal_weekly").on(whole["month"].iloc[0].date())) / 5
    counts = {m: month_law(m, m, m + pd.offsets.MonthEnd(0)) for m in whole["month"].unique()}
    off = np.minimum(whole["contract_hours"], day * whole["month"].map(lambda m: counts[m][0]))
    on = np.minimum(whole["contract_hours"], day * whole["month"].map(lambda m: counts[m][1]))
    whole["off"], whole["on"] = (whole["present"] - off).abs() < 0.02, (whole["present"] - on).abs() < 0.02
    whole["mean"] = (whole["present"] - whole["contract_hours"]).abs() < 0.02
    neither = whole[~whole["off"] & ~whole["on"] & ~whole["mean"]]
    assert neither.empty, some(neither, [*SHOWN, "present"])
    habit = whole.groupby(["siret", "person_key"])[["off", "on", "mean"]].all().any(axis=1)
    assert habit.all(), f"{(~habit).sum()} people change, such as {habit[~habit].index[:3].tolist()}"


def test_nobody_has_two_contracts_at_once_in_one_establishment(rows):
    order = ["siret", "person_key", "starts_on"]
    contracts = rows.drop_duplicates(["siret", "person_key", "contract_id"], keep="last").sort_values(order)
    before = contracts.groupby(["siret", "person_key"])["ends"].shift()
    both = contracts[before >= contracts["starts_on"]]
    assert both.empty, some(both, [*order, "ends_on"])


def test_wages_are_at_the_minimum_of_the_month_or_above_but_for_apprentices_and_interns(rows):
    minimum = {m: float(law.parameter("smic.hourly").on(m.date())) for m in rows["month"].unique()}
    paid = rows[~rows["contract_kind"].isin(["apprentice", "intern"]) & (rows["contract_hours"] > 10)]
    wage = paid["base_pay"] / paid["contract_hours"]
    low = paid[wage < paid["month"].map(minimum) - 0.005]
    assert low.empty, some(low.assign(wage=wage), ["siret", "month", "contract_kind", "wage"])
    apprentices = rows[(rows["contract_kind"] == "apprentice") & (rows["contract_hours"] > 10)]
    assert (apprentices["base_pay"] / apprentices["contract_hours"] >= 4).all()


def test_the_wage_of_a_contract_never_falls_but_where_a_bonus_ends(rows):
    long = rows[rows["contract_hours"] > 50].sort_values("month")
    wage = (long["base_pay"] / long["contract_hours"]).round(2)
    fall = wage.groupby([long[c] for c in ("siret", "person_key", "contract_id")]).diff()
    assert (fall < -0.011).mean() <= 0.01, some(long[fall < -0.011], ["siret", "month", "base_pay"])


def test_pay_is_that_of_the_contract_less_suspension_and_idleness_plus_overtime_and_bonus(land, rows):
    """A bonus comes on top; a month that may still be corrected can lack its idle hours, not its pay."""
    rows = rows[rows["contract_hours"] > 10]
    wage = rows["base_pay"] / rows["contract_hours"]
    premium = 1 + settings(land.scenario).payroll.overtime_premium
    away = rows["suspended_hours"] + rows["idle_hours"]
    due = rows["base_pay"] - wage * away + rows["overtime_hours"] * wage * premium
    gap = rows["gross_pay"] - due
    extract = land.ends + pd.Timedelta(days=settings(land.scenario).inspection.extracted_after_days)
    settled = rows["received_on"] + pd.Timedelta(days=settings(land.scenario).payroll.corrected_within_days)
    low = rows[(gap < -0.02 - 0.0002 * rows["base_pay"]) & (settled <= extract)]
    assert low.empty, some(low.assign(due=due), [*SHOWN, "overtime_hours", "base_pay", "gross_pay", "due"])
    above = gap > 0.02 + 0.0002 * rows["base_pay"]
    assert rows.loc[above, "siret"].nunique() <= 0.25 * rows["siret"].nunique()


def test_urssaf_counts_days_and_part_time_and_no_apprentice_intern_temp_or_officer(land, rows):
    """The mean of a month is at most the days and hours of the contracts that count; replacements do not.

    Officers count where they hold a contract of employment beside their mandate.

    A few months of payroll lack somebody, or an end that was renewed: there the mean is above.
    """
    counted = rows[~rows["contract_kind"].isin(["apprentice", "intern", "temporary"])].copy()
    last = counted["month"] + pd.offsets.MonthEnd(0)
    first = np.maximum(counted["starts_on"], counted["month"])
    days = ((np.minimum(counted["ends"], last) - first).dt.days + 1) / last.dt.day
    counted["mean"] = np.minimum(days, counted["contract_hours"] / legal(land.opens))
    mean = counted.groupby(["siret", "month"])["mean"].sum()
    said = land.headcounts.groupby(["siret", "month"])["headcount"].last()
    both = pd.concat([mean, said], axis=1).dropna()
    beyond = both[both["headcount"] > both["mean"] + 0.011]
    assert len(beyond) <= 0.015 * len(both), f"{len(beyond)} of {len(both)}, such as\n{beyond.head()}"
    assert 0.85 <= both["headcount"].sum() / both["mean"].sum() <= 1


def test_idle_hours_in_payroll_are_only_where_they_were_asked(land, rows):
    """Payroll of the window has idle hours only in months that an authorised period of the firm touches.

    But where the request was filed before the window and the month is claimed after it: neither is there.
    """
    given = land.requests[land.requests["status"].isin(["authorised", "tacit"])]
    months = {
        (siret[:9], month)
        for siret, first, last in given[["siret", "starts_on", "ends_on"]].itertuples(index=False)
        for month in pd.date_range(first.replace(day=1), last, freq="MS")
    }
    idle = rows.loc[
        (rows["idle_hours"] > 0) & (rows["month"] >= land.opens), ["siret", "month"]
    ].drop_duplicates()
    lost = idle[[key not in months for key in zip(idle["siret"].str[:9], idle["month"], strict=True)]]
    assert (lost["month"] == land.opens).all(), some(lost, ["siret", "month"])
    assert len(lost) <= 0.003 * len(idle), some(lost, ["siret", "month"])


@pytest.fixture(scope="module")
def good_lines(land: Country) -> pd.DataFrame:
    """The lines of claims in which truth finds nothing undue."""
    good = land.judged_claims.query("undue_amount == 0")[["claim_id", "siret", "month", "request_id"]]
    return land.claim_lines.merge(good, on="claim_id")


def test_conforming_idle_hours_fit_in_the_month_for_every_person_and_all_employers(land, good_lines):
    longest = float(law.monthly_hours(settings(land.scenario).payroll.over35_weekly, land.opens.date()))
    cap = np.where(good_lines["arrangement"].eq("over35"), longest, legal(land.opens))
    assert (good_lines["idle_hours"] <= cap + CENT).all()
    assert (good_lines["idle_hours"] <= good_lines["contract_hours"] + CENT).all()
    person = (
        good_lines.assign(cap=cap).groupby(["person_key", "month"]).agg({"idle_hours": "sum", "cap": "max"})
    )
    assert (person["idle_hours"] <= person["cap"] + CENT).all()


def test_conforming_claims_stay_in_the_hours_of_a_year(land, good_lines):
    year = good_lines.groupby(["person_key", good_lines["month"].dt.year.rename("year")])["idle_hours"].sum()
    for number, hours in year.groupby("year"):
        last = pd.Timestamp(number, 12, 31).date()
        assert hours.max() <= float(law.parameter("procedure.annual_contingent").on(last)), number


def test_conforming_claims_stay_in_the_hours_and_people_authorised(land):
    """Or by those of a later request for the same period, which widens them: some do not name the first."""
    wrong = land.judged_claims.groupby("request_id")["undue_amount"].sum() > 0
    again = land.requests.duplicated(["siret", "starts_on", "ends_on"], keep=False)
    asked = land.requests[~land.requests["request_id"].map(wrong).fillna(False).astype(bool) & ~again]
    beyond = asked[asked["hours_used"].fillna(0) > asked["hours_authorised"].fillna(0) + CENT]
    assert beyond.empty, some(beyond, ["request_id", "hours", "hours_authorised", "hours_used", "motive"])
    people = land.judged_claims.query("undue_amount == 0").merge(asked, on="request_id")
    many = people[people["employees"] > people["headcount_authorised"]]
    assert many.empty, some(many, ["claim_id", "employees", "headcount_authorised"])


def test_conforming_lines_hold_no_intern_and_few_of_the_officers(land, good_lines):
    """One officer in five has a true contract beside the mandate, and is claimed as others are."""
    kinds = land.last_payroll[["siret", "month", "person_key", "contract_kind"]]
    both = good_lines.merge(kinds, on=["siret", "month", "person_key"])
    assert not both["contract_kind"].eq("intern").any()
    officers = kinds.loc[kinds["contract_kind"] == "officer", "person_key"]
    claimed = both.loc[both["contract_kind"] == "officer", "person_key"]
    assert claimed.nunique() <= 0.35 * officers.nunique()


def test_every_person_of_a_conforming_line_is_in_payroll_unless_the_payroll_never_came(land, good_lines):
    """Payroll may be kept under another siret of the firm, or never have come: the whole month is absent,
    or the establishment pays by vouchers, so that nobody of it is ever there."""
    firms = land.payroll.assign(siren=land.payroll["siret"].str[:9])
    known = set(map(tuple, firms[["siren", "month", "person_key"]].drop_duplicates().to_numpy()))
    keys = zip(good_lines["siret"].str[:9], good_lines["month"], good_lines["person_key"], strict=True)
    lost = good_lines[[(s, m.to_datetime64(), p) not in known and (s, m, p) not in known for s, m, p in keys]]
    keys = set(firms["siret"].str[:9] + firms["person_key"])
    known = (good_lines["siret"].str[:9] + good_lines["person_key"]).isin(keys)
    lost = lost[lost["siret"].isin(good_lines.loc[known, "siret"])]
    came = set(map(tuple, land.payroll_months[["siret", "month"]].to_numpy()))
    odd = lost[[(s, m) in came for s, m in zip(lost["siret"], lost["month"], strict=True)]]
    assert odd.empty, some(odd, ["claim_id", "person_key", "siret", "month"])
    never = settings(land.scenario).payroll.absent_share
    assert len(lost) <= (0.022 + never) * len(good_lines), f"{len(lost)} of {len(good_lines)}"

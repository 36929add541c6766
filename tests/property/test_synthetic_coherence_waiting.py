"""On every scenario and window: promises that rounding or the calendar must not break."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics import law
from tests.synthetic_countries import Country, month_law, some

SPENT = ["worked_hours", "leave_hours", "suspended_hours", "idle_hours"]
SHOWN = ["siret", "month", "contract_hours", *SPENT, "starts_on", "ends_on"]


def loose(land: Country) -> pd.Series:
    """Return the establishments whose software takes no absence out of the hours worked."""
    gap = land.payroll[SPENT].sum(axis=1) - land.payroll["contract_hours"]
    return land.payroll.loc[gap > 0.1, "siret"]


def test_what_is_spent_never_passes_the_contract_by_a_hundredth(land):
    """Where it passes it by more than rounding, software takes no absence out of the hours worked."""
    gap = (land.payroll[SPENT].sum(axis=1) - land.payroll["contract_hours"]).round(2)
    beyond = land.payroll[(gap > 0) & ~land.payroll["siret"].isin(loose(land))]
    assert beyond.empty, some(beyond, SHOWN)


def test_a_part_of_a_month_fits_in_the_weekdays_between_the_dates_of_the_contract(land):
    """Nobody works more days than there are from the first day of a contract, or to its last day."""
    last = land.payroll["month"] + pd.offsets.MonthEnd(0)
    ends = land.payroll["ends_on"].fillna(last)
    part = land.payroll[(land.payroll["starts_on"] > land.payroll["month"]) | (ends < last)]
    part = part[~part["siret"].isin(loose(land)) & ~(part["ends_on"] < part["month"])]
    last, ends = last[part.index], np.minimum(ends[part.index], last[part.index])
    days = (ends - np.maximum(part["starts_on"], part["month"])).dt.days + 1
    weekly = part["contract_hours"] * last.dt.day / days / float(law.monthly_hours(35, "2021-01-01")) * 35
    on = [month_law(*key)[1] for key in zip(part["month"], part["starts_on"], ends, strict=True)]
    beyond = part[part[SPENT].sum(axis=1) > weekly / 5 * np.array(on) + 0.05]
    assert beyond.empty, f"of {len(part)}: {some(beyond, SHOWN)}"


def test_conforming_day_packages_are_idle_by_half_days(land):
    good = land.judged_claims.query("undue_amount == 0")[["claim_id", "month"]]
    lines = land.claim_lines.merge(good, on="claim_id").query("arrangement == 'day_package'")
    half = float(law.parameter("hours.day_package_half_day").on("2021-01-01"))
    odd = lines[~np.isclose(lines["idle_hours"] / half, (lines["idle_hours"] / half).round())]
    assert odd.empty, f"of {len(lines)}: {some(odd, ['claim_id', 'idle_hours', 'worked_hours'])}"


def test_a_signal_follows_the_filing_and_leads_to_a_tip(land):
    signals = land.signals.merge(land.cases, on=["stage", "case_id"], how="left")
    assert (signals["received_on"] >= signals["filed_on"]).all()
    tips = land.controls[land.controls["channel"] == "tip"].merge(
        land.signals, on=["stage", "case_id"], how="left"
    )
    assert tips["received_on"].notna().all()
    assert (tips["received_on"] <= tips["opened_on"]).all()


def test_the_regime_of_a_claim_was_in_force_in_its_month(land):
    hour = np.ones(len(land.claims))
    due = law.amounts(land.claims["month"], land.claims["regime"], hour * 20, hour, headcount=hour)
    unknown = land.claims[due["allocation"].isna()]
    assert unknown.empty, some(unknown, ["claim_id", "month", "regime"])

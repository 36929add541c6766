"""What the generator needs of the law, as arrays by month: rates, minimum wage, hours, procedure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import duckdb
import numpy as np
import pandas as pd

from apanalytics import law
from apanalytics.synthetic.draws import Bools, Floats, Ints
from apanalytics.synthetic.official import Months

REGIMES = (
    "general",
    "protected",
    "closed",
    "childcare",
    "vulnerable",
    "apld",
    "apld+protected",
    "apld+closed",
)
"""Regimes that the country uses; a code is a position in this tuple. The long-term ones come last."""
_LONG_TERM = REGIMES.index("apld")


def is_long_term(regime: Ints) -> Bools:
    """Say which regimes (positions in `REGIMES`) are those of a long-term agreement.

    Examples
    --------
    >>> is_long_term(np.array([0, REGIMES.index("apld+closed")])).tolist()
    [False, True]
    """
    return np.asarray(regime >= _LONG_TERM)


_NO_DEADLINE = 120
"""Months that stand for no deadline at all."""


@dataclass(frozen=True)
class MonthlyLaw:
    """Legal figures of each month of a range; money in cents, rates in ten-thousandths.

    `rate`, `floor`, `cap` are by month and regime (position in `REGIMES`); where a regime is not in force,
    the general one stands. `flat` is the allocation of before the rates, for firms up to `flat_up_to`
    employees and above; 0 since. `legal_hours` is the monthly legal duration, `working_hours` the legal
    hours of the month's working days, `weekday_hours` the same with public holidays, `weekly_hours` the
    legal week. `apld_max_reduction` and `apld_most_reduction` are the largest share of hours that a
    long-term agreement may take away, ordinarily and by exception; `contingent` the hours of a calendar year
    that an employee can be paid for. `claim_months`, `claim_extra`, `claim_before` are the deadline of
    claims, by the month in which an authorisation ends: in months after it, months more where working time
    is arranged over a long period, and the day before which to claim where the law names one. From a month
    with a `rolling_max` (0: no limit), an establishment is authorised that many months at most within any
    `rolling_window`, months before `rolling_from` left out. `holidays` are the public holidays on weekdays,
    `overtime_paid` the months in which agreements let hours above the legal week be paid.
    """

    months: Months
    rate: Ints
    floor: Ints
    cap: Ints
    smic: Ints
    flat: Ints
    flat_up_to: int
    legal_hours: Floats
    working_hours: Floats
    weekday_hours: Floats
    weekly_hours: Floats
    filing_days: Ints
    decision_days: Ints
    longest: Ints
    apld_months: Ints
    apld_max_reduction: Floats
    apld_most_reduction: Floats
    contingent: Floats
    claim_months: Ints
    claim_extra: Ints
    claim_before: np.ndarray
    rolling_window: Ints
    rolling_max: Ints
    rolling_from: Months
    holidays: np.ndarray
    overtime_paid: Bools

    def place(self, month: Months) -> Ints:
        """Return the position of each month in the arrays."""
        return np.asarray((np.asarray(month).astype("datetime64[M]") - self.months[0]).astype(np.int64))

    def allocation_cents(self, month: Ints, regime: Ints, wage: Ints, company: Ints) -> Ints:
        """Return the hourly allocation in cents, rounded half up, by positions of month and regime."""
        due = (wage * self.rate[month, regime] + 5_000) // 10_000
        due = np.maximum(np.minimum(due, self.cap[month, regime]), self.floor[month, regime])
        flat = self.flat[month, (np.asarray(company) > self.flat_up_to).astype(np.int64)]
        return np.asarray(np.where(flat > 0, flat, due))


@cache
def monthly_law(first: str, last: str) -> MonthlyLaw:
    """Return the law of each month from `first` to `last`, as it is known today."""
    months = np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)
    days = months.astype("datetime64[D]")
    rule = law.parameter("rule.structural_overtime")
    with duckdb.connect() as con:
        law.sql_tables(con)
        rates = con.execute("SELECT * FROM law_rates WHERE known_to = DATE '9999-12-31'").df()
        calendar = con.execute("SELECT * FROM law_months ORDER BY month").df()
        week = _on(con.execute("SELECT * FROM law_weekly").df(), days)["hours"].to_numpy(float)
        rules = _on(con.execute("SELECT * FROM law_procedure").df(), days)
        flat = con.execute("SELECT * FROM law_flat").df().iloc[0]
    calendar = calendar[calendar["month"].isin(months.astype("datetime64[ns]"))]
    tables = [_on(rates[rates["regime"] == regime], days) for regime in REGIMES]
    general = tables[0]
    before = days < np.datetime64(flat["valid_to"], "D")
    cents = [round(float(flat[size]) * 100) for size in ("small", "large")]
    return MonthlyLaw(
        months=months,
        rate=_stack(tables, "allocation_rate", 10_000, 0),
        floor=_stack(tables, "allocation_floor", 100, 0),
        cap=_stack(tables, "allocation_cap", 100, 10**7),
        smic=np.rint(general["smic"].to_numpy(float) * 100).astype(np.int64),
        flat=np.where(before[:, None], cents, 0).astype(np.int64),
        flat_up_to=int(flat["headcount_max"]),
        legal_hours=calendar["legal_hours"].to_numpy(float),
        working_hours=calendar["working_days"].to_numpy(float) * week / 5,
        weekday_hours=(calendar["working_days"] + calendar["public_holidays"]).to_numpy(float) * week / 5,
        weekly_hours=week,
        filing_days=rules["filing_days_after_start"].fillna(0).to_numpy(np.int64),
        decision_days=rules["decision_days"].to_numpy(np.int64),
        longest=rules["max_authorisation_months"].to_numpy(np.int64),
        apld_months=rules["apld_authorisation_months"].fillna(0).to_numpy(np.int64),
        apld_max_reduction=rules["apld_max_reduction"].fillna(0).to_numpy(float),
        apld_most_reduction=rules["apld_max_reduction_exceptional"].fillna(0).to_numpy(float),
        contingent=calendar["annual_contingent"].to_numpy(float),
        claim_months=rules["claim_deadline_months"].fillna(_NO_DEADLINE).to_numpy(np.int64),
        claim_extra=rules["claim_deadline_extra_months"].fillna(0).to_numpy(np.int64),
        claim_before=pd.to_datetime(rules["claim_before"]).to_numpy("datetime64[D]"),
        rolling_window=rules["rolling_window_months"].fillna(0).to_numpy(np.int64),
        rolling_max=rules["rolling_max_months"].fillna(0).to_numpy(np.int64),
        rolling_from=_month_after(rules["rolling_ignored_before"]),
        holidays=_holidays(months),
        overtime_paid=np.array(
            [rule.in_force(day) for day in ((months + 1).astype("datetime64[D]") - 1).tolist()]
        ),
    )


def _holidays(months: Months) -> np.ndarray:
    """Public holidays from the first to the last month, those of the whole country."""
    first, last = months[0].astype("datetime64[D]"), (months[-1] + 1).astype("datetime64[D]") - 1
    return np.array(law.working_days(first.item(), last.item()).holidays, dtype="datetime64[D]")


def _month_after(days: pd.Series) -> Months:
    """The month that begins on the day after each, or that holds it; 0001-01 where there is none."""
    given = pd.to_datetime(days).to_numpy("datetime64[D]")
    return np.where(np.isnat(given), np.datetime64("0001-01", "M"), (given + 1).astype("datetime64[M]"))


def _on(table: pd.DataFrame, days: np.ndarray) -> pd.DataFrame:
    """The row in force on each day, missing where there is none."""
    table = table.assign(valid_from=pd.to_datetime(table["valid_from"])).sort_values(
        "valid_from", kind="stable"
    )
    row = np.searchsorted(table["valid_from"].to_numpy("datetime64[D]"), days, side="right") - 1
    chosen = table.iloc[row.clip(0)].reset_index(drop=True)
    ends = pd.to_datetime(chosen["valid_to"].astype(str).str[:10], errors="coerce").to_numpy("datetime64[D]")
    return chosen.where(pd.Series((row >= 0) & ~(ends <= days)))


def _stack(tables: list[pd.DataFrame], column: str, unit: int, missing: int) -> Ints:
    """Figures by month and regime in whole units; the general regime stands where another is not in force."""
    general = tables[0]
    layers = [table[column].where(table["allocation_rate"].notna(), general[column]) for table in tables]
    values = np.stack([layer.to_numpy(float) for layer in layers], axis=1)
    return np.where(np.isnan(values), missing, np.rint(np.nan_to_num(values) * unit)).astype(np.int64)

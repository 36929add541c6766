"""What the law owes for the lines of synthetic claims, from payroll and arrangement alone.

Columns read: `claim_lines` (`arrangement`, `contract_hours`, `regime`), the last version of `payroll`
(`contract_hours`, `worked_hours`, `leave_hours`, `suspended_hours`, `idle_hours`, `base_pay`,
`gross_pay`), and of the request `starts_on`, `ends_on`, `overtime_agreement_on`, `company_headcount`.
What the employer declares of wages is not read, nor of hours but for an agreement without a date.

Rules (law.md, section 4)
-------------------------
- 35 h, part time, day package: the idle hours of the month are due.
- Over 35 h under an agreement made in time: the idle hours are due, at the wage of the contract.
  Entered as 35 h (the extranet takes no more): hours and wage are rescaled by the rule of three, pay
  unchanged.
- An agreement that the request does not date is read from the establishment as a whole.
- Over 35 h without such an agreement, or before the rule: hours above the legal week are idle but
  unpaid. Each hour that could be worked in the authorised period (neither leave nor suspension, which are
  spread evenly over the days of work of the month) loses its share of them. Payable hours go down to the
  quarter of an hour.
- A month that may be declared again after the extract, and holds fewer idle hours than are claimed, says
  nothing yet.
- The wage is the pay of the month as if worked over the hours of the contract, monthly bonuses added where
  that pay leaves them out (they count for the allowance), euros to the cent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from apanalytics import law
from apanalytics.synthetic.scenario_files import settings
from tests.synthetic_countries import Country, month_law

PERSON = ["siret", "month", "person_key"]
LONG_WEEK = 39
"""Hours a week of the contracts over 35 h (169 a month), as the contract of the table `payroll` says."""


def declared(land: Country) -> pd.DataFrame:
    """Return the lines of every claim with the claim, the request and what truth says."""
    asked = land.requests[
        ["request_id", "starts_on", "ends_on", "overtime_agreement_on", "company_headcount"]
    ]
    claims = land.judged_claims[
        ["claim_id", "request_id", "siret", "month", "amount", "kind", "undue_amount"]
    ]
    return land.claim_lines.merge(claims, on="claim_id").merge(asked, on="request_id")


def open_to_correction(land: Country, received_on: pd.Series) -> pd.Series:
    """Tell which months of payroll may be declared again after the day of the extract."""
    knobs = settings(land.scenario)
    extract = land.ends + pd.Timedelta(days=knobs.inspection.extracted_after_days)
    return received_on + pd.Timedelta(days=knobs.payroll.corrected_within_days) > extract


def with_payroll(land: Country, lines: pd.DataFrame) -> pd.DataFrame:
    """Add the payroll of each line: of its siret, else of another siret of the firm; missing where none."""
    columns = [
        "contract_hours",
        "worked_hours",
        "leave_hours",
        "suspended_hours",
        "idle_hours",
        "base_pay",
        "received_on",
    ]
    pay = land.last_month.sort_values([*PERSON, "contract_id"])[[*PERSON, *columns]]
    pay = pay.rename(columns={name: f"paid_{name}" for name in columns})
    found = lines.merge(pay.drop_duplicates(PERSON), on=PERSON, how="left")
    lost = found["paid_base_pay"].isna().to_numpy()
    of_firm = pay.assign(siren=pay["siret"].str[:9]).drop(columns="siret")
    of_firm = of_firm.drop_duplicates(["siren", "month", "person_key"])
    there = lines[lost].assign(siren=lines.loc[lost, "siret"].str[:9])
    there = there.merge(of_firm, on=["siren", "month", "person_key"], how="left").drop(columns="siren")
    return pd.concat([found[~lost], there], ignore_index=True)


def due(land: Country, lines: pd.DataFrame) -> pd.DataFrame:
    """Add `due_hours`, `due_wage` and `allocation`, euros to the cent; missing where no payroll came."""
    rows = with_payroll(land, lines)
    scale = LONG_WEEK / float(law.parameter("hours.legal_weekly").on(land.ends.date()))
    over, agreed = rows["arrangement"] == "over35", _agreed(rows) | _agreed_without_a_date(rows)
    shrunk = (rows["arrangement"] == "35h") & (rows["contract_hours"] < rows["paid_contract_hours"] - 0.02)
    payable = (rows["paid_idle_hours"] - _above_the_legal_week(land, rows)).clip(lower=0)
    quarter = np.floor((payable + 0.001) * 4) / 4  # part-month contracts are rounded to the hundredth
    hours = rows["paid_idle_hours"].where(~shrunk, (rows["paid_idle_hours"] / scale).round(2))
    wage = _cents(rows["paid_base_pay"] / rows["paid_contract_hours"])
    wage = _cents(wage * _bonus(land).reindex(_firm_and_person(rows)).fillna(1.0).to_numpy())
    rows["due_hours"] = hours.where(~(over & ~agreed), quarter)
    early = open_to_correction(land, rows["paid_received_on"]) & (
        rows["due_hours"] < rows["idle_hours"] - 0.011
    )
    rows["due_hours"] = rows["due_hours"].mask(early)
    rows["due_wage"] = wage.where(~shrunk, _cents(wage * scale))
    return rows.assign(allocation=allocation(rows, rows["due_wage"], rows["due_hours"]))


def _bonus(land: Country) -> pd.Series:
    """Return by firm and person what a bonus adds to the pay of an hour, 1 for none, to the hundredth.

    Read from months paid for some hours without overtime: gross pay over them, over the pay as if worked.
    """
    pay = land.last_month
    paid = pay["contract_hours"] - pay["suspended_hours"] - pay["idle_hours"]
    plain = pay[(paid > 10) & (pay["overtime_hours"] == 0)].copy()
    plain["ratio"] = plain["gross_pay"] / paid / (plain["base_pay"] / plain["contract_hours"])
    final = plain[~open_to_correction(land, plain["received_on"])]
    known, every = (rows.groupby(_firm_and_person(rows))["ratio"].median() for rows in (final, plain))
    return known.combine_first(every).round(2).clip(lower=1)


def _firm_and_person(rows: pd.DataFrame) -> pd.Index:
    """Return a key of firm and person: some people have a second job elsewhere."""
    return pd.Index(rows["siret"].str[:9] + rows["person_key"])


def allocation(rows: pd.DataFrame, wage: pd.Series, hours: pd.Series, regime: str | None = None) -> pd.Series:
    """Return the allocation of each line, euros to the cent, under its regime or the one given."""
    codes = rows["regime"] if regime is None else regime
    owed = law.amounts(rows["month"], codes, wage, hours, headcount=rows["company_headcount"])
    return owed["allocation"]


def _agreed(rows: pd.DataFrame) -> pd.Series:
    """Tell where an agreement lets the hours above the legal week be paid in that month."""
    rule = law.parameter("rule.structural_overtime")
    months = {m: rule.in_force((m + pd.offsets.MonthEnd(0)).date()) for m in rows["month"].unique()}
    return rows["overtime_agreement_on"].notna() & rows["month"].map(months)


def _agreed_without_a_date(rows: pd.DataFrame) -> pd.Series:
    """Tell which establishments have an agreement that no request dates: they are paid every idle hour.

    The tables say it nowhere else: it is read from the lines of the establishment over the whole draw.
    """
    rule = law.parameter("rule.structural_overtime")
    months = {m: rule.in_force((m + pd.offsets.MonthEnd(0)).date()) for m in rows["month"].unique()}
    long = rows[(rows["arrangement"] == "over35") & (rows["paid_idle_hours"] > 1)]
    whole = (long["idle_hours"] - long["paid_idle_hours"]).abs() < 0.011
    share = whole.groupby(long["siret"]).mean()
    return rows["siret"].map(share).fillna(0).gt(0.25) & rows["month"].map(months)


def _above_the_legal_week(land: Country, rows: pd.DataFrame) -> pd.Series:
    """Return the hours of each month that are above the legal week on the days of the authorised period.

    Of the hours that could be worked, once leave and suspension are taken out.
    """
    theoretical, open_ = _habits(land)
    away = rows["paid_leave_hours"] + rows["paid_suspended_hours"]
    there = rows["paid_worked_hours"] + rows["paid_idle_hours"]
    there = there - away.where(_among(rows, theoretical), 0.0)
    whole = np.array([month_law(m, m, m + pd.offsets.MonthEnd(0)) for m in rows["month"]])
    inside = np.array(
        [month_law(*k) for k in zip(rows["month"], rows["starts_on"], rows["ends_on"], strict=True)]
    )
    days = _among(rows, open_).to_numpy().astype(int)
    which = np.arange(len(rows))
    share = inside[which, days] / whole[which, days]
    legal = float(law.parameter("hours.legal_weekly").on(land.ends.date()))
    return there * (1 - legal / LONG_WEEK) * share


def _habits(land: Country) -> tuple[set[str], set[str]]:
    """Return who has software that takes no absence out, and who works on holidays; see `_named`.

    Read from whole months in which nobody was idle: of the second kind they hold as many hours as all
    weekdays have, where public holidays leave fewer; of the first they hold more than the contract (so do
    months in which somebody was, where nothing is undue).
    """
    rows = land.last_month
    undue = land.judged_claims.query("undue_amount > 0")
    undue = pd.MultiIndex.from_arrays([undue["siret"].str[:9], undue["month"]])
    spent = rows[["worked_hours", "leave_hours", "suspended_hours", "idle_hours"]].sum(axis=1)
    told = ~pd.MultiIndex.from_arrays([rows["siret"].str[:9], rows["month"]]).isin(undue)
    told |= rows["idle_hours"] == 0
    theoretical = _named(rows[told & (spent > rows["contract_hours"] + 0.1)])
    last = rows["month"] + pd.offsets.MonthEnd(0)
    whole = (rows["starts_on"] <= rows["month"]) & ~(rows["ends_on"] < last)
    rows = rows[whole & (rows["idle_hours"] == 0)]
    away = rows["leave_hours"] + rows["suspended_hours"]
    months = {m: month_law(m, m, m + pd.offsets.MonthEnd(0)) for m in rows["month"].unique()}
    legal = float(law.monthly_hours(35, "2021-01-01"))
    day = rows["contract_hours"] / legal * 7
    off, on = (rows["month"].map(lambda m, n=n: months[m][n]) * day for n in (0, 1))
    there = rows["worked_hours"] + away.where(~_among(rows, theoretical), 0.0)
    worked = (on < rows["contract_hours"] - 0.1) & (on > off + 0.1) & ((there - on).abs() < 0.05)
    return theoretical, _named(rows[worked])


def _named(rows: pd.DataFrame) -> set[str]:
    """Return establishments and people of firms: payroll may be kept under another siret than the claim's."""
    return {*rows["siret"], *_firm_and_person(rows)}


def _among(rows: pd.DataFrame, names: set[str]) -> pd.Series:
    return rows["siret"].isin(names) | _firm_and_person(rows).isin(names)


def _cents(euros: pd.Series) -> pd.Series:
    return np.floor(euros * 100 + 0.5 + 1e-6) / 100

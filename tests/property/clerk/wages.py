"""The hourly wage and amount of a claim, against the payroll (DSN) and the law of the month."""

from __future__ import annotations

from apanalytics import law
from apanalytics.errors import NotInForce

from .declared import hourly_amount_eur
from .desk import Case, Clerk, Row
from .legal_time import monthly
from .lists import lines
from .payroll_months import dsn, usual_months
from .persons import payroll
from .registry import claim_only, less, over, total


def _possible_rates(clerk: Clerk, case: Case, regime: str | None) -> list[law.Rates]:
    """What the law known on the day pays in the month: under the regime, or any where it is unknown."""
    found = []
    for code in (*law.REGIMES, *law.COMBINATIONS):
        try:
            found.append((code, law.rates(case.first, code, clerk.day)))
        except NotInForce:
            continue
    own = [rates for code, rates in found if code == regime]
    return own or [rates for _, rates in found]


def _wage_of(row: Row) -> float | None:
    """Reconstituted pay over the contract hours, at most the legal duration: the wage is rescaled to it."""
    if row["base_pay"] is None or not row["contract_hours"]:
        return None
    return float(row["base_pay"] / min(row["contract_hours"], monthly(row["month"])))


def _person_wage(clerk: Clerk, case: Case, person: str) -> float | None:
    """The wage of an employee's first contract with the establishment in the month, or in the one before."""
    for month in (case.month, case.month - 1):
        rows = payroll(clerk, case, month)
        rows = [row for row in rows if row["person_key"] == person and row["siret"] == case.siret]
        wages = [(row["contract_id"], wage) for row in rows if (wage := _wage_of(row)) is not None]
        if wages:
            return min(wages)[1]
    return None


def _listed_wages(clerk: Clerk, case: Case) -> list[tuple[Row, float]]:
    """The lines whose employee's payroll gives a wage, with it."""
    wages = [(line, _person_wage(clerk, case, line["person_key"])) for line in lines(clerk, case)]
    return [(line, wage) for line, wage in wages if wage is not None and line["idle_hours"] > 0]


def _mean(pairs: list[tuple[float, float]]) -> float | None:
    """Mean of values by weight."""
    return over(total(value * weight for value, weight in pairs), sum(weight for _, weight in pairs))


@claim_only
def declared_hourly_wage_eur(clerk: Clerk, case: Case) -> float | None:
    listed = [line for line, _ in _listed_wages(clerk, case)] or lines(clerk, case)
    if listed:
        return _mean([(line["hourly_wage"], line["idle_hours"]) for line in listed])
    hourly = hourly_amount_eur(clerk, case)
    rates = _possible_rates(clerk, case, case.row["regime"])
    rate, floor = (max(float(getattr(r, f"allocation_{name}")) for r in rates) for name in ("rate", "floor"))
    return hourly / rate if hourly is not None and hourly > floor + 0.01 else None


def _establishment_wage(clerk: Clerk, case: Case) -> float | None:
    """Pay over contract hours of the month, of the three before, or of the usual ones; the first known."""
    months = dsn(clerk, case.siret)
    own = months.get(case.month)
    recent = [months[month] for month in range(case.month - 3, case.month) if month in months]
    usual = [row for row in usual_months(clerk, case) if not row["suspended_hours"]]
    wages = (
        _paid_per_hour([own] if own else [], "base_pay"),
        _paid_per_hour(recent, "base_pay"),
        _paid_per_hour(usual, "gross_pay"),
    )
    wage = next((wage for wage in wages if wage is not None), None)
    per_employee = over(own["contract_hours"], own["headcount"]) if own else None
    return None if wage is None else wage * max(1.0, (per_employee or 0.0) / monthly(case.first))


def _paid_per_hour(rows: list[Row], pay: str) -> float | None:
    said = [row for row in rows if row[pay] is not None]
    return over(sum(row[pay] for row in said), sum(row["contract_hours"] for row in said))


@claim_only
def dsn_hourly_wage_eur(clerk: Clerk, case: Case) -> float | None:
    if lines(clerk, case):
        return _mean([(wage, line["idle_hours"]) for line, wage in _listed_wages(clerk, case)])
    return _establishment_wage(clerk, case)


@claim_only
def wage_over_dsn_ratio(clerk: Clerk, case: Case) -> float | None:
    return over(declared_hourly_wage_eur(clerk, case), dsn_hourly_wage_eur(clerk, case))


def _allocation(rates: law.Rates, wage: float) -> float:
    assert rates.allocation_rate is not None
    at_rate = round(wage * float(rates.allocation_rate) * 100 + 1e-9) / 100
    return max(min(at_rate, float(rates.allocation_cap or 0)), float(rates.allocation_floor or 0))


@claim_only
def law_hourly_amount_eur(clerk: Clerk, case: Case) -> float | None:
    listed = lines(clerk, case)
    if listed:
        best = [
            max(
                _allocation(rates, line["hourly_wage"])
                for rates in _possible_rates(clerk, case, line["regime"] or case.row["regime"])
            )
            for line in listed
        ]
        return _mean([(hourly, line["idle_hours"]) for hourly, line in zip(best, listed, strict=True)])
    hourly = hourly_amount_eur(clerk, case)
    rates = _possible_rates(clerk, case, case.row["regime"])
    cap, floor = (max(float(getattr(r, f"allocation_{name}")) for r in rates) for name in ("cap", "floor"))
    if hourly is None:
        return None
    return cap if hourly > cap else floor if hourly <= floor + 0.01 else None


@claim_only
def hourly_amount_over_law_eur(clerk: Clerk, case: Case) -> float | None:
    return less(hourly_amount_eur(clerk, case), law_hourly_amount_eur(clerk, case))


@claim_only
def amount_over_law_eur(clerk: Clerk, case: Case) -> float | None:
    beyond = hourly_amount_over_law_eur(clerk, case)
    return None if beyond is None else beyond * case.hours


@claim_only
def amount_over_law_share(clerk: Clerk, case: Case) -> float | None:
    return over(hourly_amount_over_law_eur(clerk, case), law_hourly_amount_eur(clerk, case))

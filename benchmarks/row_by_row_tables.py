"""A row of each contract table, one at a time: see `benchmarks.row_by_row`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.row_by_row_values import FIRST, Provider

Row = dict[str, Any]
Maker = Callable[[Provider, Row], Row]


def establishment(fake: Provider, parent: Row) -> Row:
    """Return one row of `establishments`."""
    siren = fake.siren()
    department, region = fake.pick(fake.departments)
    return {
        "siret": fake.siret(siren),
        "siren": siren,
        "name": fake.company(),
        "is_head_office": fake.chance(0.9),
        "department": department,
        "region": region,
        "naf": fake.pick(fake.activities),
        "legal_category": fake.pick(("1000", "5499", "5710")),
        "size_class": fake.pick(fake.sizes),
        "is_employer": True,
        "created_on": fake.day(FIRST - 9000, FIRST),
        "closed_on": fake.maybe(0.03, fake.day()),
        "known_on": None,
        "data_flags": None,
    }


def succession(fake: Provider, parent: Row) -> Row:
    """Return one row of `successions`."""
    return {
        "predecessor": parent["siret"],
        "successor": fake.siret(parent["siren"]),
        "known_on": fake.day(),
    }


def insolvency(fake: Provider, parent: Row) -> Row:
    """Return one row of `insolvencies`."""
    day = fake.day()
    return {
        "siren": parent["siren"],
        "effective_on": day,
        "kind": fake.pick(("receivership", "liquidation")),
        "ended_on": fake.maybe(0.2, fake.after(day, 300)),
        "known_on": fake.after(day, 10),
    }


def agreement(fake: Provider, parent: Row) -> Row:
    """Return one row of `agreements`."""
    start = fake.day()
    return {
        "agreement_id": f"A-{parent['siret']}",
        "siret": parent["siret"],
        "kind": fake.pick(("agreement", "unilateral")),
        "scheme": "APLD",
        "starts_on": start,
        "ends_on": start + timedelta(days=730),
        "max_reduction": 0.4,
    }


def request(fake: Provider, parent: Row) -> Row:
    """Return one row of `requests`."""
    start, people = fake.day(), fake.headcount()
    filed, hours, rate = fake.after(start, 30), fake.amount(450.0) * people, round(fake.amount(8) + 8, 2)
    decided = fake.after(filed, 15)
    return {
        "request_id": fake.digits(11),
        "siret": parent["siret"],
        "scheme": fake.pick(("APDC", "APDC", "APDC", "APLD")),
        "motive": fake.number(1, 5),
        "scope": fake.number(1, 3),
        "prior_use": fake.number(1, 2),
        "council_opinion": fake.number(1, 3),
        "filed_on": filed,
        "status_on": decided,
        "date_basis": "filed",
        "starts_on": start,
        "ends_on": fake.after(start, 180),
        "company_headcount": people,
        "headcount": people,
        "covered_headcount": fake.number(1, people),
        "hours": hours,
        "amount": round(hours * rate, 2),
        "hours_authorised": hours,
        "headcount_authorised": people,
        "hourly_rate": rate,
        "hours_used": round(hours * 0.6, 2),
        "headcount_used": people,
        "amount_used": round(hours * rate * 0.6, 2),
        "sector_scheme": fake.pick(("general", "protected", "closed")),
        "filer_id": fake.maybe(0.5, fake.key()),
        "account_created_on": fake.after(filed, 5),
        "bank_key": fake.key(),
        "email_key": fake.key(),
        "commitments": fake.chance(0.5),
        "amends_request_id": None,
        "agreement_id": None,
        "overtime_agreement_on": fake.maybe(0.1, start),
        "working_time_over_6_months": fake.chance(0.1),
        "status": fake.pick(("tacit", "authorised", "refused")),
        "decided_on": decided,
        "data_flags": None,
    }


def request_event(fake: Provider, parent: Row) -> Row:
    """Return one row of `request_events`."""
    return {
        "request_id": parent["request_id"],
        "known_on": fake.after(parent["filed_on"], 15),
        "status": fake.pick(("pending", "tacit", "authorised", "refused")),
        "covered_headcount": parent["covered_headcount"],
        "hours": parent["hours"],
        "amount": parent["amount"],
    }


def claim(fake: Provider, parent: Row) -> Row:
    """Return one row of `claims`."""
    month = fake.month()
    filed = fake.after(month, 90)
    hours = round(fake.amount(151.0) * parent["covered_headcount"], 2)
    return {
        "claim_id": f"{parent['request_id']}-{month:%Y-%m}",
        "request_id": parent["request_id"],
        "siret": parent["siret"],
        "month": month,
        "filed_on": filed,
        "employees": parent["covered_headcount"],
        "idle_hours": hours,
        "amount": round(hours * parent["hourly_rate"], 2),
        "regime": parent["sector_scheme"],
        "bank_key": parent["bank_key"],
        "paid_on": fake.after(filed, 20),
        "date_basis": "filed",
        "data_flags": None,
    }


def claim_line(fake: Provider, parent: Row) -> Row:
    """Return one row of `claim_lines`."""
    idle = fake.amount(151.67)
    return {
        "claim_id": parent["claim_id"],
        "person_key": fake.key(),
        "arrangement": fake.pick(("hourly", "day_package", "part_time")),
        "contract_hours": 151.67,
        "worked_hours": round(151.67 - idle, 2),
        "idle_hours": idle,
        "hourly_wage": fake.wage(),
        "regime": parent["regime"],
    }


def pay_slip(fake: Provider, parent: Row) -> Row:
    """Return one row of `payroll`."""
    month, idle = fake.month(), fake.amount(151.67)
    pay = round(fake.wage() * 151.67, 2)
    return {
        "siret": parent["siret"],
        "month": month,
        "person_key": fake.key(),
        "contract_id": fake.digits(6),
        "received_on": fake.after(month, 60),
        "contract_kind": fake.pick(("permanent", "permanent", "fixed_term", "apprentice")),
        "starts_on": fake.day(FIRST - 5000, FIRST),
        "ends_on": fake.maybe(0.1, fake.day()),
        "end_reason": None,
        "contract_hours": 151.67,
        "worked_hours": round(151.67 - idle, 2),
        "leave_hours": fake.maybe(0.2, 35.0),
        "suspended_hours": 0.0,
        "idle_hours": idle,
        "overtime_hours": 0.0,
        "base_pay": pay,
        "gross_pay": pay,
        "leave_included": fake.chance(0.5),
    }


def payroll_month(fake: Provider, parent: Row) -> Row:
    """Return one row of `payroll_months`."""
    month, people = fake.month(), fake.headcount()
    idle, pay = fake.amount(151.67) * people, fake.amount(4000.0) * people
    return {
        "siret": parent["siret"],
        "month": month,
        "received_on": fake.after(month, 60),
        "headcount": people,
        "contract_hours": 151.67 * people,
        "worked_hours": round(151.67 * people - idle, 2),
        "leave_hours": fake.amount(35.0),
        "suspended_hours": 0.0,
        "idle_hours": round(idle, 2),
        "overtime_hours": 0.0,
        "base_pay": round(pay, 2),
        "gross_pay": round(pay, 2),
        "leave_included": None,
        "data_flags": None,
    }


def headcount(fake: Provider, parent: Row) -> Row:
    """Return one row of `headcounts`."""
    month = fake.month()
    return {
        "siret": parent["siret"],
        "month": month,
        "received_on": fake.after(month, 60),
        "headcount": float(fake.headcount()),
    }


def right(fake: Provider, parent: Row) -> Row:
    """Return one row of `truth`."""
    wrong = fake.chance(0.1)
    return {
        "stage": "payment",
        "case_id": parent["claim_id"],
        "nonconforming": wrong,
        "kind": "hours_inflated" if wrong else None,
        "deliberate": wrong and fake.chance(0.5),
        "undue_amount": fake.amount(2000.0) if wrong else 0.0,
    }


def selection(fake: Provider, parent: Row) -> Row:
    """Return one row of `selections`."""
    return {
        "campaign_id": f"P-{fake.pick(fake.departments)[0]}-{fake.month():%Y-%m}",
        "stage": "payment",
        "case_id": parent["claim_id"],
        "drawn_on": fake.after(parent["filed_on"], 90),
        "channel": fake.pick(("released", "released", "targeted", "random")),
        "stratum": "plan 1",
        "selection_probability": fake.share(6),
        "score": fake.share(4),
        "model_version": "inspectors",
        "listed": fake.chance(0.1),
    }


def control(fake: Provider, parent: Row) -> Row:
    """Return one row of `controls`."""
    opened = fake.after(parent["filed_on"], 60)
    undue = fake.amount(parent["amount"])
    return {
        "control_id": f"C-{parent['claim_id']}",
        "stage": "payment",
        "case_id": parent["claim_id"],
        "channel": fake.pick(("targeted", "random", "signal")),
        "campaign_id": f"P-{fake.pick(fake.departments)[0]}-{opened:%Y-%m}",
        "team_key": fake.key(),
        "opened_on": opened,
        "closed_on": fake.maybe(0.95, fake.after(opened, 120)),
        "outcome": fake.pick(("compliant", "error", "deliberate_suspected")),
        "findings": fake.maybe(0.3, "PER-04"),
        "undue_amount": undue,
        "blocked_amount": undue,
        "recovered_amount": 0.0,
        "recovered_on": None,
        "contested": fake.chance(0.1),
        "sanction": fake.maybe(0.05, "report"),
    }


def signal(fake: Provider, parent: Row) -> Row:
    """Return one row of `signals`."""
    return {
        "signal_id": f"S-{parent['claim_id']}",
        "stage": "payment",
        "case_id": parent["claim_id"],
        "received_on": fake.after(parent["filed_on"], 60),
        "origin": fake.pick(("works_council", "employee", "bank")),
        "kind": "inconsistency",
    }


TABLES: dict[str, tuple[Maker, str | None]] = {
    "establishments": (establishment, None),
    "successions": (succession, "establishments"),
    "insolvencies": (insolvency, "establishments"),
    "agreements": (agreement, "establishments"),
    "requests": (request, "establishments"),
    "request_events": (request_event, "requests"),
    "claims": (claim, "requests"),
    "claim_lines": (claim_line, "claims"),
    "payroll": (pay_slip, "establishments"),
    "payroll_months": (payroll_month, "establishments"),
    "headcounts": (headcount, "establishments"),
    "truth": (right, "claims"),
    "selections": (selection, "claims"),
    "controls": (control, "claims"),
    "signals": (signal, "claims"),
}
"""How a row of each table is made, and which table its parent row comes from."""

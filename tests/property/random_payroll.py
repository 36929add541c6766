"""The employees of a random country: nominative lists, payroll (DSN) and mean headcounts."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from random_draws import Rows, any_month, near, or_none

from apanalytics.law import ARRANGEMENTS


def lines(rng: Random, claims: Rows) -> Rows:
    return [
        {
            "claim_id": claim["claim_id"],
            "person_key": f"p{person}",
            "arrangement": rng.choice(["35h", "over35", *ARRANGEMENTS]),
            "contract_hours": rng.choice([80.0, 151.67, 169.0]),
            "worked_hours": float(rng.choice([0, 60, 120])),
            "idle_hours": idle if same else float(rng.choice([20, 20, 100, 400])),
            "hourly_wage": rng.choice([11.0, 20.0, 60.0, 13.37]),
            "regime": or_none(rng, rng.choice(["protected", "apld"]), 0.2),
        }
        for claim in claims
        if rng.random() < 0.6
        for same, idle in [(rng.random() < 0.3, rng.choice([20.0, 33.0]))]
        for person in range(4)
        if rng.random() < 0.6
    ]


def payroll(rng: Random, sirets: list[str], requested: list[date]) -> Rows:
    """Draw contracts by month and version, some of which began thirty days before a request's period."""
    rows = {}
    for _ in range(220):
        month, before = any_month(rng), rng.choice(requested) - timedelta(days=rng.choice([30, 31]))
        row = {
            "siret": rng.choice(sirets),
            "month": month,
            "person_key": f"p{rng.randint(0, 5)}",
            "contract_id": f"k{rng.randint(0, 1)}",
            "received_on": rng.choice([month + timedelta(days=rng.choice([34, 45, 80])), near(rng)]),
            "contract_kind": rng.choice(["permanent", "permanent", "temporary", "officer", "intern"]),
            "starts_on": rng.choice([date(2015, 1, 1), month, near(rng), before]),
            "ends_on": or_none(rng, near(rng), 0.2),
            "end_reason": or_none(rng, "trial", 0.2),
            "contract_hours": rng.choice([80.0, 151.67, 169.0]),
            "worked_hours": float(rng.choice([0, 60, 150])),
            "leave_hours": float(rng.choice([0, 14])),
            "suspended_hours": float(rng.choice([0, 35])),
            "idle_hours": float(rng.choice([0, 20, 100, 450])),
            "overtime_hours": 0.0,
            "base_pay": or_none(rng, float(rng.randint(900, 3000))),
            "gross_pay": float(rng.randint(900, 3000)),
        }
        rows[tuple(row[key] for key in ("siret", "month", "person_key", "contract_id", "received_on"))] = row
    return list(rows.values())


def payroll_months(rng: Random, sirets: list[str]) -> Rows:
    rows = {}
    for _ in range(120):
        month = date(rng.choice([2020, 2021]), rng.randint(1, 12), 1)
        row = {
            "siret": rng.choice(sirets),
            "month": month,
            "received_on": rng.choice([month + timedelta(days=rng.choice([34, 45, 80])), near(rng)]),
            "headcount": rng.randint(0, 6),
            "contract_hours": float(rng.choice([0, 300, 600, 900])),
            "worked_hours": float(rng.choice([0, 300, 800])),
            "leave_hours": float(rng.choice([0, 70])),
            "suspended_hours": float(rng.choice([0, 35])),
            "idle_hours": float(rng.choice([0, 0, 3, 100])),
            "overtime_hours": float(rng.choice([0, 30])),
            "base_pay": or_none(rng, rng.choice([3000.0, 12000.0]), 0.3),
            "gross_pay": float(rng.randint(2000, 9000)),
        }
        rows[row["siret"], row["month"], row["received_on"]] = row
    return list(rows.values())


def headcounts(rng: Random, sirets: list[str]) -> Rows:
    return [
        {"siret": siret, "month": month, "received_on": day, "headcount": rng.choice([0.0, 2.25, 3.5])}
        for siret in sirets
        for month in (date(2020, 12, 1), date(2021, 4, 1), date(2021, 6, 1), date(2021, 7, 1))
        for day in dict.fromkeys([near(rng), near(rng)])
        if rng.random() < 0.6
    ]

"""A country of one establishment, by hand: each test changes only what it is about."""

from __future__ import annotations

from typing import Any

import pandas as pd

from apanalytics.features import features

SIRET = "55208131766522"
OTHER = "44306184100047"
Row = dict[str, Any]

DEFAULTS: dict[str, Row] = {
    "establishments": {
        "siret": SIRET,
        "siren": SIRET[:9],
        "name": "Atelier",
        "is_head_office": True,
        "department": "59",
        "region": "32",
        "naf": "25.62B",
        "legal_category": "5710",
        "size_class": "11",
        "is_employer": True,
        "created_on": "2010-01-01",
        "closed_on": None,
        "known_on": None,
        "data_flags": None,
    },
    "requests": {
        "request_id": "R1",
        "siret": SIRET,
        "scheme": "APDC",
        "motive": 1,
        "scope": 1,
        "prior_use": 1,
        "council_opinion": 1,
        "filed_on": "2021-03-01",
        "status_on": "2021-03-10",
        "date_basis": "filed",
        "starts_on": "2021-03-05",
        "ends_on": "2021-06-30",
        "company_headcount": 10,
        "headcount": 10,
        "covered_headcount": 10,
        "hours": 3000.0,
        "amount": 30000.0,
        "hours_authorised": 3000.0,
        "headcount_authorised": 10,
        "hourly_rate": None,
        "hours_used": None,
        "headcount_used": None,
        "amount_used": None,
        "sector_scheme": "general",
        "filer_id": None,
        "account_created_on": "2015-01-01",
        "bank_key": "bank-a",
        "email_key": "mail-a",
        "commitments": None,
        "amends_request_id": None,
        "agreement_id": None,
        "overtime_agreement_on": None,
        "working_time_over_6_months": None,
        "status": "authorised",
        "decided_on": "2021-03-20",
    },
    "request_events": {
        "request_id": "R1",
        "known_on": "2021-03-10",
        "status": "pending",
        "covered_headcount": None,
        "hours": None,
        "amount": None,
    },
    "agreements": {
        "agreement_id": "A1",
        "siret": SIRET,
        "kind": "agreement",
        "scheme": "APLD",
        "starts_on": "2021-01-01",
        "ends_on": "2021-12-31",
        "max_reduction": 0.4,
    },
    "claims": {
        "claim_id": "C1",
        "request_id": "R1",
        "siret": SIRET,
        "month": "2021-04-01",
        "filed_on": "2021-05-03",
        "employees": 10,
        "idle_hours": 500.0,
        "amount": 5000.0,
        "regime": "general",
        "bank_key": "bank-a",
        "paid_on": None,
        "date_basis": "filed",
    },
    "claim_lines": {
        "claim_id": "C1",
        "person_key": "p1",
        "arrangement": "35h",
        "contract_hours": 151.67,
        "worked_hours": 101.67,
        "idle_hours": 50.0,
        "hourly_wage": 15.0,
        "regime": None,
    },
    "payroll": {
        "siret": SIRET,
        "month": "2021-04-01",
        "person_key": "p1",
        "contract_id": "k1",
        "received_on": "2021-05-05",
        "contract_kind": "permanent",
        "starts_on": "2015-01-01",
        "ends_on": None,
        "end_reason": None,
        "contract_hours": 151.67,
        "worked_hours": 101.67,
        "leave_hours": 0.0,
        "suspended_hours": 0.0,
        "idle_hours": 50.0,
        "overtime_hours": 0.0,
        "base_pay": 2275.05,
        "gross_pay": 1900.0,
    },
    "payroll_months": {
        "siret": SIRET,
        "month": "2021-04-01",
        "received_on": "2021-05-05",
        "headcount": 10,
        "contract_hours": 1516.7,
        "worked_hours": 1016.7,
        "leave_hours": 0.0,
        "suspended_hours": 0.0,
        "idle_hours": 500.0,
        "overtime_hours": 0.0,
        "base_pay": 22750.5,
        "gross_pay": 19000.0,
    },
    "headcounts": {"siret": SIRET, "month": "2021-02-01", "received_on": "2021-02-25", "headcount": 10.0},
    "insolvencies": {
        "siren": SIRET[:9],
        "effective_on": "2021-01-15",
        "kind": "liquidation",
        "ended_on": None,
        "known_on": "2021-01-20",
    },
    "successions": {"predecessor": SIRET, "successor": OTHER, "known_on": "2020-06-01"},
    "controls": {
        "control_id": "K1",
        "stage": "authorisation",
        "case_id": "R0",
        "channel": "targeted",
        "campaign_id": None,
        "team_key": None,
        "opened_on": "2020-06-01",
        "closed_on": "2020-07-01",
        "outcome": "error",
        "findings": None,
        "undue_amount": None,
    },
}
"""One plausible row of each table; nothing in it is inconsistent."""


def country(**rows: list[Row]) -> dict[str, pd.DataFrame]:
    """Frames of the named tables, each row completed from `DEFAULTS`; there is always an establishment."""
    given = {"establishments": [{}], "requests": [{}], **rows}
    return {
        name: pd.DataFrame([{**DEFAULTS[name], **row} for row in listed], columns=list(DEFAULTS[name]))
        for name, listed in given.items()
    }


def payment(case: str = "C1", *, as_of: str | None = None, **rows: list[Row]) -> pd.Series:
    """The features of one claim."""
    return features(country(**{"claims": [{}], **rows}), "payment", as_of=as_of).loc[case]


def authorisation(case: str = "R1", *, as_of: str | None = None, **rows: list[Row]) -> pd.Series:
    """The features of one request."""
    return features(country(**rows), "authorisation", as_of=as_of).loc[case]

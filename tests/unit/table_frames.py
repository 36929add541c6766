"""Small hand-made rows of the contract, all in order; a test spoils one value at a time."""

from __future__ import annotations

from typing import Any

import pandas as pd

SIRET = "73282932000074"

ESTABLISHMENT: dict[str, Any] = {
    "siret": SIRET,
    "siren": SIRET[:9],
    "name": "ATELIERS FICTIFS",
    "is_head_office": True,
    "department": "59",
    "region": "32",
    "naf": "56.10A",
    "legal_category": "5710",
    "size_class": "11",
    "is_employer": True,
    "created_on": "2000-01-01",
}
REQUEST: dict[str, Any] = {
    "request_id": "R1",
    "siret": SIRET,
    "motive": 5,
    "starts_on": "2020-03-01",
    "ends_on": "2020-05-31",
    "company_headcount": 12,
    "headcount": 12,
    "covered_headcount": 10,
    "hours": 1000.5,
    "amount": 9000.25,
}
CLAIM: dict[str, Any] = {
    "claim_id": "R1-2020-03",
    "request_id": "R1",
    "siret": SIRET,
    "month": "2020-03-01",
    "employees": 8,
    "idle_hours": 300.0,
    "amount": 2700.0,
}
ROWS = {"establishments": ESTABLISHMENT, "requests": REQUEST, "claims": CLAIM}


def frames(**more: list[dict[str, Any]]) -> dict[str, pd.DataFrame]:
    """Three tables of one good row each; `more` adds rows, each a change to the good one."""
    return {
        name: pd.DataFrame([row, *({**row, **change} for change in more.get(name, []))])
        for name, row in ROWS.items()
    }

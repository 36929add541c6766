"""Small countries drawn at random, dense in ties and edges, and the same as they were known on a day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from apanalytics.law import ARRANGEMENTS, add_months
from apanalytics.tables import write_table

Rows = list[dict[str, Any]]
TODAY = date(2021, 9, 10)
"""The day on which these countries are looked at: rows are known before it, on it and after it."""

_EDGES = [-40, -16, -15, -1, 0, 0, 1, 2, 15, 40]


def _near(rng: Random, day: date = TODAY) -> date:
    return day + timedelta(rng.choice(_EDGES) if rng.random() < 0.6 else rng.randint(-300, 60))


def _month(rng: Random) -> date:
    return date(2021, rng.randint(4, 9), 1)


def _or_none(rng: Random, value: Any, chance: float = 0.5) -> Any:
    return value if rng.random() < chance else None


def _period(rng: Random, n: int) -> tuple[date, date]:
    """Filing and start of a request: around the day, of long ago, or among the crowd of one month."""
    filed = _near(rng)
    if n >= 32:  # a crowd of one month, enough of them for a group of thirty peers
        filed = date(2021, 8, 1) + timedelta(days=rng.randint(0, 30))
    elif rng.random() < 0.15:
        filed = rng.choice([date(2017, 6, 1), date(2020, 2, 29), date(2020, 3, 1), date(2020, 5, 31)])
    return filed, filed + timedelta(days=rng.randint(-40, 20))


def _ends(rng: Random, starts: date) -> date:
    if rng.random() < 0.2:  # whole months
        starts = (starts.replace(day=1) + timedelta(days=rng.choice([31, 62, 130]))).replace(day=1)
        return starts - timedelta(days=1)
    return starts + timedelta(days=rng.choice([0, 0, 1, rng.randint(0, 250)]))


def _requests(rng: Random, sirets: list[str]) -> Rows:
    rows = []
    for n in range(84):
        siret, (filed, starts) = rng.choice(sirets), _period(rng, n)
        if rng.random() < 0.15:
            starts = starts.replace(day=1)
        status = rng.choice(["pending", "authorised", "tacit", "refused", "withdrawn"])
        decided = filed + timedelta(days=rng.choice([1, 14, 15, 16, 40])) if status != "pending" else None
        proxy = rng.random() < 0.1  # the known extracts do not say when a request was filed
        rows.append(
            {
                "request_id": f"R{n:02}",
                "siret": siret,
                "scheme": rng.choice(["APDC", "APDC", "APLD", "APLD_R", None]),
                "motive": rng.choice([1, 1, 3, 5]),
                "scope": rng.choice([3, 3, 3, 1] if n < 8 else [1, 3, None]),
                "prior_use": rng.choice([1, 2, 3, None]),
                "council_opinion": rng.choice([0, 1, 3, None]),
                "filed_on": None if proxy else filed,
                "status_on": decided or filed,
                "date_basis": "proxy" if proxy else "filed",
                "starts_on": starts,
                "ends_on": _ends(rng, starts),
                "company_headcount": rng.choice([49, 50, 51]),
                "headcount": rng.randint(0, 6),
                "covered_headcount": rng.randint(1, 6),
                "hours": float(rng.choice([0, 100, 100, 100, 100, 151.67, 900, 900])),
                "amount": float(rng.choice([0, 1000, 1000, 2000, 5000, 5000])),
                "hours_authorised": float(rng.choice([50, 100]))
                if status in ("authorised", "tacit")
                else None,
                "headcount_authorised": rng.randint(1, 5) if status in ("authorised", "tacit") else None,
                "sector_scheme": _or_none(rng, rng.choice(["general", "protected", "protected"])),
                "filer_id": _or_none(rng, "F1", 0.2),
                "account_created_on": _or_none(rng, _near(rng, filed)),
                "bank_key": _or_none(rng, rng.choice("AAABBCDEF"), 0.9),
                "email_key": _or_none(rng, rng.choice("xxyyz"), 0.9),
                "commitments": rng.choice([True, False, None]),
                "amends_request_id": _or_none(rng, f"R{rng.randint(0, 29):02}", 0.1),
                "agreement_id": _or_none(rng, rng.choice("AB") + siret[-5:], 0.2),
                "overtime_agreement_on": _or_none(
                    rng, rng.choice([date(2020, 4, 23), date(2020, 4, 24), date(2019, 1, 1)]), 0.3
                ),
                "working_time_over_6_months": _or_none(rng, True, 0.2),
                "status": status,
                "decided_on": decided,
            }
        )
    return rows


def _claims(rng: Random, requests: Rows) -> Rows:
    rows = []
    for n in range(90):
        request = rng.choice(requests[:8])
        crowd = n >= 40  # peers of one month, enough of them for a group of thirty
        astray = rng.random() < 0.05  # a claim that names another establishment than its request
        proxy = rng.random() < 0.1
        filed, month = _near(rng), request["starts_on"].replace(day=1)
        if month < date(2020, 6, 1) or rng.random() < 0.6:
            month = _month(rng)
        rows.append(
            {
                "claim_id": f"C{n:02}",
                "request_id": _or_none(rng, "R99", 0.1)
                if crowd and rng.random() < 0.7
                else request["request_id"],
                "siret": rng.choice(requests)["siret"] if astray else request["siret"],
                "month": date(2021, 8, 1) if crowd else month,
                "filed_on": None if proxy else filed,
                "employees": rng.choice([0, 1, 1, 2, 2, 3, 4]),
                "idle_hours": float(rng.choice([0, 20, 20, 20, 100, 100, 320])),
                "amount": float(rng.choice([200, 1000, 4000])),
                "regime": rng.choice(["general", "apld", "closed", "vulnerable+closed", None]),
                "bank_key": rng.choice(["A", "B", "C", None]),
                "paid_on": _or_none(rng, filed + timedelta(days=rng.choice([5, 30])), 0.4),
                "date_basis": "proxy" if proxy else "filed",
            }
        )
    return rows


def _lines(rng: Random, claims: Rows) -> Rows:
    return [
        {
            "claim_id": claim["claim_id"],
            "person_key": f"p{person}",
            "arrangement": rng.choice(["35h", "over35", *ARRANGEMENTS]),
            "contract_hours": rng.choice([80.0, 151.67, 169.0]),
            "worked_hours": float(rng.choice([0, 60, 120])),
            "idle_hours": idle if same else float(rng.choice([20, 20, 100, 400])),
            "hourly_wage": rng.choice([11.0, 20.0, 60.0, 13.37]),
            "regime": _or_none(rng, rng.choice(["protected", "apld"]), 0.2),
        }
        for claim in claims
        if rng.random() < 0.6
        for same, idle in [(rng.random() < 0.3, rng.choice([20.0, 33.0]))]
        for person in range(4)
        if rng.random() < 0.6
    ]


def _payroll(rng: Random, sirets: list[str]) -> Rows:
    rows = {}
    for _ in range(220):
        month = _month(rng)
        row = {
            "siret": rng.choice(sirets),
            "month": month,
            "person_key": f"p{rng.randint(0, 5)}",
            "contract_id": f"k{rng.randint(0, 1)}",
            "received_on": rng.choice([month + timedelta(days=rng.choice([34, 45, 80])), _near(rng)]),
            "contract_kind": rng.choice(["permanent", "permanent", "temporary", "officer", "intern"]),
            "starts_on": rng.choice([date(2015, 1, 1), month, _near(rng)]),
            "ends_on": _or_none(rng, _near(rng), 0.2),
            "end_reason": _or_none(rng, "trial", 0.2),
            "contract_hours": rng.choice([80.0, 151.67, 169.0]),
            "worked_hours": float(rng.choice([0, 60, 150])),
            "leave_hours": float(rng.choice([0, 14])),
            "suspended_hours": float(rng.choice([0, 35])),
            "idle_hours": float(rng.choice([0, 20, 100, 450])),
            "overtime_hours": 0.0,
            "base_pay": _or_none(rng, float(rng.randint(900, 3000))),
            "gross_pay": float(rng.randint(900, 3000)),
        }
        rows[tuple(row[key] for key in ("siret", "month", "person_key", "contract_id", "received_on"))] = row
    return list(rows.values())


def _payroll_months(rng: Random, sirets: list[str]) -> Rows:
    rows = {}
    for _ in range(120):
        month = date(rng.choice([2020, 2021]), rng.randint(1, 12), 1)
        row = {
            "siret": rng.choice(sirets),
            "month": month,
            "received_on": rng.choice([month + timedelta(days=rng.choice([34, 45, 80])), _near(rng)]),
            "headcount": rng.randint(0, 6),
            "contract_hours": float(rng.choice([0, 300, 600, 900])),
            "worked_hours": float(rng.choice([0, 300, 800])),
            "leave_hours": float(rng.choice([0, 70])),
            "suspended_hours": float(rng.choice([0, 35])),
            "idle_hours": float(rng.choice([0, 0, 3, 100])),
            "overtime_hours": float(rng.choice([0, 30])),
            "base_pay": _or_none(rng, rng.choice([3000.0, 12000.0]), 0.3),
            "gross_pay": float(rng.randint(2000, 9000)),
        }
        rows[row["siret"], row["month"], row["received_on"]] = row
    return list(rows.values())


def _establishments(rng: Random, sirets: list[str]) -> Rows:
    rows = []
    one_trade = rng.random() < 0.3  # all establishments in one group of peers
    for siret in sirets:
        for known_on in dict.fromkeys([None, *(_near(rng) for _ in range(rng.randint(0, 2)))]):
            rows.append(
                {
                    "siret": siret,
                    "siren": siret[:9],
                    "name": "Établissement",
                    "is_head_office": True,
                    "department": "59",
                    "region": "32",
                    "naf": "56.10A" if one_trade else rng.choice(["56.10A", "56.30Z", "64.19Z"]),
                    "legal_category": "5710",
                    "size_class": "11" if one_trade else rng.choice(["NN", "11"]),
                    "is_employer": rng.random() < 0.7,
                    "created_on": rng.choice([date(2010, 1, 1), date(2021, 8, 1)]),
                    "closed_on": _or_none(rng, _near(rng), 0.4),
                    "known_on": known_on,
                }
            )
    return rows


def _events(rng: Random, requests: Rows) -> Rows:
    return [
        {
            "request_id": request["request_id"],
            "known_on": day,
            "status": rng.choice(["pending", "authorised", "refused", "withdrawn"]),
            "covered_headcount": _or_none(rng, rng.randint(1, 6)),
            "hours": _or_none(rng, 77.0),
            "amount": None,
        }
        for request in rng.sample(requests, 25)
        for day in dict.fromkeys([_near(rng), _near(rng)])
    ]


def _controls(rng: Random, requests: Rows, claims: Rows) -> Rows:
    rows = []
    for n in range(15):
        stage = rng.choice(["authorisation", "payment"])
        case = (
            rng.choice(requests)["request_id"] if stage == "authorisation" else rng.choice(claims)["claim_id"]
        )
        closed = _or_none(rng, _near(rng), 0.8)
        rows.append(
            {
                "control_id": f"K{n}",
                "stage": stage,
                "case_id": case,
                "channel": "targeted",
                "opened_on": (closed or TODAY) - timedelta(days=rng.randint(0, 30)),
                "closed_on": closed,
                "outcome": rng.choice(["compliant", "error", "deliberate_suspected"]) if closed else None,
            }
        )
    return rows


def _agreements(sirets: list[str]) -> Rows:
    return [
        {
            "agreement_id": name,
            "siret": siret,
            "kind": "agreement",
            "scheme": "APLD",
            "starts_on": starts,
            "ends_on": ends,
            "max_reduction": most,
        }
        for siret in sirets
        for name, starts, ends, most in (
            (f"A{siret[-5:]}", date(2021, 5, 1), date(2022, 4, 30), 0.4),
            (f"B{siret[-5:]}", date(2021, 7, 1), date(2021, 12, 31), 0.5),
        )
    ]


def _insolvencies(rng: Random, firms: list[str]) -> Rows:
    return [
        {
            "siren": firm,
            "effective_on": day,
            "kind": rng.choice(["liquidation", "receivership", "safeguard"]),
            "ended_on": _or_none(rng, _near(rng)),
            "known_on": _or_none(rng, _near(rng)),
        }
        for firm in firms[:2]
        for day in dict.fromkeys([_near(rng), _near(rng)])
    ]


def _headcounts(rng: Random, sirets: list[str]) -> Rows:
    return [
        {"siret": siret, "month": month, "received_on": day, "headcount": rng.choice([0.0, 2.25, 3.5])}
        for siret in sirets
        for month in (date(2020, 12, 1), date(2021, 4, 1), date(2021, 6, 1), date(2021, 7, 1))
        for day in dict.fromkeys([_near(rng), _near(rng)])
        if rng.random() < 0.6
    ]


def country(seed: int) -> dict[str, pd.DataFrame]:
    """Draw a country of three firms, six establishments, 84 requests and ninety claims.

    One establishment has no payroll, one is unknown to SIRENE, and one has a number of URSSAF's own.
    """
    rng = Random(seed)
    firms = ["552081317", "443061841", "732829320"]
    sirets = [firms[0] + "00011", firms[0] + "00029", firms[1] + "00013", firms[2] + "00017"]
    silent, pseudo = firms[1] + "00021", firms[2] + "50018"
    everywhere = [*sirets, silent, pseudo]
    requests = _requests(rng, everywhere)
    claims = _claims(rng, requests)
    rows: dict[str, Rows] = {
        "establishments": _establishments(rng, [*sirets[:-1], silent]),
        "successions": [{"predecessor": sirets[0], "successor": sirets[2], "known_on": _near(rng)}],
        "requests": requests,
        "request_events": _events(rng, requests),
        "agreements": _agreements(everywhere[1:]),
        "claims": claims,
        "claim_lines": _lines(rng, claims),
        "payroll": _payroll(rng, sirets),
        "payroll_months": _payroll_months(rng, sirets),
        "headcounts": _headcounts(rng, sirets),
        "insolvencies": _insolvencies(rng, firms),
        "controls": _controls(rng, requests, claims),
    }
    return {name: pd.DataFrame(listed) for name, listed in rows.items()}


def as_parquet(tables: dict[str, pd.DataFrame], place: Path) -> Path:
    """Write a country as a folder of Parquet files."""
    for name, frame in tables.items():
        write_table(frame.astype(object).where(pd.notna(frame), None), name, place)
    return place


def known(tables: dict[str, pd.DataFrame], day: date) -> dict[str, pd.DataFrame]:
    """Give the country as it was known on a day: no later row, no later version, no later status."""
    kept = dict(tables)
    on = {
        "successions": "known_on",
        "request_events": "known_on",
        "payroll": "received_on",
        "payroll_months": "received_on",
        "headcounts": "received_on",
        "controls": "closed_on",
        "agreements": "starts_on",
    }
    for name, column in on.items():
        kept[name] = tables[name][tables[name][column].map(lambda at: pd.isna(at) or at <= day)].copy()
    asked_on = tables["requests"]["filed_on"].where(
        tables["requests"]["filed_on"].notna(), tables["requests"]["status_on"]
    )
    kept["requests"] = tables["requests"][asked_on.map(lambda at: at <= day)].copy()
    claimed_on = tables["claims"]["filed_on"].where(
        tables["claims"]["filed_on"].notna(),
        tables["claims"]["month"].map(lambda month: add_months(month, 1)),
    )
    kept["claims"] = tables["claims"][claimed_on.map(lambda at: at <= day)].copy()
    kept["claim_lines"] = tables["claim_lines"][
        tables["claim_lines"]["claim_id"].isin(kept["claims"]["claim_id"])
    ]
    _forget(
        kept["requests"],
        "decided_on",
        day,
        {"status": "pending", "hours_authorised": None, "headcount_authorised": None, "status_on": None},
    )
    _forget(kept["claims"], "paid_on", day, {})
    places = tables["establishments"].copy()
    kept["establishments"] = places[places["known_on"].map(lambda at: pd.isna(at) or at <= day)].copy()
    unstated = kept["establishments"]["known_on"].isna()
    later = kept["establishments"]["closed_on"].map(lambda at: not pd.isna(at) and at > day)
    kept["establishments"].loc[unstated & later, "closed_on"] = None
    troubles = tables["insolvencies"].copy()
    first = troubles["known_on"].where(troubles["known_on"].notna(), troubles["effective_on"])
    kept["insolvencies"] = troubles[first.map(lambda at: at <= day)].copy()
    _forget(kept["insolvencies"], "ended_on", day, {})
    return kept


def _forget(frame: pd.DataFrame, column: str, day: date, beside: dict[str, Any]) -> None:
    later = frame[column].map(lambda at: not pd.isna(at) and at > day).astype(bool)
    for name, value in beside.items():
        frame[name] = frame[name].astype(object)
        frame.loc[later, name] = value
    frame[column] = frame[column].astype(object)
    frame.loc[later, column] = None

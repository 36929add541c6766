"""Small countries drawn at random, dense in ties and edges."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

import pandas as pd
from random_draws import TODAY as TODAY
from random_draws import Rows, any_month, near, or_none
from random_payroll import headcounts, lines, payroll, payroll_months

from apanalytics.law import add_months
from apanalytics.tables import write_table


def _period(rng: Random, n: int) -> tuple[date, date]:
    """Filing and start of a request: around the day, of long ago, or among the crowd of one month."""
    filed = near(rng)
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
    rows: Rows = []
    apart, alike = rng.random() < 0.4, rng.random() < 0.3  # firms share few accounts; all ask for the same
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
                "sector_scheme": or_none(rng, rng.choice(["general", "protected", "protected"])),
                "filer_id": or_none(rng, "F1", 0.2),
                "account_created_on": or_none(rng, near(rng, filed)),
                "bank_key": or_none(
                    rng, siret[:3] if apart and rng.random() < 0.98 else rng.choice("AAABBCDEF"), 0.9
                ),
                "email_key": or_none(
                    rng, siret[:2] if apart and rng.random() < 0.98 else rng.choice("xxyyz"), 0.9
                ),
                "commitments": rng.choice([True, False, None]),
                "amends_request_id": or_none(rng, f"R{rng.randint(0, 29):02}", 0.1),
                "agreement_id": or_none(rng, rng.choice("AB") + siret[-5:], 0.2),
                "overtime_agreement_on": or_none(
                    rng, rng.choice([date(2020, 4, 23), date(2020, 4, 24), date(2019, 1, 1)]), 0.3
                ),
                "working_time_over_6_months": or_none(rng, True, 0.2),
                "status": status,
                "decided_on": decided,
            }
        )
    for row in rows if alike else []:
        ends = row["starts_on"] + timedelta(days=6)
        row |= {"hours": rng.choice([100.0, 104.0]), "covered_headcount": 2, "ends_on": ends}
    _third_party(rng, rows)
    _long_ago(rng, rows)
    return rows


def _third_party(rng: Random, rows: Rows) -> None:
    """Have a third party file the same for two, on one day."""
    for _ in range(4):
        one, other = rng.sample(rows[8:32], 2)
        one["filer_id"] = "F1"
        same = ("filer_id", "filed_on", "status_on", "date_basis", "decided_on", "status", "hours")
        other |= {name: one[name] for name in (*same, "covered_headcount", "starts_on", "ends_on")}


def _long_ago(rng: Random, rows: Rows) -> None:
    """Have some requests end three years before another of the establishment was filed, to the day."""
    for row in rng.sample(rows[8:32], 8):
        later = next((r for r in rows if r["siret"] == row["siret"] and r["filed_on"] and r is not row), None)
        if later:
            ends = add_months(later["filed_on"], -36) - timedelta(days=rng.choice([0, 1]))
            starts = ends - timedelta(days=rng.randint(0, 9))
            decided = starts + timedelta(days=15) if row["decided_on"] else None
            row |= {"starts_on": starts, "ends_on": ends, "filed_on": starts, "date_basis": "filed"}
            row |= {"status_on": decided or starts, "decided_on": decided}


def _claims(rng: Random, requests: Rows) -> Rows:
    rows = []
    for n in range(90):
        request = rng.choice(requests[:8])
        crowd = n >= 40  # peers of one month, enough of them for a group of thirty
        astray = rng.random() < 0.05  # a claim that names another establishment than its request
        proxy = rng.random() < 0.1
        filed, month = near(rng), request["starts_on"].replace(day=1)
        if month < date(2020, 6, 1) or rng.random() < 0.6:
            month = any_month(rng)
        rows.append(
            {
                "claim_id": f"C{n:02}",
                "request_id": or_none(rng, "R99", 0.1)
                if crowd and rng.random() < 0.7
                else request["request_id"],
                "siret": rng.choice(requests)["siret"] if astray else request["siret"],
                "month": date(2021, 8, 1) if crowd else month,
                "filed_on": None if proxy else filed,
                "employees": rng.choice([0, 1, 1, 2, 2, 3, 4]),
                "idle_hours": float(rng.choice([0, 20, 20, 20, 100, 100, 320])),
                "amount": float(rng.choice([200, 1000, 4000])),
                "regime": rng.choice(["general", "apld", "closed", "vulnerable+closed", None]),
                "bank_key": rng.choice([request["bank_key"], request["siret"][:2], None])
                if request["bank_key"] == request["siret"][:3]
                else rng.choice(["A", "B", "C", None]),
                "paid_on": or_none(rng, filed + timedelta(days=rng.choice([5, 30])), 0.4),
                "date_basis": "proxy" if proxy else "filed",
            }
        )
    return rows


def _establishments(rng: Random, sirets: list[str]) -> Rows:
    rows = []
    one_trade = rng.random() < 0.3  # all establishments in one group of peers
    for siret in sirets:
        for known_on in dict.fromkeys([None, *(near(rng) for _ in range(rng.randint(0, 2)))]):
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
                    "closed_on": or_none(rng, near(rng), 0.4),
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
            "covered_headcount": or_none(rng, rng.randint(1, 6)),
            "hours": or_none(rng, 77.0),
            "amount": None,
        }
        for request in rng.sample(requests, 25)
        for day in dict.fromkeys([near(rng), near(rng)])
    ]


def _controls(rng: Random, requests: Rows, claims: Rows) -> Rows:
    rows = []
    for n in range(15):
        stage = rng.choice(["authorisation", "payment"])
        case = (
            rng.choice(requests)["request_id"] if stage == "authorisation" else rng.choice(claims)["claim_id"]
        )
        closed = or_none(rng, near(rng), 0.8)
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
            "ended_on": or_none(rng, near(rng)),
            "known_on": or_none(rng, near(rng)),
        }
        for firm in firms[:2]
        for day in dict.fromkeys([near(rng), near(rng)])
    ]


def country(seed: int) -> dict[str, pd.DataFrame]:
    """Draw a country of three firms, six establishments, 84 requests and ninety claims.

    One establishment has no payroll, one is unknown to SIRENE, and one has a number of URSSAF's own.
    """
    rng = Random(seed)
    firms = rng.sample(["552081317", "443061841", "732829320", "380129866"], 3)
    sirets = [firms[0] + "00011", firms[0] + "00029", firms[1] + "00013", firms[2] + "00017"]
    silent, pseudo = firms[1] + "00021", firms[2] + "50018"
    everywhere = [*sirets, silent, pseudo]
    requests = _requests(rng, everywhere)
    claims = _claims(rng, requests)
    rows: dict[str, Rows] = {
        "establishments": _establishments(rng, [*sirets[:-1], silent]),
        "successions": [{"predecessor": sirets[0], "successor": sirets[2], "known_on": near(rng)}],
        "requests": requests,
        "request_events": _events(rng, requests),
        "agreements": _agreements(everywhere[1:]),
        "claims": claims,
        "claim_lines": lines(rng, claims),
        "payroll": payroll(rng, sirets, [row["starts_on"] for row in requests[:8]]),
        "payroll_months": payroll_months(rng, sirets),
        "headcounts": headcounts(rng, sirets),
        "insolvencies": _insolvencies(rng, firms),
        "controls": _controls(rng, requests, claims),
    }
    return {name: pd.DataFrame(listed) for name, listed in rows.items()}


def as_parquet(tables: dict[str, pd.DataFrame], place: Path) -> Path:
    """Write a country as a folder of Parquet files."""
    for name, frame in tables.items():
        write_table(frame.astype(object).where(pd.notna(frame), None), name, place)
    return place

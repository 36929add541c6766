"""What lies on the clerk's desk: the rows known on the day, and the case as it then stood."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from apanalytics import law

Row = dict[str, Any]
_KNOWN = {
    "requests": "asked_on",
    "claims": "asked_on",
    "request_events": "known_on",
    "successions": "known_on",
    "agreements": "starts_on",
    "payroll": "received_on",
    "payroll_months": "received_on",
    "headcounts": "received_on",
    "controls": "closed_on",
}
"""The day on which a row of a table became known; where extracts do not say it, its stand-in (`asked_on`)."""


def number(month: date) -> int:
    """A month as a number, so that months can be counted."""
    return month.year * 12 + month.month


def first_day(month: int) -> date:
    return date((month - 1) // 12, (month - 1) % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


def siren(siret: str) -> str:
    return siret[:9]


@dataclass(frozen=True)
class Case:
    """A request, or a claim with what was known of its request."""

    stage: str
    case_id: str
    row: Row
    request: Row | None
    first: date
    last: date
    employees: int
    hours: float
    amount: float

    @property
    def siret(self) -> str:
        return str(self.row["siret"])

    @property
    def siren(self) -> str:
        return siren(self.siret)

    @property
    def month(self) -> int:
        return number(self.first)

    def asked(self, column: str) -> Any:
        """What the request says, where it is known."""
        return None if self.request is None else self.request[column]


def _rows(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table, None where nothing is said."""
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in record.items()} for record in records]


class Clerk:
    """Reads the rows one by one, and looks at nothing that came after the day."""

    def __init__(self, tables: dict[str, pd.DataFrame], day: date) -> None:
        self.day = day
        self.tables = {name: _rows(frame) for name, frame in tables.items()}
        for request in self.tables["requests"]:
            request["asked_on"] = request["filed_on"] or request["status_on"] or request["starts_on"]
        for claim in self.tables["claims"]:
            claim["asked_on"] = claim["filed_on"] or law.add_months(claim["month"], 1)
        self._known: dict[str, list[Row]] = {}

    def known(self, table: str) -> list[Row]:
        """The rows of a table that were known on the day."""
        if table not in self._known:
            rows = self.tables[table]
            when = _KNOWN[table]
            self._known[table] = [row for row in rows if row[when] is not None and row[when] <= self.day]
        return self._known[table]

    def last_versions(self, table: str, *key: str) -> list[Row]:
        """The last version known of each row of a table."""
        latest = {}
        for row in sorted(self.known(table), key=lambda row: row["received_on"]):
            latest[tuple(row[name] for name in key)] = row
        return list(latest.values())

    @cached_property
    def requests(self) -> dict[str, Row]:
        """The requests known, each in the state known on the day."""
        return {request["request_id"]: self._as_known(request) for request in self.known("requests")}

    def _as_known(self, request: Row) -> Row:
        """A request with what its events changed; a value that an event does not repeat stays as it was."""
        known = dict(request)
        if request["decided_on"] is None or request["decided_on"] > self.day:
            known |= {"status": "pending", "hours_authorised": None, "headcount_authorised": None}
        events = [e for e in self.known("request_events") if e["request_id"] == request["request_id"]]
        for event in sorted(events, key=lambda event: event["known_on"]):
            changed = {name: event[name] for name in ("status", "covered_headcount", "hours", "amount")}
            known |= {name: value for name, value in changed.items() if value is not None}
        return known

    def place(self, siret: str, day: date | None = None) -> Row | None:
        """The version of an establishment that was known on a day."""
        start, day = date(1900, 1, 1), day or self.day
        rows = [row for row in self.tables["establishments"] if row["siret"] == siret]
        rows = [row for row in rows if (row["known_on"] or start) <= day]
        return max(rows, key=lambda row: row["known_on"] or start, default=None)

    def cases(self, stage: str) -> Iterable[Case]:
        """The cases of a stage that were filed by the day."""
        if stage == "authorisation":
            return [self._request_case(row) for row in self.known("requests")]
        return [self._claim_case(row) for row in self.known("claims")]

    def _request_case(self, row: Row) -> Case:
        request = self.requests[row["request_id"]]
        return Case(
            *("authorisation", row["request_id"], row, request, row["starts_on"], row["ends_on"]),
            *(request["covered_headcount"], request["hours"], request["amount"]),
        )

    def _claim_case(self, row: Row) -> Case:
        month = number(row["month"])
        return Case(
            *("payment", row["claim_id"], row, self.requests.get(row["request_id"])),
            *(first_day(month), last_day(month), row["employees"], row["idle_hours"], row["amount"]),
        )

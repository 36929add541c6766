"""Synthetic countries that several test modules look at, drawn from outside as any user draws them.

A country is drawn once per session (its files are kept until the end), and the frames of the last ones
read are held in memory. Nothing here knows how the generator works."""

from __future__ import annotations

import atexit
import json
import tempfile
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from apanalytics import law
from apanalytics.synthetic import scenarios, synth
from apanalytics.tables import TABLES, read, schema

NAMED = (
    "base",
    "first_wave",
    "quiet",
    "shift",
    "late_dsn",
    "honest_region",
    "cold_start",
    "adversaries",
    "tiny",
)
"""The scenarios that the issue promises."""
WINDOWS = {
    "2019": {"start": "2019-01", "end": "2019-12"},
    "2021-07": {"start": "2021-07", "end": "2021-12"},
    "2023": {"start": "2023-01", "end": "2023-12"},
}
"""Windows at both ends of what can be drawn, and one that begins between two regimes of the law."""
COUNTRIES = (*scenarios(), *WINDOWS)
"""What the coherence tests look at: every scenario there is, and the windows, drawn in the tiny country."""
USUAL = ("base", "shift", "2019")
"""Those of every run; the others are looked at by night."""
REQUESTS, SEED = 1_000, 7
CENT = 0.006
"""Below this a difference of two sums of cents is binary noise."""


@dataclass(frozen=True, repr=False)
class Country:
    """The tables of one draw: days and months are timestamps, absent tables are empty."""

    scenario: str
    tables: dict[str, pd.DataFrame]
    said: dict[str, Any]

    def __getattr__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    @property
    def opens(self) -> pd.Timestamp:
        """First day of filing."""
        return pd.Timestamp(self.said["start"])

    @property
    def ends(self) -> pd.Timestamp:
        """Last day of filing."""
        return pd.Timestamp(self.said["end"]) + pd.offsets.MonthEnd(0)

    @cached_property
    def places(self) -> pd.DataFrame:
        """The last version of each establishment, by siret."""
        return (
            self.establishments.sort_values("known_on")
            .drop_duplicates("siret", keep="last")
            .set_index("siret")
        )

    @cached_property
    def last_payroll(self) -> pd.DataFrame:
        """The last version of each contract and month."""
        key = ["siret", "month", "person_key", "contract_id"]
        return self.payroll.sort_values([*key, "received_on"]).drop_duplicates(key, keep="last")

    @cached_property
    def last_month(self) -> pd.DataFrame:
        """The contracts of the last version of each establishment and month."""
        last = self.payroll_months.groupby(["siret", "month"], as_index=False)["received_on"].max()
        return self.payroll.merge(last, on=["siret", "month", "received_on"])

    @cached_property
    def judged_claims(self) -> pd.DataFrame:
        """Claims with what truth says of them: `nonconforming, kind, deliberate, undue_amount`."""
        true = self.truth.query("stage == 'payment'").rename(columns={"case_id": "claim_id"})
        return self.claims.merge(true.drop(columns="stage"), on="claim_id", validate="one_to_one")

    @cached_property
    def cases(self) -> pd.DataFrame:
        """Requests and claims in one frame: `stage, case_id, siret, filed_on, amount`."""
        columns = ["stage", "case_id", "siret", "filed_on", "amount"]
        asked = self.requests.assign(stage="authorisation", case_id=self.requests["request_id"])
        paid = self.claims.assign(stage="payment", case_id=self.claims["claim_id"])
        return pd.concat([asked[columns], paid[columns]], ignore_index=True)


def frames(folder: Path) -> dict[str, pd.DataFrame]:
    """Read every table of a folder, with timestamps for the days and months of the schemas."""
    tables = read(folder)
    return {name: timed(name, getattr(tables, name).to_pandas()) for name in tables.names}


def timed(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Turn the days and months of a contract table into timestamps."""
    days = [f.name for f in schema(name).fields if f.type in ("date", "month") and f.name in frame]
    return frame.assign(**{day: pd.to_datetime(frame[day]) for day in days})


def each() -> list[Any]:
    """Return the parameters of a fixture that goes through the countries."""
    return [pytest.param(name, marks=[] if name in USUAL else pytest.mark.nightly) for name in COUNTRIES]


@cache
def kept() -> Path:
    """Return a folder that lives as long as the session."""
    folder = tempfile.TemporaryDirectory(prefix="countries-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def drawn(name: str, **how: Any) -> Path:
    """Draw a country of `COUNTRIES` once per session and return its folder; `how` goes to `synth`."""
    folder = kept() / f"{len(list(kept().iterdir()))}-{name}"
    small: dict[str, Any] = {"scenario": "tiny", "requests": REQUESTS // 2} | WINDOWS.get(name, {})
    usual: dict[str, Any] = {"scenario": name, "requests": REQUESTS}
    synth(folder, **({"seed": SEED} | (small if name in WINDOWS else usual) | how))
    return folder


@lru_cache(maxsize=2)
def country(name: str, **how: Any) -> Country:
    """Return the tables of a draw of `COUNTRIES`; `how` goes to `synth`."""
    folder = drawn(name, **how)
    said = json.loads((folder / "synth.json").read_text("utf-8"))
    empty = {table: timed(table, schema(table).empty()) for table in TABLES}
    return Country(said["scenario"], empty | frames(folder), said)


def some(frame: pd.DataFrame, columns: list[str], rows: int = 5) -> str:
    """Return the number of rows and the first few, for the message of a failure."""
    return f"{len(frame)} rows, such as\n{frame[columns].head(rows).to_string()}"


@cache
def month_law(month: pd.Timestamp, from_: pd.Timestamp, to: pd.Timestamp) -> tuple[int, int]:
    """Return the weekdays of the part of a month that a period covers, without and with public holidays."""
    first, last = max(month, from_), min(month + pd.offsets.MonthEnd(0), to)
    if first > last:
        return 0, 0
    days = law.working_days(first.date(), last.date())
    return days.weekdays - len(days.holidays), days.weekdays

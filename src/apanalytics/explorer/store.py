"""The prepared cases in memory, ready to be counted; read again when `prepare` has made new ones."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import duckdb

from apanalytics.criteria import catalogue
from apanalytics.explorer.access import User
from apanalytics.explorer.columns import NOT_GIVEN
from apanalytics.explorer.scope import STAGES, Scope
from apanalytics.prepare import Derived, open_derived
from apanalytics.tables import read
from apanalytics.tables.connection import literal, quoted

LOOK_AGAIN = 5.0
"""Seconds between two looks at whether newer parts were prepared."""
HEADCOUNT_RATIO = {"authorisation": "headcount_over_dsn_ratio", "payment": "employees_over_dsn_ratio"}
"""Feature that compares the headcount with the DSN at each stage."""

_LOAD = """
CREATE TABLE whole_{stage} AS
SELECT c.stage, c.case_id, c.request_id, c.siret, c.siren, c.name,
       lower(strip_accents(coalesce(c.name, ''))) AS plain_name,
       coalesce(c.region, $none) AS region, coalesce(c.department, $none) AS department,
       coalesce(c.naf, $none) AS naf, coalesce(c.section, $none) AS section,
       coalesce(c.size_class, $none) AS size_class, coalesce(c.scheme, $none) AS scheme,
       coalesce(CAST(c.motive AS VARCHAR), $none) AS motive, coalesce(c.status, $none) AS status,
       CAST(coalesce(c.month, date_trunc('month', c.counted_on)) AS DATE) AS period,
       CAST(c.counted_on AS DATE) AS counted_on, CAST(c.decide_by AS DATE) AS decide_by,
       CAST(c.as_of AS DATE) AS as_of, c.employees, c.hours, c.amount_eur,
       f.hours_per_employee, f.{ratio} AS headcount_ratio,
       a.score AS anomaly, {risk} AS risk,
       {fired} AS fired, {unverifiable} AS unverifiable, {criteria}
FROM read_parquet({cases}) AS c
JOIN read_parquet({features}) AS f USING (case_id)
JOIN read_parquet({fires}) AS k USING (case_id)
JOIN read_parquet({anomaly}) AS a USING (case_id) {scores}
"""


class Store:
    """The cases of a data folder, their criteria and scores, and the canonical tables behind them.

    Parameters
    ----------
    data : folder of the canonical tables, prepared.
    derived : the parts to show; None is what was prepared last.

    Raises
    ------
    NothingToDo : nothing was prepared.
    """

    def __init__(self, data: Path, derived: Derived | None = None) -> None:
        self.derived = derived or open_derived(data)
        tables = read(data)
        self.tables = frozenset(tables.names)
        self._con = tables.connect()
        for stage in STAGES:
            _load(self._con, self.derived, stage)
        self.last_day: dict[str, date | None] = {
            stage: self._con.execute(f"SELECT max(counted_on) FROM whole_{stage}").fetchall()[0][0]
            for stage in STAGES
        }

    def scope(self, user: User) -> Scope:
        """Open the tables as a user sees them."""
        return Scope(self._con, user)

    def with_risk(self, stage: str) -> bool:
        """Whether a risk was prepared for a stage."""
        return f"scores-{stage}" in self.derived.parts


class Shelf:
    """The store of today: replaced as a whole when `prepare` has made new parts.

    Parameters
    ----------
    data : folder of the canonical tables, prepared.
    derived : the parts to begin with.
    """

    def __init__(self, data: Path, derived: Derived | None = None) -> None:
        self.data = data
        self._store = Store(data, derived)
        self._seen = self._pointed = open_derived(data).key
        self._looked = time.monotonic()
        self._lock = threading.Lock()

    def store(self) -> Store:
        """Give the store, read again where newer parts are there; who holds the old one keeps it."""
        if time.monotonic() - self._looked > LOOK_AGAIN and self._lock.acquire(blocking=False):
            try:
                self._looked = time.monotonic()
                now = open_derived(self.data)
                if now.key != self._pointed:
                    self._store, self._pointed = Store(self.data, now), now.key
            finally:
                self._lock.release()
        return self._store

    def reread(self, table: str) -> None:
        """Read everything again where a table that was not there has been written since."""
        with self._lock:
            if table not in self._store.tables and read(self.data).has(table):
                self._store = Store(self.data, self._store.derived)


def _load(con: duckdb.DuckDBPyConnection, derived: Derived, stage: str) -> None:
    part = derived.parts[stage]
    codes = [one.code for one in catalogue(stage)]
    scored = f"scores-{stage}" in derived.parts
    place = {name: literal(str(part / f"{name}.parquet")) for name in ("cases", "features", "anomaly")}
    score_file = literal(str(derived.parts[f"scores-{stage}"] / "scores.parquet")) if scored else ""
    con.execute(
        _LOAD.format(
            stage=stage,
            ratio=HEADCOUNT_RATIO[stage],
            risk="s.risk" if scored else "CAST(NULL AS DOUBLE)",
            scores=f"LEFT JOIN read_parquet({score_file}) AS s USING (case_id)" if scored else "",
            fired=_sum_of(codes, "IS TRUE"),
            unverifiable=_sum_of(codes, "IS NULL"),
            criteria=", ".join(f"k.{quoted(code)}" for code in codes),
            fires=literal(str(part / "criteria.parquet")),
            **place,
        ),
        {"none": NOT_GIVEN},
    )
    for name in ("features", "anomaly"):
        con.execute(f"CREATE VIEW whole_{name}_{stage} AS SELECT * FROM read_parquet({place[name]})")


def _sum_of(codes: list[str], test: str) -> str:
    return " + ".join(f"CAST(k.{quoted(code)} {test} AS TINYINT)" for code in codes)

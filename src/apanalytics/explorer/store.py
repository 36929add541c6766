"""The prepared cases, ready to be counted; opened again when `prepare` has made new ones."""

from __future__ import annotations

import threading
import time
from datetime import date
from pathlib import Path

import pyarrow.compute as pc

from apanalytics.explorer.access import User
from apanalytics.explorer.columns import STAGES_FR
from apanalytics.explorer.rows import Rows
from apanalytics.explorer.scope import Scope
from apanalytics.prepare import Derived, open_derived
from apanalytics.prepare.rows import read_rows
from apanalytics.tables import read

LOOK_AGAIN = 5.0
"""Seconds between two looks at whether newer parts were prepared."""


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
        self._rows = {
            stage: Rows(stage, read_rows(self.derived.parts[f"rows-{stage}"])) for stage in STAGES_FR
        }
        self.last_day: dict[str, date | None] = {
            stage: pc.max(rows.batch.column("counted_on")).as_py() for stage, rows in self._rows.items()
        }

    def scope(self, user: User) -> Scope:
        """Open the tables as a user sees them."""
        return Scope(self._con, self._rows, self.derived, user)

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

"""The one place that decides which rows a user sees: every query of the explorer runs inside a `Scope`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import duckdb
import pandas as pd

from apanalytics.explorer.access import User
from apanalytics.explorer.rows import Rows
from apanalytics.explorer.seen import Seen
from apanalytics.prepare import Derived
from apanalytics.tables.connection import literal

_BY_STAGE = "CREATE TEMP VIEW seen_{stage} AS SELECT * FROM whole_{stage} WHERE {allowed}"
_HANGING = """
CREATE TEMP VIEW seen_requests AS
    SELECT * FROM requests WHERE request_id IN (SELECT case_id FROM seen_authorisation);
CREATE TEMP VIEW seen_request_events AS
    SELECT * FROM request_events WHERE request_id IN (SELECT case_id FROM seen_authorisation);
CREATE TEMP VIEW seen_claims AS SELECT * FROM claims WHERE claim_id IN (SELECT case_id FROM seen_payment);
CREATE TEMP VIEW seen_cases AS
    SELECT stage, case_id FROM seen_authorisation UNION ALL SELECT stage, case_id FROM seen_payment;
CREATE TEMP VIEW seen_controls AS SELECT * FROM controls SEMI JOIN seen_cases USING (stage, case_id);
CREATE TEMP VIEW seen_selections AS SELECT * FROM selections SEMI JOIN seen_cases USING (stage, case_id);
CREATE TEMP VIEW seen_establishments AS SELECT * FROM establishments WHERE {allowed};
CREATE TEMP VIEW seen_insolvencies AS
    SELECT * FROM insolvencies WHERE siren IN (
        SELECT siren FROM seen_authorisation UNION SELECT siren FROM seen_payment);
"""
"""Of the canonical tables: what hangs on a case is seen with it, what hangs on a place by the place. They are
made when a query first names one."""
_FRAME = "SELECT * EXCLUDE (region) FROM read_parquet({file}) WHERE case_id = $case AND region = $region"
_NEEDED = frozenset(re.findall(r"TEMP VIEW (seen_\w+)", _HANGING))


class Scope:
    """What one user sees: their cases as sets (`seen`), and views named `seen_…` over what is theirs.

    Both are made here from the user's departments. The views live in the temporary schema of a connection of
    their own. Without them there is nothing to query: a forgotten scope fails, it does not show everything.
    No other module of the explorer names a table that is not `seen_…`, nor the rows of everybody (a test
    reads them).

    Parameters
    ----------
    con : a connection to the database of the store; the scope opens a cursor and closes it.
    rows : every case, by stage.
    derived : the prepared frames, for what is read of one case.
    user : whose rows.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, rows: Mapping[str, Rows], derived: Derived, user: User
    ) -> None:
        self.user = user
        self._con = con.cursor()
        self._rows, self._derived = rows, derived
        self._allowed = _allowed(user)
        self._ready = self._hanging = False

    def __enter__(self) -> Scope:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._con.close()

    def seen(self, stage: str) -> Seen:
        """Give the user's cases of a stage."""
        rows = self._rows[stage]
        if self.user.departments is None:
            return Seen(rows, rows.every)
        return Seen(rows, Seen(rows, rows.every).among("department", self.user.departments))

    def of_case(self, stage: str, case_id: str, name: str) -> pd.DataFrame:
        """Give the row of one case in a prepared frame, indexed by `case_id`; none where it is not seen."""
        case = self.seen(stage).case(case_id)
        part = f"scores-{stage}" if name == "scores" else stage
        file = literal(str(self._derived.parts[part] / f"{name}.parquet"))
        wanted = {"case": case_id if case else None, "region": case["region"] if case else None}
        return self.frame(_FRAME.format(file=file), wanted).set_index("case_id")

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Run a query with bound parameters; a mapping by column for each row."""
        cursor = self._run(sql, parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def frame(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Run a query with bound parameters; a data frame."""
        return self._run(sql, parameters).df()

    def value(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Run a query with bound parameters; its single value."""
        ((value,),) = self._run(sql, parameters).fetchall()
        return value

    def _run(self, sql: str, parameters: Mapping[str, Any] | None) -> duckdb.DuckDBPyConnection:
        named = set(re.findall(r"seen_\w+", sql))
        if named and not self._ready:
            for stage, rows in self._rows.items():
                self._con.register(f"whole_{stage}", rows.table)
                self._con.execute(_BY_STAGE.format(stage=stage, allowed=self._allowed))
            self._ready = True
        if not self._hanging and not _NEEDED.isdisjoint(named):
            self._con.execute(_HANGING.format(allowed=self._allowed))
            self._hanging = True
        used = set(re.findall(r"\$(\w+)", sql))
        return self._con.execute(sql, {name: (parameters or {})[name] for name in used})


def _allowed(user: User) -> str:
    """The condition on a department; codes come from the fixed list of departments, never from a request."""
    if user.departments is None:
        return "TRUE"
    if not user.departments:
        return "FALSE"
    return f"department IN ({', '.join(literal(code) for code in sorted(user.departments))})"

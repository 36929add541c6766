"""Canonical `payroll` and `payroll_months` from the linked rows of the DSN export, version by version."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from apanalytics.sources.batches import Batch
from apanalytics.sources.dsn_layout import CODES, sql
from apanalytics.sources.dsn_links import link
from apanalytics.sources.judging import create_rows
from apanalytics.tables.schema import schema

STEPS = ("dsn_absences", "dsn_sums", "dsn_payroll", "dsn_payroll_months")
"""Steps that follow the links, in order; each is `sources/sql/<name>.sql`."""

MADE = ("payroll", "payroll_months")


def make_payroll(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> dict[str, set[str]]:
    """Create `kept_payroll` and `kept_payroll_months` from the judged blocks; return the columns of each.

    Parameters
    ----------
    con : holds `kept_<block>` of the blocks judged, and `refused`.
    batches : the batches judged, in their order.
    """
    link(con, batches)
    con.execute(
        "create or replace temp table dsn_leave_declared as select t.siret, min(t.received_on) as since "
        "from kept_dsn_suspensions as s join dsn_terms as t using (contract_row) "
        f"where s.motive = '{CODES['leave']}' group by t.siret"
    )
    for step in STEPS:
        con.execute(sql(step))
    made = {}
    for name in MADE:
        contract = schema(name)
        create_rows(con, f"kept_{name}", contract)
        columns = {column for column, *_ in con.execute(f"describe dsn_{name}").fetchall()}
        made[name] = columns & {field.name for field in contract.fields}
        wanted = ", ".join(sorted(made[name]))
        con.execute(f"insert into kept_{name} by name select {wanted} from dsn_{name}")
    return made

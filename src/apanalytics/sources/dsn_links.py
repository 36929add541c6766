"""Rows of the DSN export put together by their identifiers; what leads nowhere is set apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import duckdb
import pyarrow as pa

from apanalytics import law
from apanalytics.law.legal_hours import days_per_week
from apanalytics.sources.batches import Batch
from apanalytics.sources.dsn_layout import BLOCKS, CODES, sql
from apanalytics.sources.judging import create_rows
from apanalytics.tables.connection import literal

MACROS = """
create or replace temp macro hours_per(unit, legal_day) as case
    when unit in {hour_units} then 1 when unit in {day_units} then legal_day else 0 end;
"""


class Parent(NamedTuple):
    """What a row refers to: a column that it shares with the table of its parent."""

    child: str
    parent: str
    column: str


def link(con: duckdb.DuckDBPyConnection, batches: Sequence[Batch]) -> None:
    """Leave in `kept_dsn_…` the rows that lead to a declaration that was in force; set the others apart.

    Creates `dsn_sent`, `dsn_terms` and `dsn_pay_rows`, which payroll is made from.

    Parameters
    ----------
    con : holds `kept_<block>` of the blocks judged, and `refused`.
    batches : the batches judged, in their order.
    """
    for block in BLOCKS:
        if block.name not in {batch.contract.name for batch in batches}:
            create_rows(con, f"kept_{block.name}", block.contract)
    set_apart(
        con,
        "dsn_declarations",
        "not_monthly",
        "concat('nature ', nature, ': not a monthly declaration')",
        f"nature not in ({', '.join(map(literal, CODES['monthly_natures']))})",
    )
    _orphans(con, Parent("dsn_establishments", "dsn_declarations", "declaration_id"))
    con.execute(sql("dsn_sent"))
    set_apart(
        con,
        "dsn_establishments",
        "superseded",
        "'another declaration of this month was received on the same day after it'",
        "establishment_id in (select establishment_id from dsn_sent where replaced_on = received_on)",
    )
    con.execute("delete from dsn_sent where replaced_on = received_on")
    _orphans(con, Parent("dsn_persons", "dsn_establishments", "establishment_id"))
    _link_contracts(con)
    _link_pays(con)


def _link_contracts(con: duckdb.DuckDBPyConnection) -> None:
    _orphans(con, Parent("dsn_contracts", "dsn_persons", "person_id"))
    days = f"({', '.join(map(literal, CODES['day_units']))})"
    set_apart(
        con,
        "dsn_contracts",
        "range",
        "concat('QuotiteTravailContrat: ', quota, ' days in a month')",
        f"unit in {days} and quota > {CODES['monthly_days']}",
    )
    con.execute(
        "create or replace temp table first_contracts as "
        "select person_id, number, min(contract_row) as contract_row "
        "from kept_dsn_contracts group by person_id, number"
    )
    set_apart(
        con,
        "dsn_contracts",
        "duplicate_key",
        "'another contract of this person has the same number in this declaration'",
        "contract_row not in (select contract_row from first_contracts)",
    )
    for child in ("dsn_ends", "dsn_stoppages", "dsn_suspensions"):
        _orphans(con, Parent(child, "dsn_contracts", "contract_row"))
    set_apart(
        con,
        "dsn_ends",
        "date_order",
        "concat('the contract ends on ', ends_on, ', before it starts')",
        "t.ends_on < (select starts_on from kept_dsn_contracts as c where c.contract_row = t.contract_row)",
    )
    _write_days(con)
    con.execute(MACROS.format(hour_units=_in("hour_units"), day_units=_in("day_units")))
    _write_codes(con)
    con.execute(sql("dsn_terms"))


def _link_pays(con: duckdb.DuckDBPyConnection) -> None:
    _orphans(con, Parent("dsn_payments", "dsn_persons", "person_id"))
    _orphans(con, Parent("dsn_pays", "dsn_payments", "payment_id"))
    con.execute(sql("dsn_pay_rows"))
    lost = "(select pay_id from dsn_pay_rows where contract_row is null)"
    reason = "'its contract number is none of those of its person in this declaration'"
    set_apart(con, "dsn_pays", "orphan", reason, f"pay_id in {lost}")
    con.execute(
        "create or replace temp table without_base as select pay_id, month from dsn_pay_rows as p "
        "where contract_row is not null and month < declared_month and not exists (from dsn_terms as t "
        "where t.siret = p.siret and t.month = p.month and t.person_key = p.person_key "
        "and t.contract_id = p.contract_id)"
    )
    reason = (
        "concat('corrects the pay of ', strftime(period_end, '%Y-%m'), ', which these files do not hold')"
    )
    set_apart(con, "dsn_pays", "month_absent", reason, "pay_id in (select pay_id from without_base)")
    con.execute(
        "delete from dsn_pay_rows where contract_row is null or pay_id in (select pay_id from without_base)"
    )
    _orphans(con, Parent("dsn_activities", "dsn_pays", "pay_id"))


def set_apart(con: duckdb.DuckDBPyConnection, table: str, rule: str, reason: str, condition: str) -> None:
    """Move from `kept_<table>` to `refused` the rows for which a condition holds.

    Parameters
    ----------
    con : holds `kept_<table>` and `refused`.
    table : name of the table; the condition may call it `t`.
    rule, reason : why: the code of the rule, and the SQL of a sentence.
    condition : SQL.

    Examples
    --------
    >>> con = duckdb.connect()
    >>> _ = con.execute("create table kept_x as select 0 as file_no, n as line, n from range(3) as r(n)")
    >>> _ = con.execute("create table refused (file_no integer, line bigint, rule varchar, reason varchar)")
    >>> set_apart(con, "x", "odd", "concat(n, ' is odd')", "n % 2 = 1")
    >>> con.sql("from refused").fetchall(), con.sql("select count(*) from kept_x").fetchall()
    ([(0, 1, 'odd', '1 is odd')], [(2,)])
    """
    con.execute(
        f"create or replace temp table set_apart as select file_no, line, {literal(rule)} as rule, "
        f"{reason} as reason from kept_{table} as t where {condition}"
    )
    if con.execute("from set_apart limit 1").fetchall():
        con.execute("insert into refused from set_apart")
        con.execute(
            f"delete from kept_{table} as t using set_apart as s "
            "where s.file_no = t.file_no and s.line = t.line"
        )


def _orphans(con: duckdb.DuckDBPyConnection, parent: Parent) -> None:
    set_apart(
        con,
        parent.child,
        "orphan",
        f"concat('{parent.column} ', {parent.column}, ' is of no row kept of {parent.parent}')",
        f"not exists (from kept_{parent.parent} as p where p.{parent.column} = t.{parent.column})",
    )


def _in(name: str) -> str:
    return f"({', '.join(map(literal, CODES[name]))})"


def _write_codes(con: duckdb.DuckDBPyConnection) -> None:
    for table, column, lists in (
        ("dsn_kinds", "kind", CODES["contract_kinds"]),
        ("dsn_reasons", "reason", CODES["end_reasons"]),
    ):
        con.execute(f"create or replace temp table {table} (code varchar, {column} varchar)")
        con.executemany(
            f"insert into {table} values (?, ?)",
            [(code, name) for name, codes in lists.items() for code in codes],
        )


def _write_days(con: duckdb.DuckDBPyConnection) -> None:
    """Create `dsn_days` (hours of a legal day and month) and `dsn_working_days`, for the months declared."""
    months = [
        month for (month,) in con.execute("select distinct month from dsn_sent order by month").fetchall()
    ]
    hours = [(month, legal_day(month), legal_month(month)) for month in months]
    days = [(month, day) for month in months for day in working_days(month)]
    con.register(
        "days_of_law",
        pa.table(
            {
                "month": pa.array([h[0] for h in hours], pa.date32()),
                "day_hours": pa.array([h[1] for h in hours], pa.float64()),
                "month_hours": pa.array([h[2] for h in hours], pa.float64()),
            }
        ),
    )
    con.execute("create or replace temp table dsn_days as from days_of_law")
    con.register(
        "working_days_of_law",
        pa.table(
            {
                "month": pa.array([m for m, _ in days], pa.date32()),
                "day": pa.array([d for _, d in days], pa.date32()),
            }
        ),
    )
    con.execute("create or replace temp table dsn_working_days as from working_days_of_law")
    for name in ("days_of_law", "working_days_of_law"):
        con.unregister(name)


def _known(name: str, month: date) -> float:
    """A duration of the law in a month; before the first known one, the first."""
    parameter = law.parameter(name)
    return float(parameter.on(max(month, parameter.entries[0].valid_from)))


def legal_day(month: date) -> float:
    """Hours of a day at the legal duration.

    Examples
    --------
    >>> legal_day(date(2020, 4, 1))
    7.0
    """
    return _known("hours.legal_weekly", month) / days_per_week()


def legal_month(month: date) -> float:
    """Hours of a month at the legal duration.

    Examples
    --------
    >>> legal_month(date(2020, 4, 1))
    151.67
    """
    return _known("hours.legal_monthly", month)


def working_days(month: date) -> list[date]:
    """Weekdays of a month that are no public holiday, those of metropolitan France.

    Examples
    --------
    >>> len(working_days(date(2021, 5, 1)))
    19
    """
    last = (month.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    off = set(law.public_holidays(month.year))
    days = [month + timedelta(days=n) for n in range((last - month).days + 1)]
    return [day for day in days if law.working_days(day, day).weekdays and day not in off]

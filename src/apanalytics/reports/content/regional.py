"""What a regional report is about: one region, one month of filing, and the cases behind its figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from apanalytics.errors import InvalidArgument
from apanalytics.prepare import Derived, prepared
from apanalytics.reports.parameters import label_of, parse_month, parse_regions
from apanalytics.tables import Tables, read
from apanalytics.targeting.plan import Plan, read_plan

AUTHORISATION, PAYMENT = STAGES = ("authorisation", "payment")
CASE = {AUTHORISATION: "demande d’autorisation", PAYMENT: "demande d’indemnisation"}
CARD = "model_card.json"
CASES = {AUTHORISATION: "demandes d’autorisation", PAYMENT: "demandes d’indemnisation"}


@dataclass(frozen=True, eq=False)
class Regional:
    """The cases of one region, read once; every section of the report is made from it.

    Parameters
    ----------
    tables : the canonical tables.
    derived : what was prepared for them.
    region, label : INSEE code and name.
    month : first day of the month of filing that the report is about.
    cases : by stage, every case of the region whatever its month, indexed by `case_id`.
    plan : the control plan of the region; None where none was given.
    criteria : by stage, the same cases with a nullable boolean per criterion; missing is «non vérifiable».
    cards : by stage, the card of the model that gave the risks (see `risk.card`); absent without a model.
    """

    tables: Tables
    derived: Derived
    region: str
    label: str
    month: date
    cases: dict[str, pd.DataFrame] = field(repr=False)
    criteria: dict[str, pd.DataFrame] = field(repr=False)
    plan: Plan | None = None
    cards: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    _filed: dict[tuple[str, pd.Timestamp], pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def last_day(self) -> date:
        """The last day of the report's month: what was known by then counts."""
        return (pd.Timestamp(self.month) + pd.offsets.MonthEnd(0)).date()

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """One connection to the canonical tables for the whole report, with the region's own cases.

        `own_authorisation` and `own_payment` hold their `case_id`: a join keeps the rest of the country out.
        """
        con = self.tables.connect()
        for stage in STAGES:
            ids = pa.table({"case_id": pa.array(self.cases[stage].index, pa.string())})
            con.register(f"own_{stage}", ids)
        return con

    def rows(self, query: str, **values: object) -> pd.DataFrame:
        """The rows of a query on the canonical tables; `$name` stands for a value."""
        return self.connection.execute(query, values or None).df()

    def filed(self, stage: str, month: date | None = None) -> pd.DataFrame:
        """The cases of a stage filed in a month; the report's own month by default."""
        first = pd.Timestamp(month or self.month)
        if (stage, first) not in self._filed:
            cases = self.cases[stage]
            self._filed[stage, first] = cases[cases["filed_month"] == first]
        return self._filed[stage, first]

    def checks(self, stage: str, month: date | None = None) -> pd.DataFrame:
        """The criteria of the cases filed in a month."""
        return self.criteria[stage].loc[self.filed(stage, month).index]

    def flagged_share(self, stage: str, month: date | None = None) -> float | None:
        """Share of the cases filed in a month with one inconsistency at least; None without a case."""
        cases = self.filed(stage, month)
        return float(cases["flagged"].mean()) if len(cases) else None

    @property
    def proxy_dates(self) -> bool:
        """Whether any filing date of the month stands in for one that the extracts do not carry."""
        return any((self.filed(stage)["date_basis"] == "proxy").any() for stage in STAGES)


def open_region(
    data: str | Path, region: str, month: str, models: Sequence[str | Path] = (), plan: str | Path = ""
) -> Regional:
    """Prepare the data where they are stale, and read the cases of one region.

    Raises
    ------
    InvalidArgument : unknown region, or no month.

    Examples
    --------
    >>> import shutil, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy = shutil.copytree("data/synthetic", folder + "/data")
    ...     open_region(copy, "32", "2021-09").label
    'Hauts-de-France'
    """
    (code,) = parse_regions([region])
    first = parse_month(month)
    derived = prepared(data, models)
    criteria = {stage: derived.criteria(stage, code) for stage in STAGES}
    cases = {stage: _with_month(derived.cases(stage, code), criteria[stage]) for stage in STAGES}
    ours = read_plan(plan) if plan else None
    if ours is not None and ours.region != code:
        raise InvalidArgument("The control plan is of another region", where=str(plan), value=ours.region)
    cards = [json.loads((Path(model) / CARD).read_text("utf-8")) for model in models]
    by_stage = {str(card["stage"]): card for card in cards if "stage" in card}
    return Regional(read(data), derived, code, label_of(code), first, cases, criteria, ours, by_stage)


def month_before(month: date, months: int) -> date:
    """The first day of the month so many months before.

    Examples
    --------
    >>> month_before(date(2021, 2, 1), 12), month_before(date(2021, 2, 1), 2)
    (datetime.date(2020, 2, 1), datetime.date(2020, 12, 1))
    """
    total = month.year * 12 + month.month - 1 - months
    return date(total // 12, total % 12 + 1, 1)


def _with_month(cases: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """Add the month of filing, and whether any criterion fires; an unverifiable one does not."""
    fires = criteria.fillna(False).any(axis=1) if criteria.shape[1] else False
    return cases.assign(
        filed_month=pd.to_datetime(cases["counted_on"]).dt.to_period("M").dt.to_timestamp(), flagged=fires
    )

"""The controls closed in the year up to the report, and the rates that they allow."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from apanalytics.reports import french
from apanalytics.reports.content.regional import Regional, month_before
from apanalytics.risk import Interval, outcomes, wilson

ENOUGH = 30
"""Closed controls below which a rate is not printed."""
MONTHS = 12
"""Months of closing that count, the report's one included."""

OURS_SQL = """
SELECT DISTINCT case_id FROM controls SEMI JOIN own_{stage} USING (case_id) WHERE stage = $stage ORDER BY 1
"""


@lru_cache(maxsize=8)
def known_outcomes(regional: Regional, stage: str) -> pd.DataFrame:
    """Every outcome known at the end of the report's month, whatever the region (see `risk.outcomes`).

    Raises
    ------
    MissingTable : the data hold no controls; ask `regional.tables.has("controls")` first.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> bool(known_outcomes(open_region("data/synthetic", "32", "2021-09"), "payment").index.is_unique)
    True
    """
    return outcomes(regional.tables, stage, known_on=regional.last_day)


@lru_cache(maxsize=8)
def closed_controls(regional: Regional, stage: str) -> pd.DataFrame:
    """The outcomes of the region's cases whose control was closed in the twelve months up to the report's.

    Examples
    --------
    >>> from apanalytics.reports.content.regional import open_region
    >>> region = open_region("data/synthetic", "32", "2021-09")
    >>> bool(closed_controls(region, "payment").index.isin(region.cases["payment"].index).all())
    True
    """
    if not regional.tables.has("controls"):
        return pd.DataFrame({"nonconforming": pd.Series(dtype=bool), "channel": pd.Series(dtype=str)})
    known = known_outcomes(regional, stage)
    first = pd.Timestamp(month_before(regional.month, MONTHS - 1))
    recent = known[pd.to_datetime(known["closed_on"]) >= first]
    ours = regional.rows(OURS_SQL.format(stage=stage), stage=stage)["case_id"]
    return recent[recent.index.isin(ours)]


def rate(bad: int, closed: int) -> Interval:
    """The share of non-conforming among closed controls, with Wilson's interval; refused on too few.

    Examples
    --------
    >>> rate(20, 29).why.replace(french.NO_BREAK, " ")
    '29 contrôles clos, il en faut 30 au moins'
    """
    if closed < ENOUGH:
        only = french.count(closed, "contrôle clos", "contrôles clos")
        return Interval.unknown(f"{only}, il en faut {ENOUGH} au moins", n=closed)
    low, high = wilson(bad, closed)
    return Interval(bad / closed, low, high, n=closed, method="wilson")


def written(found: Interval) -> str:
    """A rate with its interval, as a report prints it; empty where it is not known.

    Examples
    --------
    >>> written(rate(18, 30)).replace(french.NARROW, "_").replace(french.NO_BREAK, "~")
    '60_%~(42~à~75_%)'
    """
    if found.value is None:
        return ""
    return f"{french.percent(found.value, 0)}{french.NO_BREAK}({french.interval(found.low, found.high)})"
